package harness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/history"
)

// life is one identity of a client: from Open until its first Unknown, or the end. A seat lives as many lives as it
// takes.
type life[I, O any] struct {
	client  Client[I, O]
	log     *history.Log[I, O]
	stepper Stepper
	timeout time.Duration
	abandon time.Duration // how long an operation is waited for after its context was cancelled
	ctx     *opContext
	cancel  context.CancelCauseFunc
	due     deadline
	patient bool          // an interrupt of the run does not hurry it
	hurried bool          // it did; the watchdog's own
	stuck   chan struct{} // closed when the life is abandoned
	leaving sync.Once

	observer *observer[I, O] // nil if nobody is told of the operations
}

// deadline is when the operation under way must be back, in time since the recorder's base: 0 between operations;
// negative once that time has come and the context was cancelled; lost once the harness has stopped waiting. Every
// change is one atomic step, so that client and watchdog agree on which of them was first.
type deadline struct{ atomic.Int64 }

const lost = math.MinInt64

// fate is how an operation ended for the harness.
type fate int

const (
	intime    fate = iota
	overran        // its context was cancelled, and cannot serve another operation
	abandoned      // it came back after the harness had stopped waiting
)

// disarm ends the time of the operation under way.
func (d *deadline) disarm() fate {
	switch before := d.Swap(0); {
	case before == lost:
		return abandoned
	case before < 0:
		return overran
	}
	return intime
}

// opContext is the context of a life's operations. One serves them all, since making one for each would cost more than
// many an operation; its deadline moves along, and the watchdog cancels it.
type opContext struct {
	context.Context
	call call
	base time.Time
	due  *deadline
}

// Value finds the harness's own call without a search.
func (c *opContext) Value(key any) any {
	if _, ok := key.(callKey); ok {
		return &c.call
	}
	return c.Context.Value(key)
}

// Deadline is the present operation's.
func (c *opContext) Deadline() (time.Time, bool) {
	d := c.due.Load()
	if d == 0 || d == lost {
		return c.Context.Deadline()
	}
	return c.base.Add(time.Duration(max(d, -d))), true
}

// do makes one operation and records it. What comes back after the harness has stopped waiting is not recorded: others
// have been told that its outcome is unknown.
func (l *life[I, O]) do(in I, phase history.Phase) (op history.Op[I, O], f fate) {
	l.ctx.call.retries.Store(0)
	op.Input, op.Client, op.Phase = in, l.log.Client(), phase
	ctx := context.Context(l.ctx)
	if l.observer != nil {
		ctx = l.observer.begin(ctx, &op)
	}
	op.Call = l.log.Begin(in, phase)
	l.due.Store(int64(op.Call + l.timeout))
	out, err := l.ask(ctx, in)
	if f = l.due.disarm(); f == abandoned {
		return op, f
	}
	if err == nil {
		op.Output = out
	} else {
		op.Outcome, err = l.failed(err, f)
	}
	retries := int(l.ctx.call.retries.Load())
	op.Return = l.log.End(op.Output, op.Outcome, retries)
	op.Retries = uint16(min(retries, math.MaxUint16))
	if l.observer != nil {
		l.observer.end(&op, err)
	}
	return op, f
}

// ask calls the target, and turns a panic into an error with its stack.
func (l *life[I, O]) ask(ctx context.Context, in I) (out O, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked("the target", p)
		}
	}()
	return l.client.Do(ctx, in)
}

// failed notes the error, and gives the outcome and what there is to say of it.
func (l *life[I, O]) failed(err error, f fate) (history.Outcome, error) {
	if cause := context.Cause(l.ctx); f == overran && cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w (%w)", err, cause)
	}
	l.log.Note(textOf(err))
	if errors.Is(err, ErrNotApplied) {
		return history.Failed, err
	}
	return history.Unknown, err
}

// textOf is the error's text, even if its own method can't give one.
func textOf(err error) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprintf("%T, whose Error panicked: %v", err, p)
		}
	}()
	return err.Error()
}

// watch cancels what is overdue at now, and gives up what is still there after a grace. It reports whether it has given
// up. Cancelling comes after the step that marks the operation as overrun: the next operation can't be hit.
func (l *life[I, O]) watch(now time.Duration) (gone bool) {
	d := l.due.Load()
	switch {
	case d > 0 && now >= time.Duration(d):
		if l.due.CompareAndSwap(d, -d) {
			l.cancel(l.cause())
		}
	case d < 0 && d != lost && now >= time.Duration(-d)+l.abandon:
		if l.due.CompareAndSwap(d, lost) {
			close(l.stuck)
			return true
		}
	}
	return false
}

func (l *life[I, O]) cause() error {
	if l.hurried {
		return ErrInterrupted
	}
	return ErrTimeout
}

// hurry brings the deadline of the operation under way forward to at.
func (l *life[I, O]) hurry(at time.Duration) {
	if d := l.due.Load(); !l.patient && d > int64(at) && l.due.CompareAndSwap(d, int64(at)) {
		l.hurried = true
	}
}

// leave tells the scheduler that the client makes no more operations.
func (l *life[I, O]) leave() {
	if l.stepper != nil {
		l.leaving.Do(l.stepper.Leave)
	}
}
