package memlock

import (
	"context"
	"sync"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/lock"
)

// leases are locks that expire. Each has a token, by which it also knows its holder.
type leases struct {
	last time.Duration
	mu   sync.Mutex
	all  []owned
}

// owned is who has a lock, and until when.
type owned struct {
	token int64
	until time.Time
}

// newLeases makes the New of a strategy whose resource looks at the tokens, or does not.
func newLeases(fenced bool) func(string, uint64) newTarget {
	return func(_ string, seed uint64) newTarget {
		return func(w *lock.Workload) harness.Target[lock.Input, lock.Output] {
			return locks.Target(&leases{last: lease}, w, locks.Config{Fenced: fenced, Stall: stall, Seed: seed})
		}
	}
}

func (s *leases) Setup(_ context.Context, n int) error {
	s.all = make([]owned, n)
	return nil
}

func (s *leases) Open(context.Context, int) (locks.Locker, error) {
	if s.all == nil {
		return nil, mem.ErrNotSetUp
	}
	return &lessee{leases: s, tokens: map[int]int64{}}, nil
}

func (s *leases) Close(context.Context) error { return nil }
func (s *leases) Version() string             { return mem.Version() }

// take leases a lock, if it is free or its lease is over.
func (s *leases) take(lock int) locks.Grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	l := &s.all[lock]
	if now.Before(l.until) {
		return locks.Grant{}
	}
	l.token, l.until = l.token+1, now.Add(s.last)
	return locks.Grant{Got: true, Token: l.token}
}

// end ends a lease, and says whether it lasted until now.
func (s *leases) end(lock int, token int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.all[lock]
	if l.token != token || !time.Now().Before(l.until) {
		return false
	}
	l.until = time.Time{}
	return true
}

// lessee is one client.
type lessee struct {
	leases *leases
	tokens map[int]int64
}

func (c *lessee) Acquire(ctx context.Context, lock int) (locks.Grant, error) {
	g, err := mem.Step(ctx, "lock", func() locks.Grant { return c.leases.take(lock) })
	c.tokens[lock] = g.Token
	return g, err
}

func (c *lessee) Release(ctx context.Context, lock int) (bool, error) {
	return mem.Step(ctx, "unlock", func() bool { return c.leases.end(lock, c.tokens[lock]) })
}

// Close lets leases expire.
func (c *lessee) Close() error { return nil }
