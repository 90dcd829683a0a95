package redis

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells/cellstest"
)

// In the server in this process, too, keys expire by themselves.
func TestTimePasses(t *testing.T) {
	e, err := startEmbedded()
	require.NoError(t, err)
	t.Cleanup(e.close)
	require.NoError(t, e.server.Set("lock", "mine"))
	e.server.SetTTL("lock", lease)
	require.Eventually(t, func() bool { return !e.server.Exists("lock") }, 10*time.Second, time.Millisecond)
}

func TestVersions(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		st := cellstest.Find(t, Strategies(), "lua").New(dsn, 1)
		cellstest.Setup(t, st, 0)
		if dsn == "" {
			require.Contains(t, st.Version(), "miniredis")
			require.Contains(t, st.Version(), "in this process")
		} else {
			require.Regexp(t, `^(Redis|Valkey|Dragonfly) \d+\.\d+`, st.Version())
		}
	})
}

func TestVersionThatIsNotTold(t *testing.T) {
	e, err := startEmbedded() // which has no INFO server
	require.NoError(t, err)
	t.Cleanup(e.close)
	st := cellstest.Find(t, Strategies(), "lua").New("redis://"+e.server.Addr(), 1)
	cellstest.Setup(t, st, 0)
	require.Equal(t, "Redis (version not told)", st.Version())
}

func TestField(t *testing.T) {
	const info = "# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.0.1\r\n"
	require.Equal(t, "8.0.1", field(info, "valkey_version"))
	require.Empty(t, field(info, "version"))
}
