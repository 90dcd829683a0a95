package sqlquota

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
	"github.com/lostupdate/stress/targets/targettest"
	"github.com/lostupdate/stress/workloads/quota"
)

func TestStrategies(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		targettest.Names(t, Strategies(d))
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) {
				targettest.Quota(t, s, dsn)
				w, err := quota.New(quota.Config{})
				require.NoError(t, err)
				targettest.Shows(t, s, dsn, w)
			})
		}
	})
}

func setup(t *testing.T, d db.Dialect, name, dsn string) *store {
	t.Helper()
	st, ok := targettest.Find(t, Strategies(d), name).New(dsn, 1)(targettest.Quotas(t)).(*store)
	require.True(t, ok)
	targettest.Setup(t, st)
	return st
}

func open(t *testing.T, st *store) *client {
	t.Helper()
	return targettest.Open(t, st, 0).(*client)
}

func take(t *testing.T, c *client, n int64) bool {
	t.Helper()
	out, err := c.Do(context.Background(), quota.Input{Amount: n})
	require.NoError(t, err)
	return !out.Refused
}

func used(t *testing.T, st *store) int64 {
	t.Helper()
	out, err := open(t, st).Do(context.Background(), quota.Input{Kind: quota.Used})
	require.NoError(t, err)
	return out.Used
}

// servers are the engines on which transactions go on side by side.
func servers(t *testing.T, fn func(t *testing.T, d db.Dialect, dsn string)) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) { fn(t, d, dbtest.DSN(t, d)) })
	}
}

// TestPhantom holds that a lock of the rows that there are keeps nobody from inserting another at READ COMMITTED.
func TestPhantom(t *testing.T) {
	servers(t, func(t *testing.T, d db.Dialect, dsn string) {
		st := setup(t, d, "sum-for-update", dsn)
		first, second := open(t, st), open(t, st)
		given, err := db.InTx(context.Background(), first.Client, func(ctx context.Context) (bool, error) {
			rows, err := first.Query(ctx, "lock rows", st.stmts.lockRows, 0)
			require.NoError(t, err)
			require.Empty(t, rows)
			require.True(t, take(t, second, 3))
			return first.insert(ctx, 0, 3)
		})
		require.NoError(t, err)
		require.True(t, given)
		require.EqualValues(t, 6, used(t, st))
	})
}

// TestOldSnapshot holds that who has the lock still sees what was there before another inserted, if it had read before.
func TestOldSnapshot(t *testing.T) {
	servers(t, func(t *testing.T, d db.Dialect, dsn string) {
		st := setup(t, d, "row-lock-old-snapshot", dsn)
		first, second := open(t, st), open(t, st)
		given, err := db.InTx(context.Background(), first.Client, func(ctx context.Context) (bool, error) {
			_, err := first.number(ctx, "read quota", st.stmts.capacity, 0)
			require.NoError(t, err)
			require.True(t, take(t, second, 3))
			return lockParent(ctx, first, 0, 3)
		})
		require.NoError(t, err)
		require.True(t, given)
		require.EqualValues(t, 6, used(t, st))
	})
}

// TestConditionalUpdateLooksAgain holds that who waited for another's row at READ COMMITTED looks at it as it is then.
func TestConditionalUpdateLooksAgain(t *testing.T) {
	servers(t, func(t *testing.T, d db.Dialect, dsn string) {
		st := setup(t, d, "conditional-update", dsn)
		first, second := open(t, st), open(t, st)
		given := make(chan bool, 1)
		_, err := db.InTx(context.Background(), first.Client, func(ctx context.Context) (bool, error) {
			done, err := addIfFits(ctx, first, 0, 2)
			require.True(t, done)
			go func() {
				out, err := second.Do(context.Background(), quota.Input{Amount: 2})
				given <- err != nil || !out.Refused
			}()
			return done, err
		})
		require.NoError(t, err)
		require.False(t, <-given)
		require.EqualValues(t, 2, used(t, st))
	})
}

// TestForbidden holds that what a CHECK forbids is told apart from every other refusal.
func TestForbidden(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		c := open(t, setup(t, d, "check-constraint", dsn))
		_, err := c.change(context.Background(), "add", c.store.stmts.add, 4, 0)
		require.True(t, d.Forbidden(err), "%v", err)
		require.False(t, d.Duplicate(err))
		require.True(t, c.Usable(err))
		_, err = c.Exec(context.Background(), "nonsense", "INSERT INTO nonsense")
		require.Error(t, err)
		require.False(t, d.Forbidden(err))
		require.False(t, d.Forbidden(nil))
	})
}

func TestRowThatIsGone(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		c := open(t, setup(t, d, "check-then-increment", dsn))
		_, err := c.Exec(context.Background(), "delete", c.store.SQL("DELETE FROM {t}"))
		require.NoError(t, err)
		_, err = c.Do(context.Background(), quota.Input{Amount: 1})
		dbtest.RequireNotApplied(t, err)
		require.ErrorIs(t, err, db.ErrMissing)
	})
}

// TestLostConnection cuts the connection at every kind of statement, before the server has it and after it has answered.
func TestLostConnection(t *testing.T) {
	cases := []struct {
		strategy, at string
		unknown      bool // else surely not applied
	}{
		{"check-then-increment", "SELECT used", false},
		{"check-then-increment", "UPDATE", true},
		{"conditional-update", "UPDATE", true},
		{"check-constraint", "UPDATE", true},
		{"parent-row-lock", "FOR UPDATE", false},
		{"parent-row-lock", "SELECT COALESCE", false},
		{"parent-row-lock", "INSERT", false},
		{"parent-row-lock", "COMMIT", true},
		{"serializable", "COMMIT", true},
	}
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		for _, c := range cases {
			for _, deliver := range []bool{false, true} {
				t.Run(c.strategy+" at "+c.at+map[bool]string{true: " answered", false: " unsent"}[deliver], func(t *testing.T) {
					st := setup(t, d, c.strategy, dsn)
					client := open(t, st)
					p.Cut(dbtest.Sent(d, c.at), deliver)
					_, err := client.Do(context.Background(), quota.Input{Amount: 2})
					require.True(t, p.HasCut(), "the connection was not cut")
					if c.unknown {
						dbtest.RequireUnknown(t, err)
					} else {
						dbtest.RequireNotApplied(t, err)
					}
					require.Equal(t, c.unknown && deliver, used(t, st) == 2)
					require.Equal(t, !c.unknown || !deliver, take(t, client, 2), "the client has a fresh connection")
				})
			}
		}
	})
}
