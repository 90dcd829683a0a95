package harness

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// judge has the history checked, within the run's limits.
func (r *run[I, O]) judge(ctx context.Context, result *Result[I, O]) error {
	ctx, cancel := r.judgeContext(ctx)
	defer cancel()
	result.Stats = statsOf(r.tallies, r.start)
	err := guard("the workload", func() error {
		s := &result.Stats
		s.Contended = contended(result.History, r.workload.Class)
		s.Updates, s.UpdatesOK = updates(result.History, r.workload.Class)
		return nil
	})
	if len(result.History.Ops) <= r.cfg.orders {
		ctx = checkers.WithOrders(ctx)
	}
	v := check(ctx, r.workload, result.History)
	if r.violated.Load() { // what should be a violation of Check's is none, or is not found
		v = unless(v, checkers.Undecide("the run was stopped at a violation that the workload %s saw while it went on, and of which "+
			"its check of all that was recorded finds nothing: one of the two is wrong", r.name))
	}
	if !r.cfg.allowVacuous {
		v = unless(v, Vacuity(result.Stats))
	}
	if v.Status == checkers.Undecided && r.unread != nil {
		v.Reason += ": " + r.unread.Error()
	}
	result.Verdict = v
	return err
}

// judgeContext ends with the check's own limits, and when ctx is cancelled from now on. One that was cancelled before,
// or whose deadline is over, ended the run, and leaves time for the check.
func (r *run[I, O]) judgeContext(ctx context.Context) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.checkTimeout)
	end := cancel
	if !r.cfg.checkBy.IsZero() {
		limited, end = context.WithDeadline(limited, r.cfg.checkBy)
	}
	unhook := func() bool { return true }
	if ctx.Err() == nil {
		unhook = context.AfterFunc(ctx, func() {
			if errors.Is(ctx.Err(), context.Canceled) {
				cancel()
			}
		})
	}
	return limited, func() { unhook(); end(); cancel() }
}

// Judge gives the verdict on a recorded history again, as [Run] did, with its figures. A history that lacks something, or
// the final reads, or whose run was cancelled, is Undecided unless it is Invalid as it stands.
func Judge[I, O any](ctx context.Context, w Workload[I, O], h *history.History[I, O]) (checkers.Verdict, Stats) {
	stats := StatsOf(h, w)
	return unless(check(ctx, w, h), Vacuity(stats)), stats
}

// check is the workload's own verdict, unless the history lacks what it would need to be Valid.
func check[I, O any](ctx context.Context, w Workload[I, O], h *history.History[I, O]) checkers.Verdict {
	name, _ := w.Info()
	v := checkers.Guard(ctx, h, checkers.Named[I, O]{Name: name, Check: w.Check})
	if h.Interrupted != "" {
		v = unless(v, checkers.Undecide("%s; nothing is wrong with those that were", h.Interrupted))
	}
	if h.Missing != "" {
		return unless(v, checkers.Undecide("%s", h.Missing))
	}
	made := 0
	for i := range h.Ops {
		if h.Ops[i].Phase == history.Final && h.Ops[i].Outcome == history.OK {
			made++
		}
	}
	return unless(v, finals(w, made))
}

// finals is undecided where final reads are missing: an update that was lost last leaves no other trace.
func finals[I, O any](w Workload[I, O], made int) checkers.Verdict {
	want := 0
	if err := guard("the workload's Final", func() error { want = len(w.Final()); return nil }); err != nil {
		return checkers.Undecide("it is not known which final reads there should be, as the workload panicked")
	}
	if made < want {
		return checkers.Undecide("%d of %d final reads could not be made, "+
			"so that updates that were lost last may have gone unseen", want-made, want)
	}
	return checkers.Verdict{}
}

// unless adds a reason for doubt to a verdict that is not Invalid: what was proved needs no more.
func unless(v, doubt checkers.Verdict) checkers.Verdict {
	if v.Status == checkers.Invalid {
		return v
	}
	return checkers.Join(v, doubt)
}
