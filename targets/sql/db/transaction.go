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
	if _, err := c.Exec(ctx, "begin", c.base.dialect.begin(c.base.level)); err != nil {
		return none, c.Undone(err)
	}
	v, err := fn(ctx)
	if err == nil {
		return v, c.commit(ctx)
	}
	c.rollback(ctx, err)
	if errors.Is(err, ErrRefused) {
		return none, nil
	}
	return none, harness.NotApplied(err)
}

func (c *Client) commit(ctx context.Context) error {
	_, err := c.Exec(ctx, "commit", "COMMIT")
	if err == nil {
		return nil
	}
	if neverSent(err) || c.base.dialect.outcome(err).refusedCommit {
		c.rollback(ctx, err)
		return harness.NotApplied(err)
	}
	c.Discard()
	return err
}

// rollback leaves no transaction behind: it rolls back, or gives up the connection where that can't be done soon.
func (c *Client) rollback(ctx context.Context, because error) {
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
