package sqlsteps_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/steps/sqlsteps"
)

// engine is a database behind a driver.
type engine struct {
	name, driver, dsn string
}

// eachEngine runs fn with a fresh file of SQLite, and with the servers that the test may use. MariaDB's driver prepares
// what has arguments, unless it is told to put them into the text.
func eachEngine(t *testing.T, fn func(t *testing.T, e engine)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, sqlite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, engine{"postgres", "pgx", testenv.DSN(t, "postgres")}) })
	t.Run("mariadb", func(t *testing.T) { fn(t, mariadb(t, false)) })
	t.Run("mariadb interpolating", func(t *testing.T) { fn(t, mariadb(t, true)) })
}

func sqlite(tb testing.TB) engine {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "test.db")
	return engine{"sqlite", "sqlite", "file:" + file + "?_pragma=busy_timeout(60000)"}
}

func mariadb(t *testing.T, interpolate bool) engine {
	t.Helper()
	c, err := mysql.ParseDSN(testenv.DSN(t, "mariadb"))
	require.NoError(t, err)
	c.InterpolateParams, c.MultiStatements = interpolate, true
	return engine{"mariadb", "mysql", c.FormatDSN()}
}

// sql numbers the placeholders of a query where the engine wants that.
func (e engine) sql(query string) string {
	if e.name != "postgres" {
		return query
	}
	for i := 1; strings.Contains(query, "?"); i++ {
		query = strings.Replace(query, "?", fmt.Sprintf("$%d", i), 1)
	}
	return query
}

func (e engine) plain(tb testing.TB) *sql.DB {
	tb.Helper()
	return closing(tb)(sql.Open(e.driver, e.dsn))
}

func (e engine) stepping(tb testing.TB) *sql.DB {
	tb.Helper()
	return closing(tb)(sqlsteps.Open(e.driver, e.dsn))
}

func closing(tb testing.TB) func(*sql.DB, error) *sql.DB {
	return func(db *sql.DB, err error) *sql.DB {
		tb.Helper()
		require.NoError(tb, err)
		tb.Cleanup(func() { require.NoError(tb, db.Close()) })
		return db
	}
}

// code is code under test that knows nothing of steps.
type code struct {
	engine
	db    *sql.DB
	table string
}

// table makes a table with one number, which is dropped at the end.
func (e engine) table(tb testing.TB, db *sql.DB) code {
	tb.Helper()
	c := code{e, db, fmt.Sprintf("t%08x", rand.Uint32())}
	exec := func(ctx context.Context, query string) {
		_, err := db.ExecContext(ctx, query)
		require.NoError(tb, err)
	}
	exec(tb.Context(), "CREATE TABLE "+c.table+" (id int PRIMARY KEY, v bigint)")
	tb.Cleanup(func() { exec(context.Background(), "DROP TABLE "+c.table) })
	exec(tb.Context(), "INSERT INTO "+c.table+" VALUES (1, 0)")
	return c
}

type runs interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func (c code) get(ctx context.Context, q runs) (v int64, err error) {
	err = q.QueryRowContext(ctx, c.sql("SELECT v FROM "+c.table+" WHERE id = ?"), 1).Scan(&v)
	return v, err
}

func (c code) set(ctx context.Context, q runs, v int64) error {
	_, err := q.ExecContext(ctx, c.sql("UPDATE "+c.table+" SET v = ? WHERE id = ?"), v, 1)
	return err
}

func (c code) read(ctx context.Context) (int64, error) { return c.get(ctx, c.db) }

func (c code) racyAdd(ctx context.Context, delta int64) (int64, error) {
	before, err := c.read(ctx)
	if err != nil {
		return 0, err
	}
	return before, c.set(ctx, c.db, before+delta)
}

// blindAdd can't tell what the number was, as not every engine can.
func (c code) blindAdd(ctx context.Context, delta int64) error {
	_, err := c.db.ExecContext(ctx, c.sql("UPDATE "+c.table+" SET v = v + ? WHERE id = ?"), delta, 1)
	return err
}

// inTx runs fn in a transaction that is committed if it fails not.
func (c code) inTx(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}
