package harness

import (
	"errors"
	"fmt"
)

// ErrNotApplied marks an error which proves that the operation had no effect and never will: a refused connection, a
// rolled back transaction. An operation whose error wraps it is recorded as Failed; every other error is Unknown.
var ErrNotApplied = errors.New("not applied")

// NotApplied wraps err so that it also is [ErrNotApplied]. It gives nil for nil.
func NotApplied(err error) error {
	if err == nil || errors.Is(err, ErrNotApplied) {
		return err
	}
	return notApplied{err}
}

type notApplied struct{ err error }

func (e notApplied) Error() string        { return e.err.Error() }
func (e notApplied) Unwrap() error        { return e.err }
func (e notApplied) Is(target error) bool { return target == ErrNotApplied }

// NotAppliedf makes an error that is [ErrNotApplied], in the manner of fmt.Errorf.
func NotAppliedf(format string, args ...any) error { return NotApplied(fmt.Errorf(format, args...)) }
