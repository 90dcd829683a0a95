package harness

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/history"
)

// Observer is told of every operation of a run and of its steps, as to make spans of them. Its methods are called by all clients
// at once; those of one operation one after the other. What they cost is not in an operation's times in the history, but what
// Step costs is.
type Observer interface {
	// Operation comes just before an operation is made, and gives the context that [Client].Do gets, derived from ctx, and what
	// is called once when the operation has ended, or has been given up: maybe by another goroutine, and while Do still runs.
	Operation(ctx context.Context, op Operation) (context.Context, func(Ending))
	// Step comes when a step is let go, and gives the context of what is done in it, derived from ctx, and what is called once
	// when it was taken, with its error.
	Step(ctx context.Context, name string) (context.Context, func(error))
}

// Operation is one that is about to be made.
type Operation struct {
	Client int32 // identity
	Nth    int   // among those of this client, from 0 and over all phases; see [history.Info.TraceID]
	Phase  history.Phase
	Class  Class
}

// Ending is what became of an operation.
type Ending struct {
	Outcome history.Outcome
	Err     error // of one that was not OK
	Retries int
	Text    string // in the words of the workload, such as "deduct 300 from wallet 7 → 700"
}

// errGivenUp is the error of an operation that did not return.
var errGivenUp = errors.New("the call did not return, and is waited for no longer")

// Observe has an observer made for each run, when the head of its history is known and not yet written, in which begin may set
// what operations' traces have in common ([history.Info].Trace). A [Test] that fails has several runs.
func Observe(begin func(head *history.Info) Observer) Option {
	return func(c *config) { c.observe = begin }
}

// observe begins to.
func observe(begin func(*history.Info) Observer, head *history.Info) (o Observer, err error) {
	err = guard("the observer", func() error { o = begin(head); return nil })
	return o, err
}

// observer tells of the operations of one life. It belongs to whoever makes the life's operations, or has given the one up that
// is under way.
type observer[I, O any] struct {
	Observer
	workload Workload[I, O]
	fail     func(error)
	n        int // operations begun
	op       history.Op[I, O]
	ended    func(Ending)
}

func (o *observer[I, O]) begin(ctx context.Context, op *history.Op[I, O]) context.Context {
	o.op, o.ended = *op, nil
	o.op.Outcome, o.op.Return = history.Unknown, history.Never
	within := ctx // also if the observer panics
	about := Operation{Client: op.Client, Nth: o.n, Phase: op.Phase}
	o.n++
	o.guard(func() {
		about.Class = o.workload.Class(op.Input)
		within, o.ended = o.Operation(ctx, about) //nolint:fatcontext // one for each operation, so that none grows
	})
	return within
}

func (o *observer[I, O]) end(op *history.Op[I, O], err error) {
	if o.ended == nil {
		return
	}
	ended := o.ended
	o.ended = nil
	o.guard(func() {
		ended(Ending{Outcome: op.Outcome, Err: err, Retries: int(op.Retries), Text: o.workload.Describe(op)})
	})
}

// guard makes an error of the run of a panic.
func (o *observer[I, O]) guard(do func()) {
	if err := guard("the observer of the operations, or the workload,", func() error { do(); return nil }); err != nil {
		o.fail(err)
	}
}

// abandon ends the operation under way, if there is one, as one that nobody knows of.
func (o *observer[I, O]) abandon() {
	if o != nil {
		o.end(&o.op, errGivenUp)
	}
}

// observed takes a step that an observer is told of.
func observed[T any](ctx context.Context, o Observer, name string, fn func(context.Context) (T, error)) (v T, err error) {
	within, end := o.Step(ctx, name)
	taken := false
	defer func() {
		if !taken { // it panicked, or ended its goroutine
			err = errNotTaken
		}
		end(err)
	}()
	v, err = fn(within)
	taken = true
	return v, err
}

var errNotTaken = errors.New("the step ended its goroutine or panicked")
