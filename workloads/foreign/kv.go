package foreign

import (
	"strconv"

	"github.com/lostupdate/stress/checkers/linear"
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
	}
}
