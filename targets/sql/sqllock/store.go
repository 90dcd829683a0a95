// Package sqllock has the ways of locking by a relational database: named locks, rows that a transaction holds, and rows
// that say until when somebody has the lock.
//
// Every strategy is written once and runs on each [db.Dialect] where it makes sense.
package sqllock

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/lock"
)

const (
	// lease is how long a lock lasts that nobody releases, where it has a lease. Real ones last seconds; the pauses that
	// outlast them do too.
	lease = 8 * time.Millisecond
	// stall is how long a holder pauses that does.
	stall = 2 * lease
)

// way is how a strategy locks.
type way struct {
	acquire func(ctx context.Context, s *session, lock int) (locks.Grant, error)
	release func(ctx context.Context, s *session, lock int) (held bool)
	// leased: the lock outlives the connection, and not its lease. The others are held by the client's connection.
	leased bool
	fenced bool   // the resource looks at tokens
	pooled bool   // clients have no connection of their own
	setup  string // run on each new connection of a client, unless empty
}

// newTarget makes the target of a workload.
type newTarget = func(*lock.Workload) harness.Target[lock.Input, lock.Output]

// newWay makes the New of a strategy.
func newWay(d db.Dialect, w way) func(string, uint64) newTarget {
	return func(dsn string, seed uint64) newTarget {
		return func(workload *lock.Workload) harness.Target[lock.Input, lock.Output] {
			config := locks.Config{Fenced: w.fenced, Seed: seed}
			if w.leased {
				config.Stall = stall
			}
			return locks.Target(newStore(d, dsn, seed, w), workload, config)
		}
	}
}

// store is one table of locks with one strategy.
type store struct {
	*db.Base
	way   way
	seed  uint64
	stmts statements
	pool  *pool // nil where each client has a connection of its own
	start time.Time
	lease time.Duration
}

func newStore(d db.Dialect, dsn string, seed uint64, w way) *store {
	b := db.NewBase(d, dsn, db.DefaultLevel)
	if w.setup != "" {
		b.Prepare(w.setup)
	}
	return &store{Base: b, way: w, seed: seed, stmts: newStatements(b), start: time.Now(), lease: lease}
}

// Setup connects and makes a row for each lock, which is free.
func (st *store) Setup(ctx context.Context, n int) error {
	tables := []db.Table{{Name: st.Table(), Create: st.stmts.create}}
	err := st.Begin(ctx, tables, func(ctx context.Context, c *sql.Conn) error {
		for k := range n {
			if _, err := c.ExecContext(ctx, st.stmts.insert, k); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && st.way.pooled {
		st.pool, err = newPool(ctx, st.Base)
	}
	return err
}

func (st *store) Open(ctx context.Context, client int) (locks.Locker, error) {
	s := &session{store: st, tokens: map[int]int64{}, chance: rand.New(rand.NewPCG(st.seed, uint64(client)))}
	if st.pool != nil {
		return borrower{s}, nil
	}
	var err error
	if s.Client, err = st.Client(ctx, client); err != nil {
		return nil, err
	}
	if st.way.leased {
		return s, nil
	}
	return holder{s}, nil
}

// session is one client.
type session struct {
	*db.Client // nil where connections are pooled
	store      *store
	chance     *rand.Rand
	tokens     map[int]int64 // of leases
	lost       bool          // the connection that held the lock is gone
}

func (s *session) Acquire(ctx context.Context, lock int) (locks.Grant, error) {
	s.lost = false
	return s.store.way.acquire(ctx, s, lock)
}

func (s *session) Release(ctx context.Context, lock int) (bool, error) {
	return !s.lost && s.store.way.release(ctx, s, lock), nil
}

func (s *session) Close() error {
	if s.Client == nil {
		return nil
	}
	return s.Client.Close()
}

// lose gives up the connection, and with it the lock that it holds: so the lock is free, whatever came of a statement.
func (s *session) lose() {
	s.Discard()
	s.lost = true
}

// now is the time on the clock by which leases last.
func (s *session) now() int64 { return time.Since(s.store.start).Microseconds() }

// holder is a client whose connection holds the lock. What is done under the lock goes over this connection, and so is not
// done once it is gone.
type holder struct{ *session }

func (h holder) Keep(ctx context.Context, _ int) (bool, error) {
	if h.lost {
		return false, nil
	}
	if _, err := h.Query(ctx, "work", "SELECT 1"); err != nil {
		h.lose()
	}
	return !h.lost, nil
}
