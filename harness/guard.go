package harness

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

var (
	// errBroken marks what no target may do: panic, or end its goroutine.
	errBroken = errors.New("broken")
	// errAbandoned marks a call that did not return; its goroutine still runs.
	errAbandoned = errors.New("abandoned")
)

// marked is an error that also is a mark, which its text does not show.
type marked struct{ err, mark error }

func (e marked) Error() string        { return e.err.Error() }
func (e marked) Unwrap() error        { return e.err }
func (e marked) Is(target error) bool { return target == e.mark }

// panicked is called by a deferred function, so that the stack is that of the panic.
func panicked(what string, p any) error {
	return marked{fmt.Errorf("%s panicked: %v\n%s", what, p, debug.Stack()), errBroken}
}

// exited is the error of a call that ended its goroutine, as t.FailNow and t.Fatal do.
func exited(what string) error {
	return marked{fmt.Errorf(
		"%s ended its goroutine (runtime.Goexit, as t.FailNow and t.Fatal do): return an error instead", what), errBroken}
}

// guard turns a panic of the target or the workload into an error.
func guard(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(what, p)
		}
	}()
	return f()
}

// answer is what a call came to.
type answer[T any] struct {
	value T
	err   error
}

// bounded calls f in a goroutine of its own, so that nothing that a target does can hold up the run: it waits until f
// returns, or ctx is done and its patience is over. Then the error is errAbandoned, and late is called if f returns later.
func bounded[T any](
	ctx context.Context, patience time.Duration, what string, f func(context.Context) (T, error), late func(T),
) (T, error) {
	done := make(chan answer[T], 1)
	go answerTo(ctx, what, f, done)
	select {
	case a := <-done:
		return a.value, a.err
	case <-ctx.Done():
	}
	grace := time.NewTimer(patience)
	defer grace.Stop()
	select {
	case a := <-done:
		return a.value, a.err
	case <-grace.C:
		go func() { late((<-done).value) }()
		var none T
		return none, marked{fmt.Errorf("%s did not return within %v after its context was done (%w), and was abandoned",
			what, patience, context.Cause(ctx)), errAbandoned}
	}
}

func answerTo[T any](ctx context.Context, what string, f func(context.Context) (T, error), done chan<- answer[T]) {
	a := answer[T]{err: exited(what)}
	defer func() {
		if p := recover(); p != nil {
			a.err = panicked(what, p)
		}
		done <- a
	}()
	a.value, a.err = f(ctx)
}
