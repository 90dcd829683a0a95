package register

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

func object(key uint64) string { return fmt.Sprintf("register %d", key) }

func checkUpdates(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	s := &invariant.Sheet{Words: invariant.Words{
		Object: object, Op: func(i int) string { return asked(h.Ops[i].Input) },
	}}
	for i := range h.Ops {
		op := &h.Ops[i]
		key := uint64(op.Input.Key)
		certain := op.Outcome == history.OK
		switch {
		case op.Outcome == history.Failed:
		case op.Input.Kind == Read || op.Input.Kind == CompareAndSet && certain && !op.Output.Swapped:
			if certain && (op.Input.Kind == Read || op.Output.Seen) {
				s.Reads = append(s.Reads, invariant.Read{
					Op: i, Key: key, Value: op.Output.Value, Final: op.Phase == history.Final,
				})
			}
		default:
			// A compare-and-set that was done found Old, whether or not the target reports what it saw.
			s.Updates = append(s.Updates, invariant.Update{
				Op: i, Key: key, Before: op.Input.Old, After: op.Input.New,
				Seen: op.Input.Kind == CompareAndSet && certain, Certain: certain,
			})
		}
	}
	return invariant.Updates(ctx, h, s)
}

func checkLinear(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return linear.Check(ctx, Model(), h)
}

// Stream decides linearizability in batches.
func (w *Workload) Stream() checkers.Stream[Input, Output] { return linear.NewStream(Model()) }

// Model is the register's sequential specification.
func Model() linear.Model[int64, Input, Output] {
	return linear.Model[int64, Input, Output]{
		Step: step,
		Effect: func(value int64, in Input) (int64, bool) {
			if in.Kind == Write || in.Kind == CompareAndSet && value == in.Old {
				return in.New, true
			}
			return value, true
		},
		Key:      func(in Input) (uint64, bool) { return uint64(in.Key), false },
		Pure:     func(in Input, out Output) bool { return in.Kind == Read || in.Kind == CompareAndSet && !out.Swapped },
		Type:     &linear.Type[Input, Output]{Act: act},
		Describe: describe,
		Object:   object,
	}
}

// act says what an operation is to the monitors.
func act(in Input, out Output, known bool) monitor.Act {
	switch {
	case in.Kind == Read:
		return monitor.Act{Kind: monitor.Read, Value: out.Value}
	case in.Kind == Write:
		return monitor.Act{Kind: monitor.Write, Value: in.New}
	case !known || out.Swapped && (!out.Seen || out.Value == in.Old):
		return monitor.Act{Kind: monitor.CompareAndSet, Value: in.New, Other: in.Old}
	case !out.Swapped && out.Seen && out.Value != in.Old:
		return monitor.Act{Kind: monitor.Read, Value: out.Value}
	}
	if !out.Swapped && !out.Seen {
		return monitor.Act{Kind: monitor.Mismatch, Other: in.Old}
	}
	return monitor.Act{Kind: monitor.Impossible}
}

func step(value int64, in Input, out Output) (int64, bool) {
	switch {
	case in.Kind == Read:
		return value, out.Value == value
	case in.Kind == Write:
		return in.New, true
	case out.Seen && out.Value != value:
		return value, false
	case out.Swapped:
		return in.New, value == in.Old
	}
	return value, value != in.Old
}
