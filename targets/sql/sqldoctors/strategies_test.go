package sqldoctors

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
	"github.com/lostupdate/stress/targets/targettest"
	"github.com/lostupdate/stress/workloads/doctors"
)

func TestStrategies(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		targettest.Names(t, Strategies(d))
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) {
				targettest.Doctors(t, s, dsn)
				w, err := doctors.New(doctors.Config{})
				require.NoError(t, err)
				targettest.Shows(t, s, dsn, w)
			})
		}
	})
}

func setup(t *testing.T, d db.Dialect, name, dsn string) *store {
	t.Helper()
	st, ok := targettest.Find(t, Strategies(d), name).New(dsn, 1)(targettest.Shifts(t, 2)).(*store)
	require.True(t, ok)
	targettest.Setup(t, st)
	return st
}

func open(t *testing.T, st *store) *client {
	t.Helper()
	return targettest.Open(t, st, 0).(*client)
}

func do(t *testing.T, c *client, in doctors.Input) doctors.Output {
	t.Helper()
	out, err := c.Do(context.Background(), in)
	require.NoError(t, err)
	return out
}

// TestWriteSkew has a doctor look, another one go, and then the first: a lock of the own row, or a snapshot, keeps neither
// from it.
func TestWriteSkew(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		for name, leave := range map[string]leaver{
			"check-then-update": plain(), "repeatable-read": plain(), "for-update-own-row": lockOwn,
		} {
			t.Run(d.Name()+"/"+name, func(t *testing.T) {
				st := setup(t, d, name, dbtest.DSN(t, d))
				first, second := open(t, st), open(t, st)
				left, err := db.InTx(context.Background(), first.Client, func(ctx context.Context) (bool, error) {
					left, err := leave(ctx, first, 0, 0)
					require.Equal(t, doctors.Output{}, do(t, second, doctors.Input{Doctor: 1}))
					return left, err
				})
				require.NoError(t, err)
				require.True(t, left)
				require.Equal(t, doctors.Output{}, do(t, first, doctors.Input{Kind: doctors.Status}), "nobody is on call")
			})
		}
	}
}

// TestCounterRowKeepsCount holds that the counter is in keeping with the rows, whatever is asked twice or refused.
func TestCounterRowKeepsCount(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		st := setup(t, d, "counter-row", dsn)
		c := open(t, st)
		count := func() int64 {
			rows, err := c.Query(context.Background(), "count", st.SQL("SELECT on_call FROM {t}_shifts WHERE shift = 0"))
			require.NoError(t, err)
			return rows[0][0]
		}
		refused := doctors.Output{Refused: true}
		for _, step := range []struct {
			in    doctors.Input
			out   doctors.Output
			count int64
		}{
			{doctors.Input{Doctor: 1}, doctors.Output{}, 1},
			{doctors.Input{Doctor: 1}, doctors.Output{}, 1},
			{doctors.Input{Doctor: 0}, refused, 1},
			{doctors.Input{Kind: doctors.Return, Doctor: 0}, doctors.Output{}, 1},
			{doctors.Input{Kind: doctors.Return, Doctor: 1}, doctors.Output{}, 2},
			{doctors.Input{Doctor: 0}, doctors.Output{}, 1},
		} {
			require.Equal(t, step.out, do(t, c, step.in), "%+v", step.in)
			require.Equal(t, step.count, count(), "%+v", step.in)
		}
	})
}

func TestRowThatIsGone(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		c := open(t, setup(t, d, "for-update-own-row", dbtest.DSN(t, d)))
		_, err := c.Exec(context.Background(), "delete", c.store.SQL("DELETE FROM {t}"))
		require.NoError(t, err)
		_, err = c.Do(context.Background(), doctors.Input{})
		dbtest.RequireNotApplied(t, err)
		require.ErrorIs(t, err, db.ErrMissing)
	}
}

// TestLostConnection cuts the connection at every kind of statement, before the server has it and after it has answered.
func TestLostConnection(t *testing.T) {
	cases := []struct {
		strategy, at string
		kind         doctors.Kind
		unknown      bool // else surely not applied
	}{
		{"serializable", "SELECT doctor", doctors.Status, false},
		{"for-update-all-rows", "UPDATE", doctors.Return, true},
		{"serializable", "UPDATE", doctors.Return, false},
		{"serializable", "COMMIT", doctors.Return, true},
		{"serializable", "UPDATE", doctors.Leave, false},
		{"serializable", "COMMIT", doctors.Leave, true},
		{"for-update-all-rows", "FOR UPDATE", doctors.Leave, false},
		{"for-update-all-rows", "COMMIT", doctors.Leave, true},
		{"counter-row", "on_call - 1", doctors.Leave, false},
		{"counter-row", "COMMIT", doctors.Leave, true},
		{"counter-row", "COMMIT", doctors.Return, true},
	}
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		for _, c := range cases {
			for _, deliver := range []bool{false, true} {
				st := setup(t, d, c.strategy, dsn)
				client := open(t, st)
				p.Cut(dbtest.Sent(d, c.at), deliver)
				_, err := client.Do(context.Background(), doctors.Input{Kind: c.kind, Doctor: 1})
				require.True(t, p.HasCut(), "the connection was not cut")
				if c.unknown {
					dbtest.RequireUnknown(t, err)
				} else {
					dbtest.RequireNotApplied(t, err)
				}
				gone := c.kind == doctors.Leave && c.unknown && deliver
				on := do(t, client, doctors.Input{Kind: doctors.Status}).OnCall
				require.Equal(t, gone, on == doctors.Of(0), "%s at %s: %v", c.strategy, c.at, on)
			}
		}
	})
}
