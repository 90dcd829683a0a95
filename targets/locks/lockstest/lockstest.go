// Package lockstest has the tests that a new engine's locks should pass, whatever the engine.
package lockstest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/lock"
)

// Open sets the service up for some locks, and connects a client until the test ends.
func Open(t testing.TB, s locks.Service) locks.Locker {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	require.NoError(t, s.Setup(t.Context(), 2))
	return Another(t, s, 0)
}

// Another connects another client until the test ends.
func Another(t testing.TB, s locks.Service, client int) locks.Locker {
	t.Helper()
	l, err := s.Open(t.Context(), client)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// Acquire requires that a lock is granted, and gives the token.
func Acquire(t testing.TB, l locks.Locker, lock int) int64 {
	t.Helper()
	g, err := l.Acquire(t.Context(), lock)
	require.NoError(t, err)
	require.True(t, g.Got)
	return g.Token
}

// RequireTaken requires that a lock is not granted.
func RequireTaken(t testing.TB, l locks.Locker, lock int) {
	t.Helper()
	g, err := l.Acquire(t.Context(), lock)
	require.NoError(t, err)
	require.Equal(t, locks.Grant{}, g)
}

// RequireHeld requires that the release of a lock says whether it was held.
func RequireHeld(t testing.TB, want bool, l locks.Locker, lock int) {
	t.Helper()
	held, err := l.Release(t.Context(), lock)
	require.NoError(t, err)
	require.Equal(t, want, held)
}

// Excludes holds of a lock that while one client has it no other gets it, that it can be had again when it was released,
// and where it has no lease, when its holder has left.
func Excludes(t *testing.T, s locks.Service, leased bool) {
	t.Helper()
	first := Open(t, s)
	second := Another(t, s, 1)
	Acquire(t, first, 0)
	RequireTaken(t, second, 0)
	RequireHeld(t, true, first, 0)
	Acquire(t, second, 0)
	RequireTaken(t, first, 0)
	if !leased {
		require.NoError(t, second.Close())
		require.Eventually(t, func() bool { // a server may take its time to notice
			g, err := first.Acquire(t.Context(), 0)
			require.NoError(t, err)
			return g.Got
		}, harness.DefaultTimeout, 1)
		RequireHeld(t, true, first, 0)
	}
}

// turns is how many a client may need until its lease lasts for one, on a machine that is busy.
const turns = 100

// Sequential has two clients take turns, each until the resource has accepted a use of its own. Broken strategies pass too:
// nobody else is there meanwhile.
func Sequential(t *testing.T, s locks.Strategy, dsn string) {
	t.Helper()
	w, err := lock.New(lock.Config{Keys: workloads.Keys{N: 2}})
	require.NoError(t, err)
	target := s.New(dsn, 1)(w)
	t.Cleanup(func() { require.NoError(t, target.Close(context.Background())) })
	require.NoError(t, target.Setup(t.Context()))
	require.NotEmpty(t, target.(harness.Versioned).Version())
	last := int64(0)
	for id := range 2 {
		c, err := target.Open(t.Context(), id)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		used := lock.Output{}
		for n := 0; n < turns && !used.Accepted; n++ {
			used = turn(t, c, &last)
		}
		require.True(t, used.Accepted, "the resource has refused every use")
		require.EqualValues(t, id+1, used.Seq)
		require.NoError(t, c.Close())
	}
}

// turn acquires a lock, uses what it protects and releases it. It gives the answer of the use, which is no if the lease ended
// before. Last is the token before, if there are any.
func turn(t *testing.T, c harness.Client[lock.Input, lock.Output], last *int64) lock.Output {
	t.Helper()
	out, err := c.Do(t.Context(), lock.Input{Kind: lock.Acquire, Lock: 1})
	require.NoError(t, err)
	require.True(t, out.Got)
	require.True(t, out.Token == 0 || out.Token > *last)
	*last = out.Token
	used, err := c.Do(t.Context(), lock.Input{Kind: lock.Use, Lock: 1})
	require.NoError(t, err)
	_, err = c.Do(t.Context(), lock.Input{Kind: lock.Release, Lock: 1})
	require.NoError(t, err)
	return used
}
