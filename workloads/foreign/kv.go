package foreign

import (
	"strconv"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history/jepsen"
)

// kv has a text for each key, which is empty before it is put; append adds to its end.
func (w words) kv() linear.Model[string, input, output] {
	apply := func(text string, in input) string {
		switch in.F {
		case jepsen.Put:
			return w.values.Value(in.New).Text
		case jepsen.Append:
			return text + w.values.Value(in.New).Text
		default:
			return text
		}
	}
	return linear.Model[string, input, output]{
		Step: func(text string, in input, out output) (string, bool) {
			return apply(text, in), in.F != jepsen.Get || w.values.Value(out.Value).Text == text
		},
		Effect: func(text string, in input) (string, bool) { return apply(text, in), true },
		Pure:   func(in input, _ output) bool { return in.F == jepsen.Get },
		State: func(text string) string {
			if len(text) > longest {
				text = "…" + text[len(text)-longest:]
			}
			return strconv.Quote(text)
		},
		Type: &linear.Type[input, output]{Act: w.kvAct, Start: func(uint64) int64 { return jepsen.None }},
	}
}

// kvAct says what an operation on a text did, which is a register as long as nobody appends. What was not put has the
// empty text, hence one number.
func (w words) kvAct(in input, out output, known bool) monitor.Act {
	switch {
	case in.F == jepsen.Put:
		return monitor.Act{Kind: monitor.Write, Value: w.filled(in.New)}
	case in.F != jepsen.Get:
		return monitor.Act{}
	case !known:
		return monitor.Act{Kind: monitor.Read}
	}
	return monitor.Act{Kind: monitor.Read, Value: w.filled(out.Value)}
}

// filled gives the number of a text, and that of nil, which is no text, for the empty one.
func (w words) filled(number int64) int64 {
	if w.values.Value(number).Text == "" {
		return jepsen.None
	}
	return number
}
