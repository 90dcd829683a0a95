package rediscells

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// find reads the cells of the change.
func (j job) find(ctx context.Context) (before cells.Pair, err error) {
	all, err := conn.Values(ctx, j.conn, "read value", j.names.of(j.change))
	copy(before[:], all)
	return before, err
}

// put writes the cells of the change by one command, so that it is never half done.
func (j job) put(ctx context.Context, after cells.Pair) error {
	_, err := conn.Commit(ctx, j.conn, "write value", func(ctx context.Context, client *redis.Client) (string, error) {
		return j.write(ctx, client, after).Result()
	})
	return err
}

func (j job) write(ctx context.Context, to redis.Cmdable, after cells.Pair) *redis.StatusCmd {
	keys := j.names.of(j.change)
	if len(keys) == 1 {
		return to.Set(ctx, keys[0], after[0], 0)
	}
	return to.MSet(ctx, keys[0], after[0], keys[1], after[1])
}

// exec writes the cells of the change in a transaction. The error is conflicted if a watched key had changed.
func (j job) exec(ctx context.Context, after cells.Pair) error {
	return conn.Exec(ctx, j.conn, func(ctx context.Context, p redis.Pipeliner) error { return j.write(ctx, p, after).Err() })
}

// blindSet carries a Set out by one write: what is written does not depend on what was there, in no strategy.
func blindSet(u update) update {
	return func(ctx context.Context, j job) (cells.Effect, error) {
		if j.change.Kind != cells.Set {
			return u(ctx, j)
		}
		return cells.Effect{Applied: true}, j.put(ctx, cells.Pair{j.change.New})
	}
}

// readThenWrite reads, computes in the client, and writes by what it is given.
func readThenWrite(write func(job, context.Context, cells.Pair) error) update {
	return func(ctx context.Context, j job) (cells.Effect, error) {
		before, err := j.find(ctx)
		if err != nil {
			return cells.Effect{}, err
		}
		e := j.change.Saw(before)
		if !e.Applied {
			return e, nil
		}
		return e, write(j, ctx, e.After)
	}
}
