package conn

import (
	"context"
	"errors"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
)

// Values reads the whole numbers that keys hold by one command, so that they are of one moment. A key that is not there is an
// error.
func Values(ctx context.Context, c *Conn, step string, keys []string) ([]int64, error) {
	texts, err := Look(ctx, c, step, func(ctx context.Context, client *redis.Client) ([]any, error) {
		if len(keys) > 1 {
			return client.MGet(ctx, keys...).Result()
		}
		text, err := client.Get(ctx, keys[0]).Result()
		if errors.Is(err, redis.Nil) {
			return []any{nil}, nil
		}
		return []any{text}, err
	})
	if err != nil {
		return nil, err
	}
	return Numbers(keys, texts)
}

// Numbers makes whole numbers of what a command or a script found in the keys.
func Numbers(keys []string, texts []any) ([]int64, error) {
	all := make([]int64, len(keys))
	for i, t := range texts {
		text, ok := t.(string)
		if !ok {
			return nil, harness.NotAppliedf("redis: key %s is gone: let nothing delete keys while the run goes on", keys[i])
		}
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, harness.NotAppliedf("redis: key %s: %w: let nothing else write to it", keys[i], err)
		}
		all[i] = v
	}
	return all, nil
}

// NeedKeys begins a script that stops if one of its KEYS is not there. All of them must hold a number or a text.
const NeedKeys = `
for i = 1, #KEYS do
	if not redis.call('GET', KEYS[i]) then
		return redis.error_reply('NOCELL key ' .. KEYS[i] .. ' is gone: let nothing delete keys while the run goes on')
	end
end
`
