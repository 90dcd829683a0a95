package sqllock

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/locks/lockstest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSequential(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) { lockstest.Sequential(t, s, dsn) })
		}
	})
}

// long makes a store whose leases last for the whole of a test.
func long(d db.Dialect, dsn string, w way) *store {
	s := newStore(d, dsn, 1, w)
	s.lease = time.Hour
	return s
}

// eachWay runs fn with every strategy that is correct without a pause.
func eachWay(t *testing.T, d db.Dialect, fn func(t *testing.T, r recipe)) {
	t.Helper()
	for _, r := range append(correctWays(), brokenWays()...) {
		if r.pooled || r.name == "for-update-without-transaction" {
			continue
		}
		for _, name := range r.engines {
			if name == d.Name() {
				t.Run(r.name, func(t *testing.T) { fn(t, r) })
			}
		}
		if len(r.engines) == 0 {
			t.Run(r.name, func(t *testing.T) { fn(t, r) })
		}
	}
}

func TestExcludes(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		eachWay(t, d, func(t *testing.T, r recipe) { lockstest.Excludes(t, long(d, dsn, r.way), r.leased) })
	})
}

// TestALeaseThatIsOver holds that the next holder has a higher token, and that the one before has nothing to release.
func TestALeaseThatIsOver(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		s := newStore(d, dsn, 1, way{acquire: takeLease, release: endLease, leased: true})
		s.lease = 0
		first := lockstest.Open(t, s)
		second := lockstest.Another(t, s, 1)
		require.EqualValues(t, 1, lockstest.Acquire(t, first, 0))
		require.EqualValues(t, 2, lockstest.Acquire(t, second, 0))
		lockstest.RequireHeld(t, false, first, 0)
	})
}

func eachServer(t *testing.T, fn func(t *testing.T, d db.Dialect, dsn string)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		if d.NeedsDSN() {
			fn(t, d, dsn)
		}
	})
}

// TestForUpdateAlone holds why a row that no transaction holds keeps nobody out.
func TestForUpdateAlone(t *testing.T) {
	eachServer(t, func(t *testing.T, d db.Dialect, dsn string) {
		s := long(d, dsn, way{acquire: lockRowAlone, release: nothingToUnlock})
		first := lockstest.Open(t, s)
		second := lockstest.Another(t, s, 1)
		lockstest.Acquire(t, first, 0)
		lockstest.Acquire(t, second, 0)
	})
}

// TestALockThroughAPool holds that a lock is had by all who are given the connection that has it, and that its release over
// another does nothing. The draws are seeded.
func TestALockThroughAPool(t *testing.T) {
	eachServer(t, func(t *testing.T, d db.Dialect, dsn string) {
		s := long(d, dsn, way{acquire: lockThroughPool, release: unlockThroughPool, pooled: true})
		first := lockstest.Open(t, s)
		second := lockstest.Another(t, s, 1)
		lockstest.Acquire(t, first, 0)
		taken, got := 0, 0
		for range 30 {
			g, err := second.Acquire(t.Context(), 0)
			require.NoError(t, err)
			if g.Got {
				got++
			} else {
				taken++
			}
		}
		require.Positive(t, got)
		require.Positive(t, taken)
		undone, nothing := 0, 0
		for range 30 {
			held, err := first.Release(t.Context(), 0)
			require.NoError(t, err)
			if held {
				undone++
			} else {
				nothing++
			}
		}
		require.Positive(t, undone)
		require.Positive(t, nothing)
	})
}

// TestAHolderWithoutItsConnection holds that who has lost the connection that held the lock neither works under it nor says
// that it was held, and can have it again.
func TestAHolderWithoutItsConnection(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		eachWay(t, d, func(t *testing.T, r recipe) {
			if r.leased {
				return
			}
			l := lockstest.Open(t, long(d, dsn, r.way))
			lockstest.Acquire(t, l, 0)
			p.Cut("SELECT 1", true)
			for range 2 {
				held, err := l.(locks.Keeper).Keep(t.Context(), 0)
				require.NoError(t, err)
				require.False(t, held)
			}
			require.True(t, p.HasCut(), "the connection was not cut")
			lockstest.RequireHeld(t, false, l, 0)
			require.Eventually(t, func() bool { // the server may take its time to notice
				g, err := l.Acquire(t.Context(), 0)
				require.NoError(t, err)
				return g.Got
			}, 10*time.Second, time.Millisecond)
			lockstest.RequireHeld(t, true, l, 0)
		})
	})
}
