package redis

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

const (
	// lease is how long a lock lasts if nobody releases it. Real ones last seconds; the pauses that outlast them do too.
	lease = 4 * time.Millisecond
	// stall is how long a holder pauses that does, as a garbage collection, a slow disk or a frozen machine make it.
	stall = 2 * lease
	// stalls is one in how many holders that is.
	stalls = 10
)

// errTaken says that somebody else holds a lock. It wraps nothing and was sent by nobody.
var errTaken = errors.New("redis: the lock is taken")

func isTaken(err error) bool { return errors.Is(err, errTaken) }

// locks is a way of locking cells.
type locks struct {
	lock   func(ctx context.Context, j job, cell int) (token string, err error) // errTaken, if it is
	unlock func(ctx context.Context, j job, cell int, token string) error
}

// held are locks of the cells of one change.
type held struct {
	cells  []int
	tokens []string
}

// acquire takes the locks of all cells of the change, or none. It takes the lower cell first, lest two moves wait for
// each other.
func (l locks) acquire(ctx context.Context, j job) (h held, err error) {
	for _, cell := range j.inOrder() {
		token, err := l.lock(ctx, j, cell)
		if err != nil {
			l.release(ctx, j, h)
			return held{}, err
		}
		h.cells, h.tokens = append(h.cells, cell), append(h.tokens, token)
	}
	return h, nil
}

// release lets go of locks. What was done under them is done, whatever comes of it; a lock that stays expires.
func (l locks) release(ctx context.Context, j job, h held) {
	for i, cell := range h.cells {
		_ = l.unlock(ctx, j, cell, h.tokens[i])
	}
}

// token is the one of a cell's lock.
func (h held) token(cell int) string {
	for i, c := range h.cells {
		if c == cell {
			return h.tokens[i]
		}
	}
	return ""
}

func (j job) inOrder() []int {
	if j.change.Cells() == 1 {
		return []int{j.change.Key}
	}
	return []int{min(j.change.Key, j.change.To), max(j.change.Key, j.change.To)}
}

// pause is what happens to one holder in ten between its read and its write.
func (j job) pause(ctx context.Context) error {
	if j.chance.IntN(stalls) != 0 {
		return nil
	}
	t := time.NewTimer(stall)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return harness.NotApplied(context.Cause(ctx))
	}
}

// leased reads and writes under locks that expire, and believes that it holds them until it lets go.
func leased(l locks) update {
	return func(ctx context.Context, j job) (cells.Effect, error) {
		return harness.Retry(ctx, isTaken, func(ctx context.Context) (cells.Effect, error) {
			h, err := l.acquire(ctx, j)
			if err != nil {
				return cells.Effect{}, err
			}
			defer l.release(ctx, j, h)
			return readThenWrite(pauseThenPut)(ctx, j)
		})
	}
}

func pauseThenPut(j job, ctx context.Context, after cells.Pair) error {
	if err := j.pause(ctx); err != nil {
		return err
	}
	return j.put(ctx, after)
}

// plainLocks are released by DEL, whoever holds them by then.
func plainLocks() locks {
	return locks{
		lock: setIfAbsent,
		unlock: func(ctx context.Context, j job, cell int, _ string) error {
			_, err := look(ctx, j.conn, "unlock", func(ctx context.Context, client *redis.Client) (int64, error) {
				return client.Del(ctx, j.names.lock(cell)).Result()
			})
			return err
		},
	}
}

// tokenLocks are released only by whom they belong to.
func tokenLocks() locks { return locks{lock: setIfAbsent, unlock: unlockOwn} }
