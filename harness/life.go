package harness

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/history"
)

// ErrTimeout is the cause with which an operation's context ends when the operation overruns its time.
var ErrTimeout = errors.New("operation timed out")

// abandoned stands in a life's deadline when its operation did not return even after its context was cancelled.
const abandoned time.Duration = -1

// ending says why a life is over.
type ending struct {
	how how
	err error // with failed: what the run ends with
}

type how int

const (
	finished how = iota // the seat's operations are used up, or the run was stopped
	reborn              // an operation ended as Unknown or overran: the seat goes on under a new identity
	failed              // the target or the workload broke the run
	orphaned            // the operation returned after the life had been abandoned; nobody waits for it
)

// life is one identity of a client: from Open until its first Unknown, or the end. A seat lives as many lives as it
// takes.
type life[I, O any] struct {
	client  Client[I, O]
	log     *history.Log[I, O]
	stepper Stepper
	timeout time.Duration
	ctx     *opContext
	cancel  context.CancelCauseFunc
	// deadline is when the present operation is overdue, since the recorder's base; 0 between operations.
	deadline atomic.Int64
	overdue  atomic.Bool // the context was cancelled, and cannot serve another operation
	patient  bool        // an interrupt of the run does not hurry it
	closed   atomic.Bool
	stuck    chan struct{} // closed when the life is abandoned
}

// opContext is the context of a life's operations. One serves them all, since making one for each would cost more than
// many an operation; its deadline moves along, and the watchdog cancels it.
type opContext struct {
	context.Context
	call     call
	base     time.Time
	deadline *atomic.Int64
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
	d := c.deadline.Load()
	if d <= 0 {
		return c.Context.Deadline()
	}
	return c.base.Add(time.Duration(d)), true
}

// do makes one operation and records it. It gives the record and whether the life may go on; the record is not to be
// used when the life was abandoned meanwhile.
func (l *life[I, O]) do(in I, phase history.Phase) (op history.Op[I, O], alive bool) {
	if l.stepper != nil {
		l.stepper.Start(l.ctx)
	}
	l.ctx.call.retries.Store(0)
	// The deadline is armed a moment before the call, so that no operation is under way without one.
	l.deadline.Store(int64(l.now() + l.timeout))
	op.Input, op.Client, op.Phase = in, l.log.Client(), phase
	op.Call = l.log.Begin(in, phase)
	out, err := l.ask(in)
	op.Output, op.Outcome = out, outcomeOf(err)
	if err != nil {
		l.log.Note(err.Error())
		var none O
		op.Output = none
	}
	retries := int(l.ctx.call.retries.Load())
	op.Return = l.log.End(op.Output, op.Outcome, retries)
	op.Retries = uint16(min(retries, 1<<16-1))
	if l.stepper != nil {
		l.stepper.Finish()
	}
	alive = time.Duration(l.deadline.Swap(0)) != abandoned
	return op, alive
}

func (l *life[I, O]) now() time.Duration { return time.Since(l.ctx.base) }

func outcomeOf(err error) history.Outcome {
	switch {
	case err == nil:
		return history.OK
	case errors.Is(err, ErrNotApplied):
		return history.Failed
	default:
		return history.Unknown
	}
}

// ask calls the target, and turns a panic into an error with its stack.
func (l *life[I, O]) ask(in I) (out O, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the target panicked: %v\n%s", p, debug.Stack())
		}
	}()
	out, err = l.client.Do(l.ctx, in)
	if err != nil && l.overdue.Load() {
		err = fmt.Errorf("%w (%w)", err, context.Cause(l.ctx))
	}
	return out, err
}

// watch cancels what is overdue at now, and abandons what is still there after a grace.
func (l *life[I, O]) watch(now, grace time.Duration) {
	d := time.Duration(l.deadline.Load())
	if d <= 0 || now < d {
		return
	}
	l.overdue.Store(true)
	l.cancel(ErrTimeout)
	if now >= d+grace && l.deadline.CompareAndSwap(int64(d), int64(abandoned)) {
		close(l.stuck)
	}
}

// hurry brings the deadline of the operation under way forward to at.
func (l *life[I, O]) hurry(at time.Duration) {
	d := l.deadline.Load()
	if !l.patient && d > int64(at) {
		l.deadline.CompareAndSwap(d, int64(at))
	}
}

// close ends the life. It reports false if the client's own Close overran so long that the life was abandoned.
func (l *life[I, O]) close() bool {
	if l.stepper != nil {
		l.stepper.Leave()
	}
	l.deadline.Store(int64(l.now() + l.timeout))
	l.closeClient()
	l.cancel(nil)
	l.closed.Store(true)
	return time.Duration(l.deadline.Swap(0)) != abandoned
}

// closeClient lets go of the connection. Neither an error nor a panic can change anything that is recorded.
func (l *life[I, O]) closeClient() {
	defer func() { _ = recover() }()
	_ = l.client.Close()
}
