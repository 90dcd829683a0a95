package workloads

import (
	"context"
	"maps"
	"slices"

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

// FinalReads is undecided where an object could not be read after the clients had stopped: an update that was lost last
// leaves no other trace. A history in which nobody tried, as one that was cut off, is judged by what it holds. Key tells
// reads of one object from other inputs.
func FinalReads[I, O any](key func(I) (key uint64, read bool), object func(uint64) string) checkers.Named[I, O] {
	return checkers.Named[I, O]{Name: "final reads", Check: func(
		_ context.Context, h *history.History[I, O],
	) checkers.Verdict {
		done := map[uint64]bool{}
		for i := range h.Ops {
			if op := &h.Ops[i]; op.Phase == history.Final {
				if k, read := key(op.Input); read {
					done[k] = done[k] || op.Outcome == history.OK
				}
			}
		}
		maps.DeleteFunc(done, func(_ uint64, ok bool) bool { return ok })
		if len(done) == 0 {
			return checkers.Verdict{}
		}
		return checkers.Undecide("%d of the objects, among them %s, could not be read at the end, "+
			"so that updates that were lost last may have gone unseen", len(done), object(slices.Min(slices.Collect(maps.Keys(done)))))
	}}
}
