package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Attempts is how often [Retry] tries before it gives up.
const Attempts = 1000

// Retry runs fn until it succeeds, or fails with an error that is not retryable, or the context ends, or [Attempts]
// are used up. It waits between attempts, from 0.2 ms doubling to 20 ms with jitter, and counts each repeated one for
// the operation's record. Fn must make sure that a retryable error left no effect: what Retry gives up on is
// [ErrNotApplied]. An error that is not retryable is returned at once, as it is.
func Retry[T any](ctx context.Context, retryable func(error) bool, fn func(context.Context) (T, error)) (T, error) {
	var last error
	attempts := 0
	v, err := backoff.Retry(ctx, func() (T, error) {
		if attempts++; attempts > 1 {
			Retried(ctx)
		}
		v, err := fn(ctx)
		last = err
		if err != nil && !retryable(err) {
			return v, backoff.Permanent(err)
		}
		return v, err
	}, backoff.WithBackOff(newBackOff()), backoff.WithMaxTries(Attempts), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return v, nil
	}
	switch cause := context.Cause(ctx); {
	case !retryable(last):
		return v, last
	case cause != nil && attempts < Attempts:
		return v, NotApplied(fmt.Errorf("gave up after %d attempts (%w): %w", attempts, cause, last))
	}
	return v, NotApplied(fmt.Errorf("gave up after %d attempts: %w", attempts, last))
}

func newBackOff() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: 200 * time.Microsecond, RandomizationFactor: 0.9, Multiplier: 2, MaxInterval: 20 * time.Millisecond,
	}
}

// Reconnect calls connect until it gives a connection, or fails with the hopeless error, or ctx ends. It waits between
// attempts, from 1 ms doubling to 100 ms with jitter. A target calls it where an operation finds its connection gone:
// operations that failed at once, again and again, would use up the run within one outage. Its errors are
// [ErrNotApplied]: nothing of the operation was sent; and they say why the last attempt failed that the end of ctx did
// not cut short, if there was one.
func Reconnect[T any](ctx context.Context, hopeless error, connect func(context.Context) (T, error)) (T, error) {
	var last, why error
	c, err := backoff.Retry(ctx, func() (T, error) {
		c, err := connect(ctx)
		if last = err; why == nil || ctx.Err() == nil {
			why = err
		}
		if errors.Is(err, hopeless) {
			err = backoff.Permanent(err)
		}
		return c, err
	}, backoff.WithBackOff(&backoff.ExponentialBackOff{
		InitialInterval: time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 100 * time.Millisecond,
	}), backoff.WithMaxElapsedTime(0))
	switch {
	case err == nil:
		return c, nil
	case errors.Is(last, hopeless):
		return c, NotApplied(last)
	}
	return c, NotApplied(fmt.Errorf("no connection came about (%w): %w", context.Cause(ctx), why))
}
