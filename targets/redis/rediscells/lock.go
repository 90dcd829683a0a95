package rediscells

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/redis/conn"
)

// setIfAbsent takes a lock as the manual has it: SET key owner NX PX lease.
func setIfAbsent(ctx context.Context, j job, cell int) (ticket, error) {
	j.locks++
	t := ticket{cell: cell, owner: fmt.Sprintf("%d-%d", j.client, j.locks)}
	_, err := conn.Look(ctx, j.conn, "lock", func(ctx context.Context, client *redis.Client) (string, error) {
		return client.SetArgs(ctx, j.names.lock(cell), t.owner, redis.SetArgs{Mode: "NX", TTL: lease}).Result()
	})
	if errors.Is(err, redis.Nil) {
		err = errTaken
	}
	return t, err
}

// setIfAbsentAndCount also draws a fencing token. The lock may have expired by then: two holders' tokens differ all the
// same, and the cells will refuse one of them.
func setIfAbsentAndCount(ctx context.Context, j job, cell int) (ticket, error) {
	t, err := setIfAbsent(ctx, j, cell)
	if err != nil {
		return t, err
	}
	t.fence, err = conn.Look(ctx, j.conn, "draw token", func(ctx context.Context, client *redis.Client) (int64, error) {
		return client.Incr(ctx, j.names.tokens()).Result()
	})
	return t, err
}

// unlockScript has the lock's owner as its argument.
const unlockScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

func unlockOwn(ctx context.Context, j job, t ticket) error {
	_, err := conn.Look(ctx, j.conn, "unlock", func(ctx context.Context, client *redis.Client) (int64, error) {
		return client.Eval(ctx, unlockScript, []string{j.names.lock(t.cell)}, t.owner).Int64()
	})
	return err
}
