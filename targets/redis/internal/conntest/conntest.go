// Package conntest has what the tests of stores in Redis share: the servers to run on, connections that are cut, and a client
// that looks at what is left of a store.
package conntest

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// EachServer runs fn with the server in this process, and with a real one if there is any.
func EachServer(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { fn(t, "") })
	t.Run("real", func(t *testing.T) { fn(t, testenv.DSN(t, "redis")) })
}

// EachAddress is EachServer with an embedded server that the test has the address of.
func EachAddress(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { fn(t, Embedded(t).DSN()) })
	t.Run("real", func(t *testing.T) { fn(t, testenv.DSN(t, "redis")) })
}

// Embedded starts a server in this process, which ends with the test.
func Embedded(t testing.TB) *conn.Embedded {
	t.Helper()
	e, err := conn.StartEmbedded()
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

// Bystander is a client that is not the store's.
func Bystander(t testing.TB, dsn string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(dsn)
	require.NoError(t, err)
	o.Protocol = 2
	c := redis.NewClient(o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// KeysLike are the keys on the server that match a pattern.
func KeysLike(t testing.TB, c *redis.Client, pattern string) (found []string) {
	t.Helper()
	scan := c.Scan(context.Background(), 0, pattern, 1000).Iterator()
	for scan.Next(context.Background()) {
		found = append(found, scan.Val())
	}
	require.NoError(t, scan.Err())
	return found
}

// RequireNotApplied requires an error that proves that nothing has happened.
func RequireNotApplied(t testing.TB, err error) {
	t.Helper()
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

// RequireUnknown requires an error that proves nothing.
func RequireUnknown(t testing.TB, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
}
