package redis

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// watch has a connection's next EXEC fail if a cell of the change is written before it.
func (j job) watch(ctx context.Context, over *conn) error {
	args := []any{"watch"}
	for _, key := range j.names.of(j.change) {
		args = append(args, key)
	}
	// Not by go-redis' Watch, which is a transaction with its own unwatch: a connection is never replaced here, so that
	// commands one by one are the same, and the harness can get in between.
	_, err := look(ctx, over, "watch", func(ctx context.Context, client *redis.Client) (any, error) {
		return client.Do(ctx, args...).Result()
	})
	return err
}

// unwatch ends a transaction that will not come to its EXEC. If it fails, the next EXEC may fail once for nothing.
func (j job) unwatch(ctx context.Context) {
	_, _ = look(ctx, j.conn, "unwatch", func(ctx context.Context, client *redis.Client) (any, error) {
		return client.Do(ctx, "unwatch").Result()
	})
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
		j.unwatch(ctx)
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
	other, err := j.other.wait(ctx)
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
		return harness.Retry(ctx, conflicted, func(ctx context.Context) (cells.Effect, error) { return u(ctx, j) })
	}
}

// unnoticed takes an EXEC that was not carried out for one that was: nil is not an error to the server, nor to many
// a driver.
func unnoticed(u update) update {
	return func(ctx context.Context, j job) (cells.Effect, error) {
		e, err := u(ctx, j)
		if conflicted(err) {
			err = nil
		}
		return e, err
	}
}
