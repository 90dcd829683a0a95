package db

import (
	"errors"

	"github.com/lostupdate/stress/harness"
)

// Reasons of our own for not carrying an operation out. None of them leaves the connection in doubt.
var (
	ErrRefused     = errors.New("refused")                   // found after something was written: InTx rolls back
	ErrStale       = errors.New("changed since it was read") // an optimistic write matched no row
	ErrMissing     = errors.New("the row is missing: something else has changed the table")
	ErrLockTimeout = errors.New("the lock was not granted in time")
	ErrClosed      = errors.New("the client is closed")
)

func ownReason(err error) bool {
	return errors.Is(err, ErrRefused) || errors.Is(err, ErrStale) || errors.Is(err, ErrMissing) ||
		errors.Is(err, ErrLockTimeout)
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

// Usable reports whether the connection is in a known state after the error.
func (c *Client) Usable(err error) bool {
	return err == nil || ownReason(err) || c.base.dialect.outcome(err).refused
}

// Undone marks the error of an operation that has changed nothing so far.
func (c *Client) Undone(err error) error {
	if !c.Usable(err) {
		c.Discard()
	}
	return harness.NotApplied(err)
}

// Alone judges the error of a statement that commits by itself.
func (c *Client) Alone(err error) error {
	if err == nil || neverSent(err) || c.Usable(err) {
		return c.Undone(err)
	}
	c.Discard()
	return err
}

// Conflict reports whether concurrency is why the operation was refused, so that repeating it may help.
func (c *Client) Conflict(err error) bool {
	return errors.Is(err, harness.ErrNotApplied) && (errors.Is(err, ErrStale) || c.base.dialect.outcome(err).conflict)
}
