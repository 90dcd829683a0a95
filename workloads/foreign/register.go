package foreign

import (
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
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
			case out.Seen && out.Before != value:
				return value, false
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
		Type:  &linear.Type[input, output]{Act: registerAct, Start: func(uint64) int64 { return jepsen.None }},
	}
}

// registerAct says what an operation on a register did. A compare-and-set that was refused is a read, if it says of what.
func registerAct(in input, out output, known bool) monitor.Act {
	contradicts := known && out.Seen && out.Refused == (out.Before == in.Old)
	switch {
	case in.F == jepsen.Read:
		return monitor.Act{Kind: monitor.Read, Value: out.Value}
	case in.F == jepsen.Write:
		return monitor.Act{Kind: monitor.Write, Value: in.New}
	case contradicts:
		return monitor.Act{Kind: monitor.Impossible}
	case known && out.Refused && !out.Seen:
		return monitor.Act{Kind: monitor.Mismatch, Other: in.Old}
	case known && out.Refused:
		return monitor.Act{Kind: monitor.Read, Value: out.Before}
	}
	return monitor.Act{Kind: monitor.CompareAndSet, Value: in.New, Other: in.Old}
}
