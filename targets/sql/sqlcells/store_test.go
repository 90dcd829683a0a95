package sqlcells

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestCloseDropsItsTableOnly does so with clients still open, one of them in a transaction, and a context that is done.
func TestCloseDropsItsTableOnly(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		if d.Name() == "sqlite" {
			t.Skip("see TestSQLiteFiles of db")
		}
		dsn = dbtest.Existing(t, d, dsn)
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
	})
}
