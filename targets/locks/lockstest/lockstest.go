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

// Sequential has two clients take turns. Broken strategies pass too: one after the other, the resource accepts all.
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
		out, err := c.Do(t.Context(), lock.Input{Kind: lock.Acquire, Lock: 1})
		require.NoError(t, err)
		require.True(t, out.Got)
		require.True(t, out.Token == 0 || out.Token > last)
		last = out.Token
		out, err = c.Do(t.Context(), lock.Input{Kind: lock.Use, Lock: 1})
		require.NoError(t, err)
		if out.Accepted { // not if a lease ended before that
			require.EqualValues(t, id+1, out.Seq)
		}
		_, err = c.Do(t.Context(), lock.Input{Kind: lock.Release, Lock: 1})
		require.NoError(t, err)
		require.NoError(t, c.Close())
	}
}
