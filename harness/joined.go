package harness

import (
	"context"
	"errors"
)

// joined gives a context that ends when any of several does, with the cause of that one. It has the values of the last.
func joined(all []context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(all[len(all)-1])
	if len(all) == 1 {
		return ctx, func() { cancel(nil) }
	}
	others, end := joined(all[:len(all)-1])
	timed, stop := ctx, context.CancelFunc(func() {})
	deadline, has := others.Deadline()
	if has { // so that the end of its time is told as such, and not as an interrupt
		timed, stop = context.WithDeadline(ctx, deadline)
	}
	unhook := context.AfterFunc(others, func() {
		if !has || !errors.Is(others.Err(), context.DeadlineExceeded) {
			cancel(context.Cause(others))
		}
	})
	return timed, func() { unhook(); stop(); cancel(nil); end() }
}
