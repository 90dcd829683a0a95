package doctors

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

func (w *Workload) checkLinear(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return linear.Check(ctx, Model(w.doctors), h)
}

// Model is the sequential specification of a shift of n doctors. Its state is who is on call. Whether one who has left may
// leave is left open, since nothing happens: who asks only how many are on call refuses it.
func Model(n int) linear.Model[Set, Input, Output] {
	return linear.Model[Set, Input, Output]{
		Init: func(uint64) Set { return All(n) },
		Step: func(on Set, in Input, out Output) (Set, bool) {
			switch in.Kind {
			case Status:
				return on, out.OnCall == on
			case Leave:
				return after(on, in), !on.Has(int(in.Doctor)) || out.Refused != mayLeave(on, in)
			default:
				return after(on, in), true
			}
		},
		Effect:   func(on Set, in Input) (Set, bool) { return after(on, in), true },
		Key:      func(in Input) (uint64, bool) { return uint64(in.Shift), false },
		Pure:     func(in Input, out Output) bool { return in.Kind == Status || out.Refused },
		Describe: describe,
		Object:   object,
		State:    func(on Set) string { return fmt.Sprintf("%v on call", on) },
	}
}

// mayLeave says whether another doctor is on call than the one who asks to leave.
func mayLeave(on Set, in Input) bool { return on.Without(int(in.Doctor)) != 0 }

// after is who is on call after an operation.
func after(on Set, in Input) Set {
	switch {
	case in.Kind == Return:
		return on.With(int(in.Doctor))
	case in.Kind == Leave && mayLeave(on, in):
		return on.Without(int(in.Doctor))
	}
	return on
}
