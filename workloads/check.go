package workloads

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Stage is checks of which none makes another superfluous. They run side by side.
type Stage[I, O any] []checkers.Named[I, O]

// Check runs the stages in the order given, from the cheapest to the dearest, each by [checkers.All], and stops after
// the first that proves the history wrong: a search for what else is wrong with it could take for ever and would tell
// nobody more. The verdict keeps the order in which the checks are given, whichever was ready first.
func Check[I, O any](ctx context.Context, h *history.History[I, O], stages ...Stage[I, O]) checkers.Verdict {
	var v checkers.Verdict
	for _, stage := range stages {
		v = checkers.Join(v, checkers.All(ctx, h, stage...))
		if v.Status == checkers.Invalid {
			return v
		}
	}
	return v
}
