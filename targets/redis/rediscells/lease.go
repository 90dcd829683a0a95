package rediscells

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
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
	lock   func(ctx context.Context, j job, cell int) (ticket, error) // errTaken, if it is
	unlock func(ctx context.Context, j job, t ticket) error
}

// ticket is what the holder of one lock has of it.
type ticket struct {
	cell  int
	owner string // the lock's value, which nobody else ever uses
	fence int64  // rises with every ticket; 0 where it isn't used
}

// held are the tickets of the cells of one change.
type held []ticket

// acquire takes the locks of all cells of the change, or none. It takes the lower cell first, lest two moves wait for
// each other.
func (l locks) acquire(ctx context.Context, j job) (h held, err error) {
	for _, cell := range j.inOrder() {
		t, err := l.lock(ctx, j, cell)
		if err != nil {
			l.release(ctx, j, h)
			return nil, err
		}
		h = append(h, t)
	}
	return h, nil
}

// release lets go of locks. What was done under them is done, whatever comes of it; a lock that stays expires.
func (l locks) release(ctx context.Context, j job, h held) {
	for _, t := range h {
		_ = l.unlock(ctx, j, t)
	}
}

// fence is the token to show to a cell.
func (h held) fence(cell int) int64 {
	for _, t := range h {
		if t.cell == cell {
			return t.fence
		}
	}
	return 0
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
			return readThenWrite(job.pauseThenPut)(ctx, j)
		})
	}
}

func (j job) pauseThenPut(ctx context.Context, after cells.Pair) error {
	if err := j.pause(ctx); err != nil {
		return err
	}
	return j.put(ctx, after)
}

// plainLocks are released by DEL, whoever holds them by then.
func plainLocks() locks {
	return locks{
		lock: setIfAbsent,
		unlock: func(ctx context.Context, j job, t ticket) error {
			_, err := conn.Look(ctx, j.conn, "unlock", func(ctx context.Context, client *redis.Client) (int64, error) {
				return client.Del(ctx, j.names.lock(t.cell)).Result()
			})
			return err
		},
	}
}

// tokenLocks are released only by whom they belong to.
func tokenLocks() locks { return locks{lock: setIfAbsent, unlock: unlockOwn} }
