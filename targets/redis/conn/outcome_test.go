package conn_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

var errGaveUp = errors.New("gave up")

func connected(t *testing.T, dsn string) *conn.Conn {
	t.Helper()
	c, err := conn.Connect(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func set(ctx context.Context, c *conn.Conn, key string, value int) error {
	return conn.Exec(ctx, c, func(ctx context.Context, p redis.Pipeliner) error { return p.Set(ctx, key, value, 0).Err() })
}

func TestTransactions(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		c, by := connected(t, dsn), conntest.Bystander(t, dsn)
		key := conn.NewNames().Single("key")
		t.Cleanup(func() { by.Del(context.Background(), key) })
		require.NoError(t, by.Set(t.Context(), key, 1, 0).Err())

		require.NoError(t, conn.Watch(t.Context(), c, key))
		require.NoError(t, by.Set(t.Context(), key, 2, 0).Err())
		err := set(t.Context(), c, key, 7)
		conntest.RequireNotApplied(t, err)
		require.True(t, conn.Conflicted(err))
		require.False(t, c.Broken())

		err = conn.Exec(t.Context(), c, func(ctx context.Context, p redis.Pipeliner) error { return p.Do(ctx, "get").Err() })
		conntest.RequireNotApplied(t, err)
		require.False(t, conn.Conflicted(err))
		require.Equal(t, "2", by.Get(t.Context(), key).Val())

		require.NoError(t, conn.Watch(t.Context(), c, key))
		conn.Unwatch(t.Context(), c)
		require.NoError(t, by.Set(t.Context(), key, 3, 0).Err())
		require.NoError(t, set(t.Context(), c, key, 8))
		require.Equal(t, "8", by.Get(t.Context(), key).Val())
	})
}

// If the server refuses the MULTI, it may still carry out what follows.
func TestRefusedMulti(t *testing.T) {
	m := miniredis.RunT(t)
	c := connected(t, "redis://"+m.Addr())
	m.SetError("LOADING Redis is loading the dataset in memory")
	conntest.RequireUnknown(t, set(t.Context(), c, "key", 7))
	require.True(t, c.Broken(), "replies that were not read would answer the next request")
}

func TestNothingWasSent(t *testing.T) {
	m := miniredis.RunT(t)
	for _, err := range []error{redis.ErrPoolTimeout, redis.ErrClosed, io.ErrClosedPipe, context.DeadlineExceeded} {
		c := connected(t, "redis://"+m.Addr())
		_, got := conn.Commit(t.Context(), c, "write value", func(context.Context, *redis.Client) (int, error) { return 0, err })
		conntest.RequireNotApplied(t, got)
		require.ErrorIs(t, got, err)
		require.True(t, c.Broken())
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	c := connected(t, "redis://"+m.Addr())
	_, err := conn.Commit(ctx, c, "write value", conn.Ping)
	conntest.RequireNotApplied(t, err)
	require.ErrorIs(t, err, errGaveUp)
}

// A connection that has broken is not replaced by go-redis: what was watched over it would be forgotten.
func TestConnectionIsNeverReplaced(t *testing.T) {
	m := miniredis.RunT(t)
	c := connected(t, "redis://"+m.Addr())
	require.NoError(t, c.Wire().Close())
	for range 3 {
		_, err := conn.Commit(t.Context(), c, "write value", conn.Ping)
		conntest.RequireNotApplied(t, err)
	}
	require.Equal(t, 1, m.TotalConnectionCount())
}
