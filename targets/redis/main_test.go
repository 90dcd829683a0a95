package redis

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/cells"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// eachServer runs fn with the server in this process, and with a real one if there is any.
func eachServer(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Run("embedded", func(t *testing.T) { fn(t, "") })
	t.Run("real", func(t *testing.T) { fn(t, testenv.DSN(t, "redis")) })
}

func eachStrategy(t *testing.T, fn func(t *testing.T, s cells.Strategy, dsn string)) {
	eachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) { fn(t, s, dsn) })
		}
	})
}

// eachAddress is eachServer with an embedded server that the test has the address of.
func eachAddress(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Run("embedded", func(t *testing.T) {
		e, err := startEmbedded()
		require.NoError(t, err)
		t.Cleanup(e.close)
		fn(t, "redis://"+e.server.Addr())
	})
	t.Run("real", func(t *testing.T) { fn(t, testenv.DSN(t, "redis")) })
}

// bystander is a client that is not the store's.
func bystander(t *testing.T, dsn string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(dsn)
	require.NoError(t, err)
	o.Protocol = 2
	c := redis.NewClient(o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func keysLike(t *testing.T, c *redis.Client, pattern string) (found []string) {
	t.Helper()
	scan := c.Scan(context.Background(), 0, pattern, 1000).Iterator()
	for scan.Next(context.Background()) {
		found = append(found, scan.Val())
	}
	require.NoError(t, scan.Err())
	return found
}
