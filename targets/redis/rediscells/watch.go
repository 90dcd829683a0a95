package rediscells

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// watch has a connection's next EXEC fail if a cell of the change is written before it.
func (j job) watch(ctx context.Context, over *conn.Conn) error {
	return conn.Watch(ctx, over, j.names.of(j.change)...)
}

// watched watches, reads, computes, and writes unless somebody else has written since the watch.
func watched(ctx context.Context, j job) (cells.Effect, error) {
	if err := j.watch(ctx, j.conn); err != nil {
		return cells.Effect{}, err
	}
	before, err := j.find(ctx)
	if err != nil {
		return cells.Effect{}, err
	}
	e := j.change.Saw(before)
	if !e.Applied {
		conn.Unwatch(ctx, j.conn)
		return e, nil
	}
	return e, j.exec(ctx, e.After)
}

// watchThenExec writes unless somebody else does so after this watch. What was written before it goes unnoticed.
func (j job) watchThenExec(ctx context.Context, after cells.Pair) error {
	if err := j.watch(ctx, j.conn); err != nil {
		return err
	}
	return j.exec(ctx, after)
}

// watchedElsewhere does the same as watched, but watches over another connection, as one does that asks a pool for one
// each time.
func watchedElsewhere(ctx context.Context, j job) (cells.Effect, error) {
	other, err := j.other.Wait(ctx)
	if err != nil {
		return cells.Effect{}, harness.NotApplied(err)
	}
	if err := j.watch(ctx, other); err != nil {
		return cells.Effect{}, err
	}
	return readThenWrite(job.exec)(ctx, j)
}

// again begins anew, from the read, as often as somebody else was faster.
func again(u update) update {
	return func(ctx context.Context, j job) (cells.Effect, error) {
		return harness.Retry(ctx, conn.Conflicted, func(ctx context.Context) (cells.Effect, error) { return u(ctx, j) })
	}
}

// unnoticed takes an EXEC that was not carried out for one that was: nil is not an error to the server, nor to many
// a driver.
func unnoticed(u update) update {
	return func(ctx context.Context, j job) (cells.Effect, error) {
		e, err := u(ctx, j)
		if conn.Conflicted(err) {
			err = nil
		}
		return e, err
	}
}
