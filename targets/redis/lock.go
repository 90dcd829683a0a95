package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// setIfAbsent takes a lock as the manual has it: SET key token NX PX lease.
func setIfAbsent(ctx context.Context, j job, cell int) (string, error) {
	j.locks++
	token := fmt.Sprintf("%d-%d", j.client, j.locks)
	_, err := look(ctx, j.conn, "lock", func(ctx context.Context, client *redis.Client) (string, error) {
		return client.SetArgs(ctx, j.names.lock(cell), token, redis.SetArgs{Mode: "NX", TTL: lease}).Result()
	})
	if errors.Is(err, redis.Nil) {
		return "", errTaken
	}
	return token, err
}

// unlockScript has the argument token.
const unlockScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

func unlockOwn(ctx context.Context, j job, cell int, token string) error {
	_, err := look(ctx, j.conn, "unlock", func(ctx context.Context, client *redis.Client) (int64, error) {
		return client.Eval(ctx, unlockScript, []string{j.names.lock(cell)}, token).Int64()
	})
	return err
}

// lockScript takes the lock KEYS[1] with the next token of KEYS[2], for ARGV[1] milliseconds. Tokens only rise.
const lockScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
`

func lockWithToken(ctx context.Context, j job, cell int) (string, error) {
	keys := []string{j.names.lock(cell), j.names.tokens()}
	token, err := look(ctx, j.conn, "lock", func(ctx context.Context, client *redis.Client) (int64, error) {
		return client.Eval(ctx, lockScript, keys, lease.Milliseconds()).Int64()
	})
	if err == nil && token == 0 {
		err = errTaken
	}
	return strconv.FormatInt(token, 10), err
}
