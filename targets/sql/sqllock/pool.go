package sqllock

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/sql/db"
)

// poolSize is how many connections a pool has, fewer than there are clients.
const poolSize = 3

// pool has connections that clients share. It gives any of those that are free, as a pool may: one that always gave the
// last would hide for long what goes wrong with it.
type pool struct {
	free chan struct{} // one for each that is
	mu   sync.Mutex
	all  []*db.Client
}

func newPool(ctx context.Context, b *db.Base) (*pool, error) {
	p := &pool{free: make(chan struct{}, poolSize)}
	for i := range poolSize {
		c, err := b.Client(ctx, i)
		if err != nil {
			return nil, err
		}
		p.put(c)
	}
	return p, nil
}

// take gives a connection, when there is one.
func (p *pool) take(ctx context.Context, chance *rand.Rand) (*db.Client, error) {
	select {
	case <-p.free:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	i := chance.IntN(len(p.all))
	c := p.all[i]
	p.all[i] = p.all[len(p.all)-1]
	p.all = p.all[:len(p.all)-1]
	return c, nil
}

func (p *pool) put(c *db.Client) {
	p.mu.Lock()
	p.all = append(p.all, c)
	p.mu.Unlock()
	p.free <- struct{}{}
}

// borrowed takes a step over any connection.
func borrowed[T any](
	ctx context.Context, s *session, step string, do func(context.Context, *db.Client) (T, error),
) (v T, err error) {
	return harness.Step(ctx, step, func(ctx context.Context) (T, error) {
		c, err := s.store.pool.take(ctx, s.chance)
		if err != nil {
			return v, harness.NotApplied(err)
		}
		defer s.store.pool.put(c)
		return do(ctx, c)
	})
}

// lockThroughPool takes a named lock of the connection that it happens to be given.
func lockThroughPool(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	got, err := borrowed(ctx, s, "lock", func(ctx context.Context, c *db.Client) (bool, error) {
		return answered(c, c.LockOf(ctx, "lock", c.Advisory().TryLock, lock))
	})
	return locks.Grant{Got: got}, harness.NotApplied(err)
}

// unlockThroughPool gives it back on another.
func unlockThroughPool(ctx context.Context, s *session, lock int) bool {
	held, err := borrowed(ctx, s, "unlock", func(ctx context.Context, c *db.Client) (bool, error) {
		return answered(c, c.LockOf(ctx, "unlock", c.Advisory().Unlock, lock))
	})
	return held && err == nil
}

// borrower is a client whose work goes over the pool, too.
type borrower struct{ *session }

func (b borrower) Keep(ctx context.Context, _ int) (bool, error) {
	return borrowed(ctx, b.session, "work", func(ctx context.Context, c *db.Client) (bool, error) {
		_, err := c.Query(ctx, "work", "SELECT 1")
		return err == nil, c.Undone(err)
	})
}
