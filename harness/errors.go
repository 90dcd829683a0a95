package harness

import (
	"errors"
	"fmt"
)

// ErrNotApplied marks an error which proves that the operation had no effect and never will: a refused connection, a
// rolled back transaction. An operation whose error wraps it is recorded as Failed; every other error is Unknown.
var ErrNotApplied = errors.New("not applied")

// ErrLeftBehind marks an error of [Run] that comes from closing the target: a table or keys of it may still be there.
var ErrLeftBehind = errors.New("closing the target, which may have left something behind")

// The causes with which an operation's context ends; see [context.Cause].
var (
	// ErrTimeout says that the operation overran its time.
	ErrTimeout = errors.New("operation timed out")
	// ErrInterrupted says that the run was cancelled, and the operation did not return within the second that it had.
	ErrInterrupted = errors.New("run interrupted")
)

// NotApplied wraps err so that it also is [ErrNotApplied]. It gives nil for nil.
func NotApplied(err error) error {
	if err == nil || errors.Is(err, ErrNotApplied) {
		return err
	}
	return marked{err, ErrNotApplied}
}

// NotAppliedf makes an error that is [ErrNotApplied], in the manner of fmt.Errorf.
func NotAppliedf(format string, args ...any) error { return NotApplied(fmt.Errorf(format, args...)) }
