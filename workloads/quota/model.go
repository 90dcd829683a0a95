package quota

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

func (w *Workload) checkLinear(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return linear.Check(ctx, Model(w.limit), h)
}

// Model is the sequential specification of a quota with the limit. Its state is how much is given out.
func Model(limit int64) linear.Model[int64, Input, Output] {
	fits := func(used int64, in Input) bool { return used+in.Amount <= limit }
	return linear.Model[int64, Input, Output]{
		Step: func(used int64, in Input, out Output) (int64, bool) {
			switch {
			case in.Kind == Used:
				return used, out.Used == used
			case out.Refused:
				return used, !fits(used, in)
			}
			return used + in.Amount, fits(used, in)
		},
		Effect: func(used int64, in Input) (int64, bool) {
			if in.Kind == Take && fits(used, in) {
				return used + in.Amount, true
			}
			return used, true // a take is refused, though nobody was told
		},
		Key:      func(in Input) (uint64, bool) { return uint64(in.Quota), false },
		Pure:     func(in Input, out Output) bool { return in.Kind == Used || out.Refused },
		Describe: describe,
		Object:   object,
		State:    func(used int64) string { return fmt.Sprintf("%d of %d given out", used, limit) },
	}
}
