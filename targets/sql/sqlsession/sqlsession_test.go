package sqlsession

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestWaitForTheLog has a client read what it has written, on a standby that is behind, each time.
func TestWaitForTheLog(t *testing.T) {
	dsn := testenv.DSNs(t, "STRESS_POSTGRES_PRIMARY_DSN", "STRESS_POSTGRES_STANDBY_DSN")
	require.NoError(t, Check(t.Context(), dsn))
	for _, w := range []way{{read: readPrimary}, {read: readOnceApplied, token: true}} {
		workload, err := session.New(session.Config{Keys: workloads.Keys{N: 2}})
		require.NoError(t, err)
		target := newStore(w)(dsn, 1)(workload)
		t.Cleanup(func() { require.NoError(t, target.Close(context.Background())) })
		require.NoError(t, target.Setup(t.Context()))
		require.Contains(t, target.(harness.Versioned).Version(), ", and a standby of it")
		c, err := target.Open(t.Context(), 0)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Close()) })
		for version := range int64(5) {
			for _, kind := range []session.Kind{session.Write, session.Read} {
				o, err := c.Do(t.Context(), session.Input{Kind: kind, Key: 1})
				require.NoError(t, err)
				require.Equal(t, version+1, o.Version)
			}
		}
	}
}

func TestTheTwoAddresses(t *testing.T) {
	require.ErrorIs(t, Validate("postgres://localhost/a"), errTwo)
	require.ErrorIs(t, Validate("postgres://a postgres://b postgres://c"), errTwo)
	require.NoError(t, Validate("postgres://localhost/a postgres://localhost:5433/a"))
	require.NoError(t, Validate("  postgres://localhost/a \t postgres://localhost:5433/a"))
	require.NotContains(t, Validate("redis://localhost redis://localhost").Error(), "\n")
	require.ErrorContains(t, Validate("postgres://localhost/a redis://localhost"), "not one of PostgreSQL")
}

// TestOthersAreRefused holds that two servers of which the second does not follow the first are named as such.
func TestOthersAreRefused(t *testing.T) {
	dsn := testenv.DSNs(t, "STRESS_POSTGRES_PRIMARY_DSN", "STRESS_POSTGRES_STANDBY_DSN")
	primary, standby, _ := strings.Cut(dsn, " ")
	require.ErrorIs(t, Check(t.Context(), standby+" "+primary), errPrimary)
	require.ErrorIs(t, Check(t.Context(), primary+" "+primary), errStandby)
	require.ErrorIs(t, Check(t.Context(), testenv.DSN(t, "postgres")+" "+standby), errOther)
}
