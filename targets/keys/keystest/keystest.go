// Package keystest has the tests that a new engine's strategies for keys should pass, whatever the engine.
package keystest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/keys"
)

// Find gives the strategy with the name, or fails the test.
func Find(t testing.TB, all []keys.Strategy, name string) keys.Strategy {
	t.Helper()
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no strategy %s", name)
	return keys.Strategy{}
}

// Setup makes a place for n keys, and drops it when the test ends.
func Setup(t testing.TB, s keys.Store, n int) {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	require.NoError(t, s.Setup(t.Context(), n))
}

// Open connects a client until the test ends.
func Open(t testing.TB, s keys.Store, client int) keys.Session {
	t.Helper()
	session, err := s.Open(t.Context(), client)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return session
}

// Sequential has two clients create in turn. Broken strategies pass too: one after the other, the first creates, and all
// are given its result.
func Sequential(t *testing.T, strategy keys.Strategy, dsn string) {
	t.Helper()
	const n = 3
	store := strategy.New(dsn, 1)
	Setup(t, store, n)
	clients := []keys.Session{Open(t, store, 0), Open(t, store, 1)}
	ids := map[int64]bool{}
	for key := range n {
		requireHas(t, clients, key, keys.Result{})
		first, err := clients[key%2].Create(t.Context(), key)
		require.NoError(t, err)
		require.True(t, first.Found && first.Created)
		ids[first.ID] = true
		want := keys.Result{Found: true, ID: first.ID}
		for _, c := range clients {
			again, err := c.Create(t.Context(), key)
			require.NoError(t, err)
			require.Equal(t, want, again)
		}
		requireHas(t, clients, key, want)
	}
	require.Len(t, ids, n, "every key has a result of its own")
	require.NotEmpty(t, store.Version())
}

// requireHas requires that all clients are told the same of a key.
func requireHas(t *testing.T, clients []keys.Session, key int, want keys.Result) {
	t.Helper()
	for _, c := range clients {
		got, err := c.Get(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, want, got)
		n, err := c.Count(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, want.Found, n == 1)
		require.Equal(t, !want.Found, n == 0)
	}
}
