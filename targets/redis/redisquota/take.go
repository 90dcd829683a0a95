package redisquota

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/strategy"
)

const (
	// stall is how long a client pauses that does, before it takes back what did not fit.
	stall = 2 * time.Millisecond
	// stalls is one in how many such clients that is.
	stalls = 2
)

// add has the server add, and gives what is used then.
func (j job) add(ctx context.Context, amount int64) (int64, error) {
	return conn.Commit(ctx, j.conn, "increment", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.IncrBy(ctx, j.key, amount).Result()
	})
}

// getThenSet reads, and if there is room sets what it computes.
func getThenSet(ctx context.Context, j job) (bool, error) {
	used, err := j.used(ctx)
	if err != nil || used+j.amount > j.limit {
		return false, err
	}
	_, err = conn.Commit(ctx, j.conn, "set", func(ctx context.Context, c *redis.Client) (string, error) {
		return c.Set(ctx, j.key, used+j.amount, 0).Result()
	})
	return err == nil, err
}

// getThenAdd reads, and if there is room has the server add.
func getThenAdd(ctx context.Context, j job) (bool, error) {
	used, err := j.used(ctx)
	if err != nil || used+j.amount > j.limit {
		return false, err
	}
	_, err = j.add(ctx, j.amount)
	return err == nil, err
}

// addThenUndo has the server add, and takes that back if it was too much. Where that fails, what did not fit may be counted
// for ever.
func addThenUndo(ctx context.Context, j job) (bool, error) {
	used, err := j.add(ctx, j.amount)
	if err != nil || used <= j.limit {
		return err == nil, err
	}
	if err = strategy.Pause(ctx, j.chance, stalls, stall); err == nil {
		_, err = j.add(ctx, -j.amount)
	}
	if err != nil {
		return false, errors.New(err.Error()) // not harness.ErrNotApplied: the first of the two commands was carried out
	}
	return false, nil
}

// watched has what it read be written only if nobody has written since.
func watched(ctx context.Context, j job) (bool, error) {
	return harness.Retry(ctx, conn.Conflicted, func(ctx context.Context) (bool, error) {
		if err := conn.Watch(ctx, j.conn, j.key); err != nil {
			return false, err
		}
		used, err := j.used(ctx)
		if err != nil {
			return false, err
		}
		if used+j.amount > j.limit {
			conn.Unwatch(ctx, j.conn)
			return false, nil
		}
		err = conn.Exec(ctx, j.conn, func(ctx context.Context, p redis.Pipeliner) error {
			return p.IncrBy(ctx, j.key, j.amount).Err()
		})
		return err == nil, err
	})
}

// takeScript has the arguments amount and limit, and answers 1 if the amount was given.
const takeScript = conn.NeedKeys + `
if redis.call('GET', KEYS[1]) + ARGV[1] > tonumber(ARGV[2]) then return 0 end
redis.call('INCRBY', KEYS[1], ARGV[1])
return 1
`

// scripted has the server look and add.
func scripted(ctx context.Context, j job) (bool, error) {
	given, err := conn.Commit(ctx, j.conn, "take", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Eval(ctx, takeScript, []string{j.key}, j.amount, j.limit).Int64()
	})
	if err == nil && given != 0 && given != 1 {
		err = fmt.Errorf("redis: take: the script answered %d", given)
	}
	return given == 1, err
}
