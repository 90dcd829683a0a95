package workloads

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Check runs the checks in the order given, from the cheapest to the dearest, and stops at the first that proves the
// history wrong: a search for what else is wrong with it could take for ever and would tell nobody more.
func Check[I, O any](
	ctx context.Context, h *history.History[I, O], checks ...checkers.Named[I, O],
) checkers.Verdict {
	var v checkers.Verdict
	for _, c := range checks {
		v = checkers.Join(v, checkers.Guard(ctx, h, c))
		if v.Status == checkers.Invalid {
			return v
		}
	}
	return v
}
