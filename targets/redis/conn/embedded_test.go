package conn_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

// In the server in this process, too, keys expire by themselves.
func TestTimePasses(t *testing.T) {
	e := conntest.Embedded(t)
	require.NoError(t, e.Server.Set("lock", "mine"))
	e.Server.SetTTL("lock", 4*time.Millisecond)
	require.Eventually(t, func() bool { return !e.Server.Exists("lock") }, 10*time.Second, time.Millisecond)
}

func TestVersions(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		st := begun(t, dsn)
		if dsn == "" {
			require.Contains(t, st.Version(), "miniredis")
			require.Contains(t, st.Version(), "in this process")
		} else {
			require.Regexp(t, `^(Redis|Valkey|Dragonfly) \d+\.\d+`, st.Version())
		}
	})
}

func TestVersionThatIsNotTold(t *testing.T) {
	e := conntest.Embedded(t) // which has no INFO server
	st := begun(t, e.DSN())
	require.Equal(t, "Redis (version not told)", st.Version())
}

// begun gives a base that has begun and ends with the test.
func begun(t *testing.T, dsn string) *conn.Base {
	t.Helper()
	b := conn.NewBase(dsn)
	t.Cleanup(func() { require.NoError(t, b.Close(context.Background())) })
	require.NoError(t, b.Begin(t.Context()))
	return b
}
