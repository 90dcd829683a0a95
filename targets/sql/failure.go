package sql

import (
	"errors"

	"github.com/lostupdate/stress/harness"
)

// Reasons of our own for not carrying a change out. None of them leaves the connection in doubt.
var (
	errRefused     = errors.New("refused")                   // the floor was found after something was written
	errStale       = errors.New("changed since it was read") // an optimistic write matched no row
	errMissing     = errors.New("the row is missing: something else has changed the table")
	errLockTimeout = errors.New("the lock was not granted in time")
	errClosed      = errors.New("the client is closed")
)

func ownReason(err error) bool {
	return errors.Is(err, errRefused) || errors.Is(err, errStale) || errors.Is(err, errMissing) ||
		errors.Is(err, errLockTimeout)
}

// failure is the error of one statement.
type failure struct {
	step string
	sent bool // the server may have received the statement
	err  error
}

func (f *failure) Error() string { return f.step + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// neverSent reports whether the statement that failed surely did not reach the server.
func neverSent(err error) bool {
	var f *failure
	return errors.As(err, &f) && !f.sent
}

// usable reports whether the connection is in a known state after the error.
func (c *client) usable(err error) bool {
	return err == nil || ownReason(err) || c.base.dialect.outcome(err).refused
}

// undone marks the error of an operation that has changed nothing so far.
func (c *client) undone(err error) error {
	if !c.usable(err) {
		c.discard()
	}
	return harness.NotApplied(err)
}

// alone judges the error of a statement that commits by itself.
func (c *client) alone(err error) error {
	if err == nil || neverSent(err) || c.usable(err) {
		return c.undone(err)
	}
	c.discard()
	return err
}

// conflict reports whether concurrency is why the operation was refused, so that repeating it may help.
func (c *client) conflict(err error) bool {
	return errors.Is(err, harness.ErrNotApplied) && (errors.Is(err, errStale) || c.base.dialect.outcome(err).conflict)
}
