package harness

import (
	"context"
	"time"

	"github.com/lostupdate/stress/history"
)

// finalAttempts is how often a final read is tried.
const finalAttempts = 3

// reads are the final reads under way.
type reads[I, O any] struct {
	run  *run[I, O]
	ctx  context.Context
	life *life[I, O] // nil if the next read needs a new one
}

// final makes the reads that tell the end state, by one new client, also after an interrupt. Where some can't be made,
// the verdict is not Valid.
func (r *run[I, O]) final(ctx context.Context) error {
	var inputs []I
	if err := guard("the workload's Final", func() error { inputs = r.workload.Final(); return nil }); err != nil {
		return err
	}
	stop, end := finalContext(ctx, r.cfg.patience.final)
	defer end()
	f := &reads[I, O]{run: r, ctx: stop}
	defer f.close()
	for _, in := range inputs {
		if !f.try(in) {
			break
		}
	}
	return nil
}

// finalContext ends some time after ctx, whenever that ends.
func finalContext(ctx context.Context, after time.Duration) (stop context.Context, end func()) {
	stop, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel(ErrInterrupted)
		case <-stop.Done():
		}
	})
	return stop, func() { unhook(); cancel(nil) }
}

// try makes one read, and reports whether others are worth a try: not if the target does not answer at all.
func (f *reads[I, O]) try(in I) bool {
	for range finalAttempts {
		if f.ctx.Err() != nil {
			return false
		}
		if f.life == nil {
			l, err := f.run.reopen(f.ctx, finalSeat)
			if err != nil {
				f.run.unread = err
				return false
			}
			f.life = l
		}
		if f.read(in) == history.OK {
			return true
		}
	}
	return f.life != nil
}

func (f *reads[I, O]) close() {
	if f.life != nil {
		f.run.shut(f.life)
		f.life = nil
	}
}

// read asks once.
func (f *reads[I, O]) read(in I) history.Outcome {
	l := f.life
	done := make(chan history.Outcome, 1)
	go f.turn(l, in, done)
	select {
	case <-l.stuck:
		f.run.lose(l)
		f.life = nil
		return history.Unknown
	case outcome := <-done:
		if outcome == history.Unknown || l.ctx.Err() != nil {
			f.close()
		}
		return outcome
	}
}

func (f *reads[I, O]) turn(l *life[I, O], in I, done chan<- history.Outcome) {
	outcome, returned := history.Unknown, false
	defer func() {
		late := l.due.disarm() == abandoned // only an operation that never came back to us is still armed
		if !returned {
			f.run.fail(exited("the target"))
			if !late {
				l.observer.abandon()
			}
		}
		if late {
			f.run.found(l)
			return
		}
		done <- outcome
	}()
	op, end := l.do(in, history.Final)
	if outcome, returned = op.Outcome, true; end == abandoned {
		l.due.Store(lost)
	}
}
