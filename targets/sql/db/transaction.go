package db

import (
	"context"
	"errors"
	"time"

	"github.com/lostupdate/stress/harness"
)

// rollbackTimeout is how long a rollback may take before the connection is given up instead.
const rollbackTimeout = 2 * time.Second

// InTx runs fn in a transaction of the store's level, and rolls it back on an error; one that wraps [ErrRefused] is then an
// answer, nil, with the zero value. A refusal that wrote nothing should be no error: it is committed, since an engine may
// vouch for what a transaction read only when it commits. Whatever fails before COMMIT is sent has no effect: either it was
// rolled back, or the server does so when it misses the connection.
func InTx[T any](ctx context.Context, c *Client, fn func(context.Context) (T, error)) (T, error) {
	var none T
	if err := c.Begin(ctx); err != nil {
		return none, err
	}
	v, err := fn(ctx)
	if err == nil {
		return v, c.Commit(ctx)
	}
	c.Rollback(ctx, err)
	if errors.Is(err, ErrRefused) {
		return none, nil
	}
	return none, harness.NotApplied(err)
}

// Begin begins a transaction of the store's level, for one that lasts longer than an operation; [InTx] is for all others.
func (c *Client) Begin(ctx context.Context) error {
	_, err := c.Exec(ctx, "begin", c.base.dialect.begin(c.base.level))
	return c.Undone(err)
}

// Commit ends a transaction. Its error says whether it may have been committed, and leaves none open.
func (c *Client) Commit(ctx context.Context) error {
	_, err := c.Exec(ctx, "commit", "COMMIT")
	if err == nil {
		return nil
	}
	if neverSent(err) || c.base.dialect.outcome(err).refusedCommit {
		c.Rollback(ctx, err)
		return harness.NotApplied(err)
	}
	c.Discard()
	return err
}

// Rollback leaves no transaction behind: it rolls back, or gives up the connection where that can't be done soon, or where
// the error because of which it comes has left it in doubt.
func (c *Client) Rollback(ctx context.Context, because error) {
	if ctx.Err() != nil || !c.Usable(because) {
		c.Discard()
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	if _, err := c.Exec(ctx, "rollback", "ROLLBACK"); err != nil {
		c.Discard()
	}
}
