package checkers

import (
	"context"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/history"
)

// Named is a checker with the name under which its panics and reasons are reported.
type Named[I, O any] struct {
	Name  string
	Check Checker[I, O]
}

// All runs the checkers side by side and joins their verdicts by [Join], in the order given. A checker that panics is
// undecided; the others' verdicts stand.
func All[I, O any](ctx context.Context, h *history.History[I, O], checks ...Named[I, O]) Verdict {
	verdicts := make([]Verdict, len(checks))
	var g errgroup.Group
	for i, c := range checks {
		g.Go(func() error {
			verdicts[i] = Guard(ctx, h, c)
			return nil
		})
	}
	_ = g.Wait() // the functions above return no errors
	return Join(verdicts...)
}

// Guard runs one checker and turns a panic into an undecided verdict.
func Guard[I, O any](ctx context.Context, h *history.History[I, O], c Named[I, O]) (v Verdict) {
	defer func() {
		if p := recover(); p != nil {
			v = Undecide("the %s checker panicked: %v; please report it with the history\n%s", c.Name, p, debug.Stack())
		}
	}()
	v = c.Check(ctx, h)
	if v.Reason != "" {
		v.Reason = c.Name + ": " + v.Reason
	}
	return v
}

// Join is the verdict of several: the worst status wins; all anomalies, reasons, orders and prefixes are kept, those of the
// first verdicts first.
func Join(verdicts ...Verdict) Verdict {
	var out Verdict
	for _, v := range verdicts {
		out.Status = max(out.Status, v.Status)
		out.Anomalies = append(out.Anomalies, v.Anomalies...)
		out.Orders = append(out.Orders, v.Orders...)
		out.Prefixes = append(out.Prefixes, v.Prefixes...)
		switch {
		case v.Reason == "":
		case out.Reason == "":
			out.Reason = v.Reason
		default:
			out.Reason = fmt.Sprintf("%s; %s", out.Reason, v.Reason)
		}
	}
	return out
}
