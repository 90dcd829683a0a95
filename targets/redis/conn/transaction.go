package conn

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
)

// Watch has a connection's next EXEC fail if one of the keys is written before it.
func Watch(ctx context.Context, over *Conn, keys ...string) error {
	args := []any{"watch"}
	for _, key := range keys {
		args = append(args, key)
	}
	// Not by go-redis' Watch, which is a transaction with its own unwatch: a connection is never replaced here, so that
	// commands one by one are the same, and the harness can get in between.
	_, err := Look(ctx, over, "watch", func(ctx context.Context, client *redis.Client) (any, error) {
		return client.Do(ctx, args...).Result()
	})
	return err
}

// Unwatch ends a transaction that will not come to its EXEC. If it fails, the next EXEC may fail once for nothing.
func Unwatch(ctx context.Context, c *Conn) {
	_, _ = Look(ctx, c, "unwatch", func(ctx context.Context, client *redis.Client) (any, error) {
		return client.Do(ctx, "unwatch").Result()
	})
}

// Exec carries out in one transaction, and as one step, what queue puts into it. The error is [Conflicted] if a watched key
// had changed.
func Exec(ctx context.Context, c *Conn, queue func(context.Context, redis.Pipeliner) error) error {
	_, sent, err := Step(ctx, c, "exec", func(ctx context.Context, client *redis.Client) ([]redis.Cmder, error) {
		return client.TxPipelined(ctx, func(p redis.Pipeliner) error { return queue(ctx, p) })
	})
	if err == nil {
		return nil
	}
	if !sent || aborted(err) {
		return harness.NotApplied(err)
	}
	// Replies that go-redis did not read would be taken for the answers to the next request.
	c.Close()
	return err
}
