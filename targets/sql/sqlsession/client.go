package sqlsession

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/session"
)

// client is one session, with a connection to the primary and one to the standby.
type client struct {
	*db.Client
	standby *db.Client
	store   *store
	place   int64 // in the log, up to which the standby must have come for it
}

func (c *client) Do(ctx context.Context, in session.Input) (session.Output, error) {
	if in.Kind == session.Write {
		v, err := c.write(ctx, in.Key)
		return session.Output{Version: v}, err
	}
	v, err := c.store.way.read(ctx, c, in.Key)
	return session.Output{Version: v}, err
}

func (c *client) Close() error { return errors.Join(c.Client.Close(), c.standby.Close()) }

// write gives the key its next version. Where the place in the log can't be asked for then, nobody is told of the write.
func (c *client) write(ctx context.Context, key int32) (int64, error) {
	v, err := one(c.Query(ctx, "write", c.store.stmts.write, key))
	if err != nil || !c.store.way.token {
		return v, c.Alone(err)
	}
	if err := c.mark(ctx); err != nil {
		return 0, errors.New(err.Error()) // no longer harness.ErrNotApplied: it was
	}
	return v, nil
}

// mark notes the end of the log.
func (c *client) mark(ctx context.Context) (err error) {
	c.place, err = one(c.Query(ctx, "ask for end of log", c.store.stmts.written))
	return c.Undone(err)
}

// follow waits until the standby has applied the log up to the client's place.
func (c *client) follow(ctx context.Context) error {
	_, err := harness.Retry(ctx, isBehind, func(ctx context.Context) (int64, error) {
		at, err := one(c.standby.Query(ctx, "ask standby for its place", c.store.stmts.replayed))
		if err == nil && at < c.place {
			return at, errBehind
		}
		return at, c.standby.Undone(err)
	})
	return err
}

// one is the only number of an answer.
func one(rows [][]int64, err error) (int64, error) {
	if err == nil && len(rows) == 0 {
		err = db.ErrMissing
	}
	if err != nil {
		return 0, err
	}
	return rows[0][0], nil
}

func readPrimary(ctx context.Context, c *client, key int32) (int64, error) {
	v, err := one(c.Query(ctx, "read from primary", c.store.stmts.read, key))
	return v, c.Undone(err)
}

func readStandby(ctx context.Context, c *client, key int32) (int64, error) {
	v, err := one(c.standby.Query(ctx, "read from standby", c.store.stmts.read, key))
	return v, c.standby.Undone(err)
}

func readOnceApplied(ctx context.Context, c *client, key int32) (int64, error) {
	if err := c.follow(ctx); err != nil {
		return 0, err
	}
	return readStandby(ctx, c, key)
}
