package sql

import (
	"context"
	"errors"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// rollbackTimeout is how long a rollback may take before the connection is given up instead.
const rollbackTimeout = 2 * time.Second

// inTx runs fn in a transaction of the strategy's level, and rolls it back on an error; a refusal that wrote nothing is
// committed, since an engine may vouch for what a transaction read only when it commits. Whatever fails before COMMIT is
// sent has no effect: either it was rolled back, or the server does so when it misses the connection.
func inTx[T any](ctx context.Context, c *client, fn func(context.Context) (T, error)) (T, error) {
	var none T
	if _, err := c.exec(ctx, "begin", c.base.dialect.begin(c.base.level)); err != nil {
		return none, c.undone(err)
	}
	v, err := fn(ctx)
	if err == nil {
		return v, c.commit(ctx)
	}
	c.rollback(ctx, err)
	if errors.Is(err, errRefused) {
		return none, nil
	}
	return none, harness.NotApplied(err)
}

// inTx is the same of a change.
func (s *session) inTx(ctx context.Context, fn func(context.Context) (cells.Effect, error)) (cells.Effect, error) {
	return inTx(ctx, s.client, fn)
}

func (c *client) commit(ctx context.Context) error {
	_, err := c.exec(ctx, "commit", "COMMIT")
	if err == nil {
		return nil
	}
	if neverSent(err) || c.base.dialect.outcome(err).refusedCommit {
		c.rollback(ctx, err)
		return harness.NotApplied(err)
	}
	c.discard()
	return err
}

// rollback leaves no transaction behind: it rolls back, or gives up the connection where that can't be done soon.
func (c *client) rollback(ctx context.Context, because error) {
	if ctx.Err() != nil || !c.usable(because) {
		c.discard()
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	if _, err := c.exec(ctx, "rollback", "ROLLBACK"); err != nil {
		c.discard()
	}
}
