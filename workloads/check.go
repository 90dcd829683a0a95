package workloads

import (
	"context"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Stage is checks of which none makes another superfluous. They run side by side.
type Stage[I, O any] []checkers.Named[I, O]

// timeToShow is how long the stages after the one that proves the history wrong may take together, to show how far it can be
// explained.
const timeToShow = 2 * time.Second

// Check runs the stages in the order given, from the cheapest to the dearest, each by [checkers.All], and stops after
// the first that proves the history wrong: a search for what else is wrong with it could take for ever and would tell
// nobody more. Where orders are asked for, by [checkers.WithOrders], the other stages may then take two seconds to give them, and
// the prefixes, and nothing else of what they find is taken. The verdict keeps the order in which the checks are given,
// whichever was ready first.
func Check[I, O any](ctx context.Context, h *history.History[I, O], stages ...Stage[I, O]) checkers.Verdict {
	var v checkers.Verdict
	for n, stage := range stages {
		v = checkers.Join(v, checkers.All(ctx, h, stage...))
		if v.Status == checkers.Invalid {
			return show(ctx, h, v, stages[n+1:])
		}
	}
	return v
}

// show adds the orders and prefixes of the other stages to a verdict, if they are asked for.
func show[I, O any](
	ctx context.Context, h *history.History[I, O], v checkers.Verdict, others []Stage[I, O],
) checkers.Verdict {
	if !checkers.WantsOrders(ctx) {
		return v
	}
	ctx, cancel := context.WithTimeout(ctx, timeToShow)
	defer cancel()
	for _, stage := range others {
		more := checkers.All(ctx, h, stage...)
		v = checkers.Join(v, checkers.Verdict{Orders: more.Orders, Prefixes: more.Prefixes})
	}
	return v
}
