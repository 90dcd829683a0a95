package redisjobs

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/redis/conn"
)

// lendScript gives a job whose lease is over, or else one that nobody has had. Its arguments are the present time, when the
// lease ends, and the token.
const lendScript = `
local job = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 1)[1] or redis.call('LPOP', KEYS[1])
if not job then return false end
redis.call('ZADD', KEYS[2], ARGV[2], job)
redis.call('HSET', KEYS[3], job, ARGV[3])
return job
`

func lend(ctx context.Context, w *worker, over *conn.Conn) (int, bool, error) {
	now := time.Now()
	m, err := conn.Commit(ctx, over, "lend job", func(ctx context.Context, c *redis.Client) (maybe, error) {
		text, err := c.Eval(ctx, lendScript, []string{w.keys.waiting, w.keys.lent, w.keys.tokens},
			now.UnixMicro(), now.Add(lease).UnixMicro(), w.token).Text()
		job, found, err := jobIn(text, err)
		return maybe{job, found}, err
	})
	return m.job, m.found, err
}

// endScript ends a job and applies its effect; if there is a token, only if it is that of the job's last claim.
const endScript = `
if ARGV[2] and redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('INCR', KEYS[3])
return 1
`

func (w *worker) endKeys(job int) []string {
	return []string{w.keys.lent, w.keys.tokens, w.keys.effects(job)}
}

func endAny(ctx context.Context, w *worker, over *conn.Conn, job int) (bool, error) {
	return scripted(ctx, over, endScript, w.endKeys(job), job)
}

func endOwn(ctx context.Context, w *worker, over *conn.Conn, job int) (bool, error) {
	return scripted(ctx, over, endScript, w.endKeys(job), job, w.token)
}

// watchAndLend does what the script does, under a watch of both keys that it reads.
func watchAndLend(ctx context.Context, w *worker, over *conn.Conn) (int, bool, error) {
	if err := conn.Watch(ctx, over, w.keys.waiting, w.keys.lent); err != nil {
		return 0, false, err
	}
	now := time.Now()
	m, again, err := w.look(ctx, over, now)
	if err != nil || !m.found {
		conn.Unwatch(ctx, over)
		return 0, false, err
	}
	return m.job, true, w.lend(ctx, over, m.job, again, now)
}

// lend lends a job, again or for the first time, unless what is watched has changed.
func (w *worker) lend(ctx context.Context, over *conn.Conn, job int, again bool, now time.Time) error {
	return conn.Exec(ctx, over, func(ctx context.Context, p redis.Pipeliner) error {
		if !again {
			p.LPop(ctx, w.keys.waiting)
		}
		p.ZAdd(ctx, w.keys.lent, redis.Z{Score: float64(now.Add(lease).UnixMicro()), Member: job})
		p.Set(ctx, w.keys.token(job), w.token, 0)
		return nil
	})
}

// look finds a job whose lease is over, which is lent again, or else one that nobody has had.
func (w *worker) look(ctx context.Context, over *conn.Conn, now time.Time) (m maybe, again bool, err error) {
	m, err = conn.Look(ctx, over, "zrange", func(ctx context.Context, c *redis.Client) (maybe, error) {
		all, err := c.ZRangeArgs(ctx, redis.ZRangeArgs{
			Key: w.keys.lent, Start: "-inf", Stop: "(" + strconv.FormatInt(now.UnixMicro(), 10), ByScore: true, Count: 1,
		}).Result()
		if err != nil || len(all) == 0 {
			return maybe{}, err
		}
		job, found, err := jobIn(all[0], nil)
		return maybe{job, found}, err
	})
	if err != nil || m.found {
		return m, m.found, err
	}
	m, err = conn.Look(ctx, over, "lindex", asking(w.first))
	return m, false, err
}

// watchAndEnd ends a job under a watch of its token, which every claim changes, and every end removes.
func watchAndEnd(ctx context.Context, w *worker, over *conn.Conn, job int) (bool, error) {
	key := w.keys.token(job)
	if err := conn.Watch(ctx, over, key); err != nil {
		return false, err
	}
	own, err := conn.Look(ctx, over, "get token", func(ctx context.Context, c *redis.Client) (bool, error) {
		token, err := c.Get(ctx, key).Int64()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		return token == w.token, err
	})
	if err != nil || !own {
		conn.Unwatch(ctx, over)
		return false, err
	}
	return true, conn.Exec(ctx, over, func(ctx context.Context, p redis.Pipeliner) error {
		// The server in this process does not notice that a ZREM changes a key that others watch. A ZADD it notices.
		p.ZAddXX(ctx, w.keys.lent, redis.Z{Member: job})
		p.ZRem(ctx, w.keys.lent, job)
		p.Del(ctx, key)
		p.Incr(ctx, w.keys.effects(job))
		return nil
	})
}
