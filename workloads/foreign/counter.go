package foreign

import (
	"context"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

// counter is a number that is 0 at the start; the state is itself, not its number among values.
func (w words) counter() linear.Model[int64, input, output] {
	return linear.Model[int64, input, output]{
		Step: func(value int64, in input, out output) (int64, bool) {
			if in.F == jepsen.Read {
				return value, w.values.Int(out.Value) == value
			}
			return value + w.values.Int(in.New), true
		},
		Effect: func(value int64, in input) (int64, bool) {
			if in.F == jepsen.Read {
				return value, true
			}
			return value + w.values.Int(in.New), true
		},
		Pure: func(in input, _ output) bool { return in.F == jepsen.Read },
		Type: &linear.Type[input, output]{Act: func(in input, out output, _ bool) monitor.Act {
			if in.F == jepsen.Read {
				return monitor.Act{Kind: monitor.Read, Value: w.values.Int(out.Value)}
			}
			return monitor.Act{Kind: monitor.Add, Value: w.values.Int(in.New)}
		}},
	}
}

// updates holds the values that were read against the adds.
func (w words) updates(ctx context.Context, h *record) checkers.Verdict {
	s := &invariant.Sheet{Additive: true, Words: invariant.Words{
		Object: func(key uint64) string {
			if w.keyed {
				return w.object(key)
			}
			return "the counter"
		},
		Op: func(i int) string { return w.asked(h.Ops[i].Input) },
	}}
	final := finals(h)
	for i := range h.Ops {
		op := &h.Ops[i]
		key := uint64(op.Input.Key)
		switch {
		case op.Outcome == history.Failed || op.Input.F == jepsen.Read && op.Outcome != history.OK:
		case op.Input.F == jepsen.Read:
			s.Reads = append(s.Reads, invariant.Read{
				Op: i, Key: key, Value: w.values.Int(op.Output.Value), Final: final[i],
			})
		default:
			s.Updates = append(s.Updates, invariant.Update{
				Op: i, Key: key, Delta: w.values.Int(op.Input.New), Certain: op.Outcome == history.OK,
			})
		}
	}
	return invariant.Updates(ctx, h, s)
}

// finals are the reads that, for each key, were made last, after all adds had ended or, where nobody knows, had been
// called. What they saw is the final value.
func finals(h *record) map[int]bool {
	quiet := map[uint64]time.Duration{}
	last := map[uint64]int{}
	for i := range h.Ops {
		op := &h.Ops[i]
		key := uint64(op.Input.Key)
		switch {
		case op.Input.F == jepsen.Read && op.Outcome == history.OK:
			last[key] = i
		case op.Outcome == history.OK:
			quiet[key] = max(quiet[key], op.Return)
		case op.Outcome == history.Unknown:
			quiet[key] = max(quiet[key], op.Call)
		}
	}
	final := map[int]bool{}
	for key, i := range last {
		final[i] = h.Ops[i].Call > quiet[key]
	}
	return final
}
