// Package dbtest has what the tests of stores in databases share: the engines to run on, connections that are cut, and what
// is left of a store.
package dbtest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/sql/db"
)

// Dialects are all engines.
func Dialects() []db.Dialect { return []db.Dialect{db.SQLite(), db.Postgres(), db.MariaDB()} }

// EachEngine runs fn on SQLite, and on the servers that the test may use.
func EachEngine(t *testing.T, fn func(t *testing.T, d db.Dialect, dsn string)) {
	t.Helper()
	for _, d := range Dialects() {
		t.Run(d.Name(), func(t *testing.T) { fn(t, d, DSN(t, d)) })
	}
}

// DSN gives the address of a server that the test may use, or a folder for SQLite.
func DSN(t testing.TB, d db.Dialect) string {
	t.Helper()
	if !d.NeedsDSN() {
		return t.TempDir()
	}
	return testenv.DSN(t, d.Name())
}

// RequireNotApplied requires an error that proves that nothing has happened.
func RequireNotApplied(t testing.TB, err error) {
	t.Helper()
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

// RequireUnknown requires an error that proves nothing.
func RequireUnknown(t testing.TB, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
}

// Existing gives a database with a table, stress_not_ours, that is not the store's.
func Existing(t testing.TB, d db.Dialect, dsn string) string {
	t.Helper()
	if d.Name() == "sqlite" {
		dsn = filepath.Join(t.TempDir(), "mine %20#.db")
		require.NoError(t, os.WriteFile(dsn, nil, 0o600))
	}
	Exec(t, d, dsn, "DROP TABLE IF EXISTS stress_not_ours")
	Exec(t, d, dsn, "CREATE TABLE stress_not_ours (k INT)")
	t.Cleanup(func() { Exec(t, d, dsn, "DROP TABLE stress_not_ours") })
	return dsn
}

// Tables counts the tables of the name in the database, which for SQLite is a file.
func Tables(t testing.TB, d db.Dialect, dsn, name string) (n int) {
	t.Helper()
	query := "SELECT count(*) FROM information_schema.tables WHERE table_name = '" + name + "'"
	if d.Name() == "sqlite" {
		query = "SELECT count(*) FROM sqlite_master WHERE name = '" + name + "'"
	}
	with(t, d, dsn, func(c *sql.DB) { require.NoError(t, c.QueryRowContext(context.Background(), query).Scan(&n)) })
	return n
}

// Exec runs a statement on a connection of its own.
func Exec(t testing.TB, d db.Dialect, dsn, query string) {
	t.Helper()
	with(t, d, dsn, func(c *sql.DB) {
		_, err := c.ExecContext(context.Background(), query)
		require.NoError(t, err)
	})
}

// with opens the database by the driver alone, which is none of the stores' doing.
func with(t testing.TB, d db.Dialect, dsn string, fn func(*sql.DB)) {
	t.Helper()
	driver := map[string]string{"sqlite": "sqlite", "postgres": "pgx", "mariadb": "mysql"}[d.Name()]
	c, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	fn(c)
}
