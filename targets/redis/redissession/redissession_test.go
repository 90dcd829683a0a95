package redissession

import (
	"context"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2/server"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// asReplica and asPrimary are what servers say of themselves.
const (
	asPrimary = "# Replication\r\nrole:master\r\nconnected_slaves:2\r\nmaster_replid:a\r\n"
	asReplica = "# Replication\r\nrole:slave\r\nmaster_link_status:up\r\nmaster_replid:a\r\n"
)

// pose has a server in this process say something of itself, and as many replicas have acknowledged all as given.
func pose(e *conn.Embedded, replication string, acknowledged int) {
	e.Server.Server().SetPreHook(func(p *server.Peer, command string, _ ...string) bool {
		switch command {
		case "INFO":
			p.WriteBulk(replication)
		case "WAIT":
			p.WriteInt(acknowledged)
		default:
			return false
		}
		return true
	})
}

// two are a primary of two replicas, of which one acknowledges, and the other one, which is far behind: nothing ever gets there.
func two(t *testing.T) string {
	t.Helper()
	dsn := ""
	for _, replication := range []string{asPrimary, asReplica} {
		e, err := conn.StartEmbedded()
		require.NoError(t, err)
		t.Cleanup(e.Close)
		pose(e, replication, 1)
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
	for _, w := range []way{{}, {replica: true, wait: true}} { // the replica that acknowledges is not the one that is read
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
	require.NoError(t, Validate("  redis://localhost \t redis://localhost:6380"))
	require.ErrorIs(t, Validate("redis://localhost redis://localhost redis://localhost"), errTwo)
	require.NotContains(t, Validate("nonsense1 nonsense2").Error(), "\n")
	require.Error(t, Validate("redis://localhost nonsense"))
	require.NoError(t, Check(t.Context(), two(t)))
}

// TestOthersAreRefused holds that two servers of which the second does not follow the first are named as such.
func TestOthersAreRefused(t *testing.T) {
	for _, c := range []struct {
		primary, replica string
		want             error
	}{
		{asPrimary, asReplica, nil},
		{asReplica, asReplica, errPrimary},
		{asPrimary, asPrimary, errReplica},
		{asPrimary, strings.Replace(asReplica, "replid:a", "replid:b", 1), errReplica},
		{strings.Replace(asPrimary, "slaves:2", "slaves:0", 1), asReplica, errReplica},
		{asPrimary, strings.Replace(asReplica, "up", "down", 1), errCut},
	} {
		dsn := ""
		for _, replication := range []string{c.primary, c.replica} {
			e, err := conn.StartEmbedded()
			require.NoError(t, err)
			t.Cleanup(e.Close)
			pose(e, replication, 0)
			dsn += e.DSN() + " "
		}
		require.ErrorIs(t, Check(t.Context(), dsn), c.want)
	}
}

// TestRealServers holds that a replica is told from its primary.
func TestRealServers(t *testing.T) {
	dsn := testenv.DSNs(t, "STRESS_REDIS_DSN", "STRESS_REDIS_REPLICA_DSN")
	require.NoError(t, Check(t.Context(), dsn))
	primary, replica, _ := strings.Cut(dsn, " ")
	require.ErrorIs(t, Check(t.Context(), replica+" "+primary), errPrimary)
	require.ErrorIs(t, Check(t.Context(), primary+" "+primary), errReplica)
	c := open(t, way{replica: true, wait: true}, dsn)
	for version := int64(1); version <= 3; version++ {
		requireVersion(t, version, c, session.Write)
		requireVersion(t, version, c, session.Read)
	}
}
