package redislock

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/locks/lockstest"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSequential(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { lockstest.Sequential(t, s, "") })
	}
}

func TestSequentialOnARealServer(t *testing.T) {
	dsn := testenv.DSN(t, "redis")
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { lockstest.Sequential(t, s, dsn) })
	}
}

// ways are all that there are.
func ways() map[string]way {
	return map[string]way{
		"set-nx-del":   {acquire: setIfAbsent, release: del},
		"set-nx-token": {acquire: setIfAbsent, release: delOwn},
		"fenced":       {acquire: setAndCount, release: delOwn},
		"redsync":      {acquire: lockBySync, release: unlockBySync},
		"redsync-five": {acquire: lockBySync, release: unlockBySync, servers: fiveServers},
	}
}

// long makes a store whose locks last for the whole of a test.
func long(w way, dsn string) *store {
	s := newStore(dsn, w)
	s.lease = time.Hour
	return s
}

func TestExcludes(t *testing.T) {
	for name, w := range ways() {
		t.Run(name, func(t *testing.T) { lockstest.Excludes(t, long(w, ""), true) })
	}
}

func embedded(t *testing.T) *conn.Embedded {
	t.Helper()
	e, err := conn.StartEmbedded()
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

// TestALockThatHasExpired holds what a holder does that comes too late: only DEL takes the next one's lock for its own.
func TestALockThatHasExpired(t *testing.T) {
	for name, w := range ways() {
		if w.servers > 1 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			server := embedded(t)
			s := long(w, server.DSN())
			first := lockstest.Open(t, s)
			second := lockstest.Another(t, s, 1)
			token := lockstest.Acquire(t, first, 0)
			server.Server.FastForward(time.Hour)
			next := lockstest.Acquire(t, second, 0)
			require.Equal(t, name == "fenced", next > token)
			deletes := name == "set-nx-del"
			lockstest.RequireHeld(t, deletes, first, 0)
			lockstest.RequireHeld(t, !deletes, second, 0)
		})
	}
}

// TestALeaseIsRenewed holds that a holder can make its lease last, as long as it has not ended.
func TestALeaseIsRenewed(t *testing.T) {
	server := embedded(t)
	s := long(way{acquire: setIfAbsent, release: delOwn, keep: extendOwn}, server.DSN())
	first := lockstest.Open(t, s)
	lockstest.Acquire(t, first, 0)
	for range 3 {
		server.Server.FastForward(40 * time.Minute)
		held, err := first.(locks.Keeper).Keep(t.Context(), 0)
		require.NoError(t, err)
		require.True(t, held)
	}
	server.Server.FastForward(time.Hour)
	held, err := first.(locks.Keeper).Keep(t.Context(), 0)
	require.NoError(t, err)
	require.False(t, held)
}

// TestATokenOfALeaseThatIsOver holds that no grant is made of a token that was drawn too late.
func TestATokenOfALeaseThatIsOver(t *testing.T) {
	s := long(way{acquire: lockAndCount, release: unlockBySync}, "")
	first := lockstest.Open(t, s).(*session)
	require.EqualValues(t, 1, lockstest.Acquire(t, first, 0))
	require.EqualValues(t, 1, lockstest.Acquire(t, first, 1))
	lockstest.RequireHeld(t, true, first, 0)
	first.now = func() time.Time { return time.Now().Add(time.Hour) }
	lockstest.RequireTaken(t, first, 0)
}

// TestFiveServers holds that a lock on five servers outlives one of them.
func TestFiveServers(t *testing.T) {
	server := embedded(t)
	s := long(ways()["redsync-five"], server.DSN())
	first := lockstest.Open(t, s)
	second := lockstest.Another(t, s, 1)
	require.Contains(t, s.Version(), ", and 4 × miniredis")
	lockstest.Acquire(t, first, 0)
	server.Server.FlushAll()
	lockstest.RequireTaken(t, second, 0)
	lockstest.RequireHeld(t, true, first, 0)
}

// TestReleaseAfterACut holds that a lock can still be released when the connection through which it was taken is gone.
func TestReleaseAfterACut(t *testing.T) {
	for name, w := range ways() {
		t.Run(name, func(t *testing.T) {
			p := conntest.NewProxy(t, embedded(t).DSN())
			first := lockstest.Open(t, long(w, p.DSN()))
			lockstest.Acquire(t, first, 0)
			p.Cut()
			held, err := first.Release(t.Context(), 0)
			if err != nil { // it was sent over the connection that was gone
				require.ErrorIs(t, err, harness.ErrNotApplied)
				held, err = first.Release(t.Context(), 0)
			}
			require.NoError(t, err)
			require.True(t, held)
			lockstest.Acquire(t, first, 0)
		})
	}
}

// TestALostServer holds that a lock whose answer was lost is no grant, and that nobody is told otherwise.
func TestALostServer(t *testing.T) {
	for name, w := range ways() {
		if w.servers > 1 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			server := embedded(t)
			first := lockstest.Open(t, long(w, server.DSN()))
			server.Server.SetError("LOADING it is not there yet")
			_, err := first.Acquire(t.Context(), 0)
			require.ErrorContains(t, err, "LOADING")
			server.Server.SetError("")
			lockstest.Acquire(t, first, 0)
		})
	}
}
