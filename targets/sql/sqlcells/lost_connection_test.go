package sqlcells

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

var (
	addOne    = cells.Change{Kind: cells.Add, Key: 0, Delta: 1}
	errGaveUp = errors.New("gave up")
)

// TestLostConnection cuts the connection at every kind of statement, before the server has it and after it has answered.
func TestLostConnection(t *testing.T) {
	cases := []struct {
		strategy, at string
		unknown      bool // else surely not applied
	}{
		{"read-modify-write", "SELECT v", false},
		{"read-modify-write", "UPDATE", true},
		{"atomic", "UPDATE", true},
		{"row-lock", "BEGIN", false},
		{"row-lock", "FOR UPDATE", false},
		{"row-lock", "UPDATE stress", false},
		{"row-lock", "COMMIT", true},
		{"serializable", "SELECT v", false},
		{"advisory-lock", "lock", false},
	}
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		for _, c := range cases {
			for _, deliver := range []bool{false, true} {
				t.Run(c.strategy+" at "+c.at+map[bool]string{true: " answered", false: " unsent"}[deliver], func(t *testing.T) {
					st := setup(t, strategyNamed(t, d, c.strategy), dsn, 0)
					client := open(t, st)
					p.Cut(dbtest.Sent(d, c.at), deliver)
					_, err := client.Apply(context.Background(), addOne)
					require.True(t, p.HasCut(), "the connection was not cut")
					requireLost(t, st, err, c.unknown, deliver)
					_, err = client.Apply(context.Background(), addOne)
					require.NoError(t, err, "the client has a fresh connection")
				})
			}
		}
	})
}

func requireLost(t *testing.T, st *store, err error, unknown, deliver bool) {
	t.Helper()
	if !unknown {
		dbtest.RequireNotApplied(t, err)
		require.Zero(t, total(t, st))
		return
	}
	dbtest.RequireUnknown(t, err)
	require.Equal(t, map[bool]int64{true: 1, false: 0}[deliver], total(t, st))
}

// TestReadOnLostConnection holds that reads are never in doubt.
func TestReadOnLostConnection(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		client := open(t, setup(t, strategyNamed(t, d, "atomic"), dsn, 3))
		p.Cut("SELECT v", true)
		_, err := client.Read(context.Background(), 0)
		dbtest.RequireNotApplied(t, err)
		p.Cut("SELECT v", true)
		_, err = client.ReadAll(context.Background())
		dbtest.RequireNotApplied(t, err)
		v, err := client.Read(context.Background(), 0)
		require.NoError(t, err)
		require.EqualValues(t, 3, v)
	})
}

// TestHalfOfMove holds that a move without a transaction that was cut between its writes is in doubt.
func TestHalfOfMove(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		st := setup(t, strategyNamed(t, d, "read-modify-write"), dsn, 5, 5)
		client := open(t, st)
		err := client.writeAlone(context.Background(), cells.Change{Kind: cells.Move, Key: 0, To: 9, Delta: 1}, cells.Pair{4, 6})
		dbtest.RequireUnknown(t, err)
		require.EqualValues(t, 4, total(t, st))
		p.Cut("UPDATE", false)
		_, err = client.Apply(context.Background(), addOne)
		dbtest.RequireUnknown(t, err)
	})
}

// TestOutage holds that an operation waits until the server is there again, and so uses up no other.
func TestOutage(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		client := open(t, setup(t, strategyNamed(t, d, "row-lock"), dsn, 0))
		for _, operation := range []func() error{
			func() error { _, err := client.Apply(context.Background(), addOne); return err },
			func() error { _, err := client.Read(context.Background(), 0); return err },
			func() error { _, err := client.ReadAll(context.Background()); return err },
		} {
			client.Discard()
			p.HangUp(6)
			require.NoError(t, operation())
			require.Zero(t, p.StillHangsUp())
		}
	})
}

// TestRefusedDial holds that an operation that got no connection in its time is not applied, and that neither a client
// that comes nor one that was closed waits.
func TestRefusedDial(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		st, ok := strategyNamed(t, d, "atomic").New(dsn, 1).(*store)
		require.True(t, ok)
		require.NoError(t, st.Setup(context.Background(), []int64{0}))
		client := open(t, st)
		client.Discard()
		p.HangUp(math.MaxInt64)
		ctx, cancel := context.WithTimeoutCause(context.Background(), 20*time.Millisecond, errGaveUp)
		defer cancel()
		_, err := client.Apply(ctx, addOne)
		dbtest.RequireNotApplied(t, err)
		require.ErrorIs(t, err, errGaveUp)
		_, err = st.Open(context.Background(), 1)
		require.ErrorContains(t, err, d.Name()+" at ")
		failed := make(chan error)
		go func() { _, err := client.Apply(context.Background(), addOne); failed <- err }()
		require.NoError(t, client.Close())
		dbtest.RequireNotApplied(t, <-failed)
		p.HangUp(0)
		require.NoError(t, st.Close(context.Background()))
	})
}

// TestKilledConnection has the server end the connection of an idle client, and of one that is about to commit.
func TestKilledConnection(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, _ *dbtest.Proxy, dsn string) {
		st := setup(t, strategyNamed(t, d, "row-lock"), dsn, 0)
		client := open(t, st)
		kill(t, client, dsn)
		_, err := client.Apply(context.Background(), addOne)
		dbtest.RequireNotApplied(t, err)
		_, err = client.inTx(context.Background(), func(ctx context.Context) (cells.Effect, error) {
			e, err := client.readAndWrite(ctx, addOne, lockRead)
			require.NoError(t, err)
			kill(t, client, dsn)
			return e, nil
		})
		dbtest.RequireUnknown(t, err)
		require.Zero(t, total(t, st))
	})
}

// kill ends the client's connection from another one.
func kill(t *testing.T, client *session, dsn string) {
	t.Helper()
	ask, end := "SELECT pg_backend_pid()", "SELECT pg_terminate_backend(%d, 5000)"
	if client.Dialect().Name() == "mariadb" {
		ask, end = "SELECT CONNECTION_ID()", "KILL %d"
	}
	rows, err := client.Query(context.Background(), "whoami", ask)
	require.NoError(t, err)
	dbtest.Exec(t, client.Dialect(), dsn, fmt.Sprintf(end, rows[0][0]))
}
