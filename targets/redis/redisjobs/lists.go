package redisjobs

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/redis/conn"
)

// first asks for the head of the list.
func (w *worker) first(ctx context.Context, c *redis.Client) *redis.StringCmd {
	return c.LIndex(ctx, w.keys.waiting, 0)
}

// lookThenRemove reads the head of the list, and removes what it has read, whether it is there still or not.
func lookThenRemove(ctx context.Context, w *worker, over *conn.Conn) (int, bool, error) {
	m, err := conn.Look(ctx, over, "lindex", asking(w.first))
	if err != nil || !m.found {
		return 0, false, err
	}
	return m.job, true, w.remove(ctx, over, m.job)
}

func (w *worker) remove(ctx context.Context, over *conn.Conn, job int) error {
	_, err := conn.Commit(ctx, over, "lrem", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.LRem(ctx, w.keys.waiting, 1, job).Result()
	})
	return err
}

// pop takes the head off the list.
func pop(ctx context.Context, w *worker, over *conn.Conn) (int, bool, error) {
	m, err := conn.Commit(ctx, over, "lpop", asking(func(ctx context.Context, c *redis.Client) *redis.StringCmd {
		return c.LPop(ctx, w.keys.waiting)
	}))
	return m.job, m.found, err
}

// move takes the head of the list over into that of the jobs that somebody has.
func move(ctx context.Context, w *worker, over *conn.Conn) (int, bool, error) {
	m, err := conn.Commit(ctx, over, "lmove", asking(func(ctx context.Context, c *redis.Client) *redis.StringCmd {
		return c.LMove(ctx, w.keys.waiting, w.keys.processing, "LEFT", "RIGHT")
	}))
	return m.job, m.found, err
}

// putAllBack is what a worker does as it starts: what is being processed was left by one that died, or so it thinks.
func putAllBack(ctx context.Context, w *worker, over *conn.Conn) error {
	for more := true; more; {
		m, err := conn.Look(ctx, over, "put back", asking(func(ctx context.Context, c *redis.Client) *redis.StringCmd {
			return c.LMove(ctx, w.keys.processing, w.keys.waiting, "LEFT", "LEFT")
		}))
		if more = m.found; err != nil {
			return err
		}
	}
	return nil
}

// apply applies a job's effect.
func apply(ctx context.Context, w *worker, over *conn.Conn, job int) (bool, error) {
	_, err := conn.Commit(ctx, over, "incr", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Incr(ctx, w.keys.effects(job)).Result()
	})
	return true, err
}

// removeAndApply removes the job from those that somebody has, and applies its effect, in one transaction.
func removeAndApply(ctx context.Context, w *worker, over *conn.Conn, job int) (bool, error) {
	return true, conn.Exec(ctx, over, func(ctx context.Context, p redis.Pipeliner) error {
		p.LRem(ctx, w.keys.processing, 1, job)
		p.Incr(ctx, w.keys.effects(job))
		return nil
	})
}

// removedScript applies the effect of a job only if that is still processed; by whom, it does not ask.
const removedScript = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('INCR', KEYS[2])
return 1
`

func applyIfRemoved(ctx context.Context, w *worker, over *conn.Conn, job int) (bool, error) {
	return scripted(ctx, over, removedScript, []string{w.keys.processing, w.keys.effects(job)}, job)
}

// scripted runs a script that answers 1 if it has applied the effect, and 0 if it has refused.
func scripted(ctx context.Context, over *conn.Conn, script string, keys []string, args ...any) (bool, error) {
	n, err := conn.Commit(ctx, over, "finish", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Eval(ctx, script, keys, args...).Int64()
	})
	return n == 1, err
}
