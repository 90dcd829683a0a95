package redisdoctors

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// getThenSet reads all keys, and sets the own one if another doctor is on call.
func getThenSet(ctx context.Context, j job) (bool, error) {
	on, err := j.onCall(ctx)
	if err != nil || on.Without(j.doctor) == 0 {
		return false, err
	}
	err = j.set(ctx, 0)
	return err == nil, err
}

// watchOwn watches the key that it writes.
func watchOwn(ctx context.Context, j job) (bool, error) { return j.watched(ctx, j.keys[j.doctor]) }

// watchAll watches all keys that it reads.
func watchAll(ctx context.Context, j job) (bool, error) { return j.watched(ctx, j.keys...) }

// watched has the own key be set only if nobody has written the watched ones since.
func (j job) watched(ctx context.Context, keys ...string) (bool, error) {
	return harness.Retry(ctx, conn.Conflicted, func(ctx context.Context) (bool, error) {
		if err := conn.Watch(ctx, j.conn, keys...); err != nil {
			return false, err
		}
		on, err := j.onCall(ctx)
		if err != nil {
			return false, err
		}
		if on.Without(j.doctor) == 0 {
			conn.Unwatch(ctx, j.conn)
			return false, nil
		}
		err = conn.Exec(ctx, j.conn, func(ctx context.Context, p redis.Pipeliner) error {
			return p.Set(ctx, j.keys[j.doctor], 0, 0).Err()
		})
		return err == nil, err
	})
}

// leaveScript has the argument of the doctor's number, from 1, and answers 1 if the doctor has left.
const leaveScript = conn.NeedKeys + `
for i = 1, #KEYS do
	if i ~= tonumber(ARGV[1]) and redis.call('GET', KEYS[i]) == '1' then
		redis.call('SET', KEYS[tonumber(ARGV[1])], '0')
		return 1
	end
end
return 0
`

// scripted has the server look and set.
func scripted(ctx context.Context, j job) (bool, error) {
	left, err := conn.Commit(ctx, j.conn, "leave", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Eval(ctx, leaveScript, j.keys, j.doctor+1).Int64()
	})
	if err == nil && left != 0 && left != 1 {
		err = fmt.Errorf("redis: leave: the script answered %d", left)
	}
	return left == 1, err
}
