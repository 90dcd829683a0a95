package rediskeys

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// get reads the key's result, if there is one.
func (j job) get(ctx context.Context) (keys.Result, error) {
	return conn.Look(ctx, j.conn, "get", func(ctx context.Context, c *redis.Client) (keys.Result, error) {
		id, err := c.Get(ctx, j.key).Int64()
		if errors.Is(err, redis.Nil) {
			return keys.Result{}, nil
		}
		return keys.Result{Found: true, ID: id}, err
	})
}

// there reads the result that the server said there is.
func (j job) there(ctx context.Context) (keys.Result, error) {
	r, err := j.get(ctx)
	if err == nil && !r.Found {
		err = harness.NotAppliedf("redis: key %s is gone: let nothing delete keys while the run goes on", j.key)
	}
	return r, err
}

// set writes a new result, whatever is there.
func (j job) set(ctx context.Context) (keys.Result, error) {
	id := j.ids.Add(1)
	_, err := conn.Commit(ctx, j.conn, "set", func(ctx context.Context, c *redis.Client) (string, error) {
		return c.Set(ctx, j.key, id, 0).Result()
	})
	return keys.Result{Found: true, ID: id, Created: true}, err
}

// existsThenSet asks whether the key is there, and sets it if not.
func existsThenSet(ctx context.Context, j job) (keys.Result, error) {
	n, err := j.exists(ctx)
	switch {
	case err != nil:
		return keys.Result{}, err
	case n > 0:
		return j.there(ctx)
	}
	return j.set(ctx)
}

// getThenSet reads the key, and sets it if it is not there.
func getThenSet(ctx context.Context, j job) (keys.Result, error) {
	r, err := j.get(ctx)
	if err != nil || r.Found {
		return r, err
	}
	return j.set(ctx)
}

// setOnce has the server set the key unless it is there, and reads what is there then.
func setOnce(ctx context.Context, j job) (keys.Result, error) {
	id := j.ids.Add(1)
	done, err := conn.Commit(ctx, j.conn, "set if absent", func(ctx context.Context, c *redis.Client) (bool, error) {
		err := c.SetArgs(ctx, j.key, id, redis.SetArgs{Mode: "NX"}).Err()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil || done {
		return keys.Result{Found: done, ID: id, Created: done}, err
	}
	return j.there(ctx)
}

// createScript sets the key to the argument unless it is there, and gives what is there then, and whether it was set.
const createScript = `
local id = redis.call('GET', KEYS[1])
if id then return {tonumber(id), 0} end
redis.call('SET', KEYS[1], ARGV[1])
return {tonumber(ARGV[1]), 1}
`

// scriptedCreate has the server look and set.
func scriptedCreate(ctx context.Context, j job) (keys.Result, error) {
	id := j.ids.Add(1)
	reply, err := conn.Commit(ctx, j.conn, "create", func(ctx context.Context, c *redis.Client) ([]int64, error) {
		return c.Eval(ctx, createScript, []string{j.key}, id).Int64Slice()
	})
	if err != nil {
		return keys.Result{}, err
	}
	if len(reply) != 2 {
		return keys.Result{}, fmt.Errorf("redis: create: the script answered %v", reply)
	}
	return keys.Result{Found: true, ID: reply[0], Created: reply[1] == 1}, nil
}
