package foreign

import (
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history/jepsen"
)

// mutex is held or not, by whom does not matter: acquiring it needs it free, releasing it needs it held.
func (w words) mutex() linear.Model[bool, input, output] {
	return linear.Model[bool, input, output]{
		Step: func(held bool, in input, _ output) (bool, bool) {
			return in.F == jepsen.Acquire, held == (in.F == jepsen.Release)
		},
		// One that waits for ever has no effect.
		Effect: func(held bool, in input) (bool, bool) {
			return in.F == jepsen.Acquire, held == (in.F == jepsen.Release)
		},
		State: func(held bool) string {
			if held {
				return "held"
			}
			return "free"
		},
		Type: &linear.Type[input, output]{Act: func(in input, _ output, _ bool) monitor.Act {
			if in.F == jepsen.Acquire {
				return monitor.Act{Kind: monitor.Acquire}
			}
			return monitor.Act{Kind: monitor.Release}
		}},
	}
}
