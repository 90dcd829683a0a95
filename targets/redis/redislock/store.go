// Package redislock has the ways of locking by Redis, on one server or on five.
//
// What such a lock protects is elsewhere, so that each has a lease: a holder that is gone must not keep everybody out for
// ever. And so each has to do with the holder that is not gone, but late.
package redislock

import (
	"context"
	"fmt"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads/lock"
)

const (
	// lease is how long a lock lasts if nobody releases it. Real ones last seconds; the pauses that outlast them do too.
	lease = 8 * time.Millisecond
	// stall is how long a holder pauses that does.
	stall = 2 * lease
)

// way is how a strategy locks.
type way struct {
	acquire func(ctx context.Context, s *session, lock int) (locks.Grant, error)
	release func(ctx context.Context, s *session, lock int) (held bool, err error)
	keep    func(ctx context.Context, s *session, lock int) (held bool, err error) // nil: nothing is done before a use
	servers int                                                                    // 1 if 0
	fenced  bool                                                                   // the resource looks at tokens
}

// newTarget makes the target of a workload.
type newTarget = func(*lock.Workload) harness.Target[lock.Input, lock.Output]

// newWay makes the New of a strategy.
func newWay(w way) func(string, uint64) newTarget {
	return func(dsn string, seed uint64) newTarget {
		return func(workload *lock.Workload) harness.Target[lock.Input, lock.Output] {
			config := locks.Config{Fenced: w.fenced, Stall: stall, Seed: seed}
			return locks.Target(newStore(dsn, w), workload, config)
		}
	}
}

// store is one server, or several, with one strategy.
type store struct {
	way   way
	lease time.Duration
	bases []*conn.Base
}

// newStore is on the server of the address, and on as many more in this process as the strategy needs.
func newStore(dsn string, w way) *store {
	s := &store{way: w, lease: lease, bases: []*conn.Base{conn.NewBase(dsn)}}
	for len(s.bases) < w.servers {
		s.bases = append(s.bases, conn.NewBase(""))
	}
	return s
}

// Setup connects. The keys come with the locks, and are the store's from now on.
func (s *store) Setup(ctx context.Context, n int) error {
	for _, b := range s.bases {
		if err := b.Begin(ctx); err != nil {
			return err
		}
		b.Own(b.Names().Keys("lock", n)...)
		b.Own(b.Names().Keys("token", n)...)
	}
	return nil
}

func (s *store) Open(ctx context.Context, client int) (locks.Locker, error) {
	c := &session{way: s.way, lease: s.lease, now: time.Now, client: client, mine: map[int]mine{}}
	for _, b := range s.bases {
		l, err := b.Link(ctx)
		if err != nil {
			_ = c.Close()
			return nil, err
		}
		c.links = append(c.links, l)
		c.names = append(c.names, b.Names())
	}
	if s.way.keep != nil {
		return keeper{c}, nil
	}
	return c, nil
}

// Close deletes the keys on every server.
func (s *store) Close(ctx context.Context) error {
	var first error
	for _, b := range s.bases {
		if err := b.Close(ctx); first == nil {
			first = err
		}
	}
	return first
}

func (s *store) Version() string {
	if more := len(s.bases) - 1; more > 0 {
		return fmt.Sprintf("%s, and %d × %s", s.bases[0].Version(), more, s.bases[1].Version())
	}
	return s.bases[0].Version()
}

// session is one client.
type session struct {
	way    way
	lease  time.Duration
	client int
	now    func() time.Time
	asked  int // how many locks the client has asked for
	names  []conn.Names
	links  []*conn.Link
	mine   map[int]mine
}

// keeper is one client of a strategy that does something before each use.
type keeper struct{ *session }

func (c keeper) Keep(ctx context.Context, lock int) (bool, error) {
	return c.way.keep(ctx, c.session, lock)
}

func (s *session) Acquire(ctx context.Context, lock int) (locks.Grant, error) {
	return s.way.acquire(ctx, s, lock)
}

func (s *session) Release(ctx context.Context, lock int) (bool, error) {
	return s.way.release(ctx, s, lock)
}

// Close lets locks expire.
func (s *session) Close() error {
	for _, l := range s.links {
		l.Close()
	}
	return nil
}
