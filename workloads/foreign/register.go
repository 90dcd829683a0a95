package foreign

import (
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history/jepsen"
)

// register is a value that is nil before it is written; the state is its number.
func (w words) register() linear.Model[int64, input, output] {
	return linear.Model[int64, input, output]{
		Init: func(uint64) int64 { return jepsen.None },
		Step: func(value int64, in input, out output) (int64, bool) {
			switch {
			case in.F == jepsen.Read:
				return value, out.Value == value
			case in.F == jepsen.Write:
				return in.New, true
			case out.Refused:
				return value, value != in.Old
			}
			return in.New, value == in.Old
		},
		Effect: func(value int64, in input) (int64, bool) {
			if in.F == jepsen.Write || in.F == jepsen.CAS && value == in.Old {
				return in.New, true
			}
			return value, true
		},
		Pure:  func(in input, out output) bool { return in.F == jepsen.Read || in.F == jepsen.CAS && out.Refused },
		State: w.text,
	}
}
