package db_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// one gives the base's one table, of numbers below 600.
func one(b *db.Base) []db.Table {
	return []db.Table{{
		Name: b.Table(), Create: b.SQL("CREATE TABLE {t} (k INTEGER NOT NULL CHECK (k < 600))" + b.Dialect().TableOptions()),
	}}
}

func client(t *testing.T, b *db.Base) *db.Client {
	t.Helper()
	c, err := b.Client(t.Context(), 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestCloseAfterHalfASetup(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		dsn = dbtest.Existing(t, d, dsn)
		b := db.NewBase(d, dsn, db.DefaultLevel)
		require.Error(t, b.Begin(t.Context(), one(b), func(ctx context.Context, c *sql.Conn) error {
			_, err := c.ExecContext(ctx, b.SQL("INSERT INTO {t} (k) VALUES (1), (700)"))
			return err
		}))
		require.Equal(t, 1, dbtest.Tables(t, d, dsn, b.Table()))
		require.NoError(t, b.Close(context.Background()))
		require.Zero(t, dbtest.Tables(t, d, dsn, b.Table()))
		require.Equal(t, 1, dbtest.Tables(t, d, dsn, "stress_not_ours"))
	})
}

// TestCloseAfterACut holds that the tables are dropped although the connection is lost meanwhile, whether or not the server has
// got the statement.
func TestCloseAfterACut(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		for _, deliver := range []bool{false, true} {
			b := db.NewBase(d, dsn, db.DefaultLevel)
			require.NoError(t, b.Begin(t.Context(), one(b), nil))
			p.Cut("DROP TABLE", deliver)
			require.NoError(t, b.Close(context.Background()))
			require.True(t, p.HasCut())
			require.Zero(t, dbtest.Tables(t, d, dsn, b.Table()))
		}
	})
}

func TestSetupWithDoneContext(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		b := db.NewBase(d, dsn, db.DefaultLevel)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		require.Error(t, b.Begin(ctx, one(b), nil))
		require.NoError(t, b.Close(ctx))
	})
}

func TestSetupWithoutRightsNamesThem(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		b := db.NewBase(d, dsn, db.DefaultLevel)
		tables := []db.Table{{Name: b.Table(), Create: "CREATE TABLE no such schema (k INTEGER)"}}
		require.ErrorContains(t, b.Begin(t.Context(), tables, nil), "may create tables")
		require.Empty(t, b.Created())
		require.NoError(t, b.Close(t.Context()))
	})
}

// TestSeveralTables holds that all of a store's tables are made and dropped, also where one refers to another.
func TestSeveralTables(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		dsn = dbtest.Existing(t, d, dsn)
		b := db.NewBase(d, dsn, db.DefaultLevel)
		require.NoError(t, b.Begin(t.Context(), []db.Table{
			{Name: b.Table(), Create: b.SQL("CREATE TABLE {t} (k INTEGER PRIMARY KEY)" + d.TableOptions())},
			{Name: b.Table("_log"), Create: b.SQL("CREATE TABLE {t}_log (id " + d.Serial() + ", k INTEGER NOT NULL, " +
				"a BIGINT NOT NULL, b BIGINT NOT NULL, FOREIGN KEY (k) REFERENCES {t} (k))" + d.TableOptions())},
		}, func(ctx context.Context, c *sql.Conn) error {
			_, err := c.ExecContext(ctx, b.SQL("INSERT INTO {t} (k) VALUES (7)"))
			return err
		}))
		c := client(t, b)
		for i := range 2 {
			n, err := c.Exec(t.Context(), "insert", b.SQL("INSERT INTO {t}_log (k, a, b) VALUES (?, ?, ?)"), 7, i, 10*i)
			require.NoError(t, err)
			require.EqualValues(t, 1, n)
		}
		rows, err := c.Query(t.Context(), "read", b.SQL("SELECT id, k, a, b FROM {t}_log ORDER BY id"))
		require.NoError(t, err)
		require.Equal(t, [][]int64{{1, 7, 0, 0}, {2, 7, 1, 10}}, rows)
		require.NoError(t, b.Close(t.Context()))
		for _, name := range []string{b.Table(), b.Table("_log")} {
			require.Zero(t, dbtest.Tables(t, d, dsn, name), name)
		}
		require.Equal(t, 1, dbtest.Tables(t, d, dsn, "stress_not_ours"))
	})
}

// TestPreparedAgain holds that a client's connection is as the strategy wants it also when it has taken the place of another.
func TestPreparedAgain(t *testing.T) {
	b := db.NewBase(db.SQLite(), "", db.DefaultLevel)
	b.Prepare("PRAGMA busy_timeout = 7")
	t.Cleanup(func() { require.NoError(t, b.Close(context.Background())) })
	require.NoError(t, b.Begin(t.Context(), one(b), nil))
	c := client(t, b)
	for range 2 {
		rows, err := c.Query(t.Context(), "ask", "PRAGMA busy_timeout")
		require.NoError(t, err)
		require.Equal(t, [][]int64{{7}}, rows)
		c.Discard()
	}
}

// TestSQLiteFiles holds what is left of each kind of DSN.
func TestSQLiteFiles(t *testing.T) {
	d, dir := db.SQLite(), t.TempDir()
	old := dbtest.Existing(t, d, "")
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	for _, dsn := range []string{"", dir, old, fresh, "file:" + fresh, "sqlite://" + fresh} {
		b := db.NewBase(d, dsn, db.DefaultLevel)
		require.NoError(t, b.Begin(t.Context(), one(b), nil))
		_, err := client(t, b).Exec(t.Context(), "insert", b.SQL("INSERT INTO {t} (k) VALUES (1)"))
		require.NoError(t, err)
		require.FileExists(t, b.Address())
		require.NoError(t, b.Close(t.Context()))
		if dsn == old {
			require.Zero(t, dbtest.Tables(t, d, old, b.Table()))
			require.Equal(t, 1, dbtest.Tables(t, d, old, "stress_not_ours"))
			continue
		}
		require.NoFileExists(t, b.Address())
	}
	for _, dir := range []string{dir, filepath.Dir(fresh)} {
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	}
}
