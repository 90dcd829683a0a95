package sql

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
)

// tables counts the tables of the name in the database.
func tables(t *testing.T, d Dialect, dsn, name string) (n int) {
	t.Helper()
	db, err := d.open(dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.close()) }()
	query := "SELECT count(*) FROM information_schema.tables WHERE table_name = '" + name + "'"
	if d.Name() == "sqlite" {
		query = "SELECT count(*) FROM sqlite_master WHERE name = '" + name + "'"
	}
	require.NoError(t, db.QueryRow(query).Scan(&n))
	return n
}

// existing gives a database with a table that is not ours.
func existing(t *testing.T, d Dialect, dsn string) string {
	t.Helper()
	if d.Name() == "sqlite" {
		dsn = filepath.Join(t.TempDir(), "mine %20#.db")
		require.NoError(t, os.WriteFile(dsn, nil, 0o600))
	}
	do(t, d, dsn, "DROP TABLE IF EXISTS stress_not_ours")
	do(t, d, dsn, "CREATE TABLE stress_not_ours (k INT)")
	t.Cleanup(func() { do(t, d, dsn, "DROP TABLE stress_not_ours") })
	return dsn
}

func do(t *testing.T, d Dialect, dsn, query string) {
	t.Helper()
	db, err := d.open(dsn)
	require.NoError(t, err)
	_, err = db.Exec(query)
	require.NoError(t, err)
	require.NoError(t, db.close())
}

// TestCloseDropsItsTableOnly does so with clients still open, one of them in a transaction, and a context that is done.
func TestCloseDropsItsTableOnly(t *testing.T) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		if d.Name() == "sqlite" {
			t.Skip("see TestSQLiteFiles")
		}
		dsn = existing(t, d, dsn)
		st := newStore(d, dsn, plan{update: inDatabase})
		ctx, cancel := context.WithCancel(context.Background())
		require.NoError(t, st.Setup(ctx, make([]int64, 1201)))
		s, err := st.Open(ctx, 0)
		require.NoError(t, err)
		all, err := s.ReadAll(ctx)
		require.NoError(t, err)
		require.Len(t, all, 1201)
		_, err = s.(*session).exec(ctx, "begin", "BEGIN")
		require.NoError(t, err)
		_, err = s.Apply(ctx, addOne)
		require.NoError(t, err)
		require.Equal(t, 1, tables(t, d, dsn, st.table))
		cancel()
		require.NoError(t, st.Close(ctx))
		require.NoError(t, st.Close(ctx), "closing twice is harmless")
		require.Zero(t, tables(t, d, dsn, st.table))
		require.Equal(t, 1, tables(t, d, dsn, "stress_not_ours"))
		_, err = s.Apply(context.Background(), addOne)
		requireNotApplied(t, err)
	})
}

// halfway makes a table that can't be filled.
type halfway struct{ Dialect }

func (halfway) create(table string) string {
	return "CREATE TABLE " + table + " (k INT PRIMARY KEY, v BIGINT NOT NULL CHECK (v < 600), version BIGINT NOT NULL)"
}

func TestCloseAfterHalfASetup(t *testing.T) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		dsn = existing(t, d, dsn)
		st := newStore(halfway{d}, dsn, plan{update: inDatabase})
		require.ErrorContains(t, st.Setup(context.Background(), []int64{1, 700}), "filling table")
		require.Equal(t, 1, tables(t, d, dsn, st.table))
		require.NoError(t, st.Close(context.Background()))
		require.Zero(t, tables(t, d, dsn, st.table))
		require.Equal(t, 1, tables(t, d, dsn, "stress_not_ours"))
	})
}

func TestSetupWithDoneContext(t *testing.T) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		st := newStore(d, dsn, plan{update: inDatabase})
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		require.Error(t, st.Setup(ctx, []int64{1}))
		require.NoError(t, st.Close(ctx))
	})
}

func TestSetupWithoutRightsNamesThem(t *testing.T) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		st := newStore(d, dsn, plan{update: inDatabase})
		st.table = "no such schema"
		require.ErrorContains(t, st.Setup(context.Background(), []int64{1}), "may create tables")
		require.False(t, st.created)
		require.NoError(t, st.Close(context.Background()))
	})
}

// TestSQLiteFiles holds what is left of each kind of DSN.
func TestSQLiteFiles(t *testing.T) {
	dir := t.TempDir()
	old := existing(t, SQLite(), "")
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	for _, dsn := range []string{"", dir, old, fresh, "file:" + fresh, "sqlite://" + fresh} {
		st, ok := strategyNamed(t, SQLite(), "atomic").New(dsn, 1).(*store)
		require.True(t, ok)
		require.NoError(t, st.Setup(context.Background(), []int64{0}))
		_, err := open(t, st).Apply(context.Background(), cells.Change{Kind: cells.Add, Delta: 1})
		require.NoError(t, err)
		require.FileExists(t, st.db.address)
		require.NoError(t, st.Close(context.Background()))
		if dsn == old {
			require.Zero(t, tables(t, SQLite(), old, st.table))
			require.Equal(t, 1, tables(t, SQLite(), old, "stress_not_ours"))
			continue
		}
		require.NoFileExists(t, st.db.address)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	left, err = os.ReadDir(filepath.Dir(fresh))
	require.NoError(t, err)
	require.Empty(t, left)
}
