package redissession

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// two are a primary, and a replica that is far behind: nothing ever gets there.
func two(t *testing.T) string {
	t.Helper()
	dsn := ""
	for range 2 {
		e, err := conn.StartEmbedded()
		require.NoError(t, err)
		t.Cleanup(e.Close)
		dsn += e.DSN() + " "
	}
	return dsn[:len(dsn)-1]
}

func open(t *testing.T, w way, dsn string) harness.Client[session.Input, session.Output] {
	t.Helper()
	workload, err := session.New(session.Config{Keys: workloads.Keys{N: 2}})
	require.NoError(t, err)
	target := newStore(w)(dsn, 1)(workload)
	t.Cleanup(func() { require.NoError(t, target.Close(context.Background())) })
	require.NoError(t, target.Setup(t.Context()))
	require.Contains(t, target.(harness.Versioned).Version(), ", and a replica of it")
	c, err := target.Open(t.Context(), 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func requireVersion(t *testing.T, want int64, c harness.Client[session.Input, session.Output], kind session.Kind) {
	t.Helper()
	o, err := c.Do(t.Context(), session.Input{Kind: kind, Key: 1})
	require.NoError(t, err)
	require.Equal(t, want, o.Version)
}

// TestWhereReadsGo holds that reads go to the replica, unless it is known to be behind.
func TestWhereReadsGo(t *testing.T) {
	dsn := two(t)
	behind := open(t, way{replica: true}, dsn)
	for version := int64(1); version <= 3; version++ {
		requireVersion(t, version, behind, session.Write)
		requireVersion(t, 0, behind, session.Read)
	}
	for _, w := range []way{{}, {replica: true, wait: true}} { // no server in this process knows WAIT
		c := open(t, w, dsn)
		requireVersion(t, 0, c, session.Read)
		requireVersion(t, 1, c, session.Write)
		requireVersion(t, 2, c, session.Write)
		requireVersion(t, 2, c, session.Read)
	}
}

func TestTheTwoAddresses(t *testing.T) {
	require.ErrorIs(t, Validate("redis://localhost"), errTwo)
	require.NoError(t, Validate("redis://localhost redis://localhost:6380"))
	require.Error(t, Validate("redis://localhost nonsense"))
	require.NoError(t, Check(t.Context(), two(t)))
}
