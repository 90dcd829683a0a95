package harness

import (
	"context"
	"sync/atomic"
)

// Step marks one step of an operation, such as "read balance" or "write balance". Before a step the run's [Scheduler]
// may hold the client: to perturb, to line clients up, or to explore orders. So a strategy is written once for all of
// them. Without a scheduler or an [Observer] in ctx, Step only calls fn, at the cost of one look into the context.
//
// A step is one request to the system under test, or one indivisible action in memory. A client must not hold an
// in-process lock between two steps unless the lock is what is tested. A step within a step, or beside one of the same
// operation, is a part of it.
func Step[T any](ctx context.Context, name string, fn func(context.Context) (T, error)) (T, error) {
	c := callOf(ctx)
	if c == nil || c.stepper == nil && c.observer == nil || !c.stepping.CompareAndSwap(false, true) {
		return fn(ctx)
	}
	defer c.stepping.Store(false)
	if c.stepper != nil {
		if err := c.stepper.Before(ctx, name); err != nil {
			var none T
			return none, err
		}
		defer c.stepper.After(name)
	}
	if c.observer == nil {
		return fn(ctx)
	}
	return observed(ctx, c.observer, name, fn)
}

// Scheduler decides when clients may take their steps.
type Scheduler interface {
	// Stepper makes the stepper of a client that has opened. Seed is the run's and the client's. All clients of the
	// start have theirs before the first operation; it may be called while others run.
	Stepper(client int, seed uint64) Stepper
}

// Stepper holds one client at its steps. Its methods are called by one goroutine at a time, but for Leave.
type Stepper interface {
	// Start comes when an operation is about to begin, before its call is recorded. It returns soon after ctx is done,
	// which says that no more operations are wanted.
	Start(ctx context.Context)
	// Before returns when the step may be taken, or with ctx's cause when it is done first. Nothing of the step has
	// happened then.
	Before(ctx context.Context, step string) error
	// After comes when the step has been taken.
	After(step string)
	// Finish comes when the operation has returned, or was not made after all.
	Finish()
	// Leave comes once, when the client will make no more operations; also while an operation that does not return is
	// still under way, and so from another goroutine. That operation's later steps mean nothing to anybody.
	Leave()
}

// Retried counts one repeated attempt of the operation that ctx belongs to. [Retry] does so by itself.
func Retried(ctx context.Context) {
	if c := callOf(ctx); c != nil {
		c.retries.Add(1)
	}
}

// call is what the harness keeps for the operation that a client is making.
type call struct {
	stepper  Stepper
	observer Observer
	stepping atomic.Bool // a step is under way
	retries  atomic.Int32
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}
