package sqlcells

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestCloseDropsItsTableOnly does so with clients still open, one of them in a transaction, and a context that is done. SQLite
// has no table beside another's: there Close removes files, as TestSQLiteFiles of package db holds.
func TestCloseDropsItsTableOnly(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) { closeDropsItsTableOnly(t, d, dbtest.Existing(t, d, dbtest.DSN(t, d))) })
	}
}

func closeDropsItsTableOnly(t *testing.T, d db.Dialect, dsn string) {
	t.Helper()
	st := newStore(d, dsn, plan{update: inDatabase})
	ctx, cancel := context.WithCancel(context.Background())
	require.NoError(t, st.Setup(ctx, make([]int64, 1201)))
	s, err := st.Open(ctx, 0)
	require.NoError(t, err)
	all, err := s.ReadAll(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1201)
	_, err = s.(*session).Exec(ctx, "begin", "BEGIN")
	require.NoError(t, err)
	_, err = s.Apply(ctx, addOne)
	require.NoError(t, err)
	require.Equal(t, 1, dbtest.Tables(t, d, dsn, st.Table()))
	cancel()
	require.NoError(t, st.Close(ctx))
	require.NoError(t, st.Close(ctx), "closing twice is harmless")
	require.Zero(t, dbtest.Tables(t, d, dsn, st.Table()))
	require.Equal(t, 1, dbtest.Tables(t, d, dsn, "stress_not_ours"))
	_, err = s.Apply(context.Background(), addOne)
	dbtest.RequireNotApplied(t, err)
}
