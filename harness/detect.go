package harness

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Detected says after how many operations a history proved that something is wrong: the least number of completed operations
// of clients, 1 and above, after which the history as it then stood is Invalid. Where only the final reads prove it that is
// all of them, and where nothing does it is 0.
//
// What is proved stays so whatever comes after, so that the number is found by halving, with about as many checks as it has
// binary digits. A check that ctx cuts short counts as one that proves nothing: the number can only be too high.
func Detected[I, O any](ctx context.Context, w Workload[I, O], h *history.History[I, O]) int {
	var returns []time.Duration
	for i := range h.Ops {
		if op := &h.Ops[i]; op.Phase != history.Final && op.Return != history.Never {
			returns = append(returns, op.Return)
		}
	}
	slices.Sort(returns)
	proved := func(h *history.History[I, O]) bool {
		name, _ := w.Info()
		v := checkers.Guard(ctx, h, checkers.Named[I, O]{Name: name, Check: w.Check})
		return v.Status == checkers.Invalid
	}
	first := sort.Search(len(returns), func(i int) bool { return proved(asOf(h, returns[i])) })
	if first < len(returns) { // with all that returned at the same moment
		return sort.Search(len(returns), func(i int) bool { return returns[i] > returns[first] })
	}
	if proved(h) {
		return len(returns)
	}
	return 0
}

// asOf gives the history as it stood at a moment: what had not returned was under way, and final reads had not been made.
func asOf[I, O any](h *history.History[I, O], moment time.Duration) *history.History[I, O] {
	then := &history.History[I, O]{Info: h.Info}
	for i := range h.Ops {
		op := h.Ops[i]
		if op.Call > moment || op.Phase == history.Final {
			continue
		}
		if op.Return > moment {
			var none O
			op.Return, op.Outcome, op.Output = history.Never, history.Unknown, none
		}
		then.Ops = append(then.Ops, op)
	}
	return then
}
