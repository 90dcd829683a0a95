package aside

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads/cache"
)

// raiseScript sets the key to the version given unless it holds that or a newer one, and gives what it holds then.
const raiseScript = `
local held = redis.call('GET', KEYS[1])
if held and tonumber(held) >= tonumber(ARGV[1]) then return tonumber(held) end
redis.call('SET', KEYS[1], ARGV[1])
return tonumber(ARGV[1])
`

// raise has the server put a version into the cache unless there is a newer one, and gives what is there then.
func (j job) raise(ctx context.Context, version int64) (int64, error) {
	return conn.Look(ctx, j.cache, "set if newer", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Eval(ctx, raiseScript, []string{j.name}, version).Int64()
	})
}

// readAndRaise fills the cache with what it loads unless there is something newer by then, which it gives in that case:
// whoever has read that must not read anything older next.
func readAndRaise(ctx context.Context, j job) (cache.Output, error) {
	e, err := j.get(ctx)
	if err != nil || e.held {
		return cache.Output{Version: e.version}, err
	}
	version, err := j.loadSlowly(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	newest, err := j.raise(ctx, version)
	return cache.Output{Version: newest, Filled: newest == version}, err
}

func writeAndRaise(ctx context.Context, j job) (cache.Output, error) {
	version, err := j.store(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	if err = j.pause(ctx); err != nil {
		return written(version, false, err)
	}
	newest, err := j.raise(ctx, version)
	return written(version, newest == version, err)
}
