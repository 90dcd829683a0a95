package db_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

func TestValidate(t *testing.T) {
	t.Setenv("PGSERVICE", "")
	cases := []struct {
		d    db.Dialect
		dsn  string
		want string // part of the message; empty: fine
	}{
		{db.SQLite(), "", ""},
		{db.SQLite(), "/tmp", ""},
		{db.SQLite(), "file:/tmp/x.db", ""},
		{db.SQLite(), ":memory:", "memory"},
		{db.SQLite(), "file::memory:?cache=shared", "memory"},
		{db.SQLite(), "x.db?_txlock=immediate", "parameters"},
		{db.SQLite(), "postgres://u:s3cr@t@h/db", "path"},
		{db.Postgres(), "", "missing"},
		{db.Postgres(), "postgres://u:s3cret@h:5432/db?sslmode=disable", ""},
		{db.Postgres(), "postgresql://u@h/db", ""},
		{db.Postgres(), "host=h user=u password=s3cret dbname=db", ""},
		{db.Postgres(), "mysql://u:s3cret@h/db", "not one of PostgreSQL"},
		{db.Postgres(), "postgres://u:s3cr#et@h:5432/db", ""},
		{db.Postgres(), "postgres://u:s3cr%et@h:5432/db", "can't be read"},
		{db.Postgres(), "postgres://u:s3cret@h:port/db", "can't be read"},
		{db.Postgres(), "u:s3cret@tcp(h:3306)/db", "can't be read"},
		{db.Postgres(), "host=h password=s3cret sslmode=nonsense", "can't be read"},
		{db.Postgres(), "postgres://u:12/s3cret@127.0.0.1:5432/test", "%XX"},
		{db.Postgres(), "postgres://u:s3cr@et@h:5432/db", "%XX"},
		{db.Postgres(), "postgres://u:p@h,s3cr@et/db", "%XX"},
		{db.Postgres(), "postgres://u:s3cr%40%2Fet@h:5432/db", ""},
		{db.Postgres(), "host=h user=u password=s3cr@et dbname=db", ""},
		{db.MariaDB(), "mysql://u:12/s3cret@127.0.0.1:3306/test", "%XX"},
		{db.MariaDB(), "mysql://u:12/s3cret@tcp/test", "%XX"},
		{db.MariaDB(), "u:p@tcp(s3cr@h:3306)/db", "%XX"},
		{db.MariaDB(), "", "missing"},
		{db.MariaDB(), "u:s3cret@tcp(h:3306)/db", ""},
		{db.MariaDB(), "u:s3cr/et@tcp(h:3306)/db?timeout=3s", ""},
		{db.MariaDB(), "u@unix(/run/mysqld.sock)/db", ""},
		{db.MariaDB(), "mysql://u:s3cr%2Fet@h:3306/db?timeout=3s", ""},
		{db.MariaDB(), "mariadb://u@h/db", ""},
		{db.MariaDB(), "mysql://u:s3cret@h:3306", "can't be read"},
		{db.MariaDB(), "mysql://u:s3cret@h:3306/", "names no database"},
		{db.MariaDB(), "u:s3cr/et@tcp(h:3306)", "can't be read"},
		{db.MariaDB(), "mysql://u:s3cr%et@h/db", "can't be read"},
		{db.MariaDB(), "postgres://u:s3cret@h/db", "can't be read"},
		{db.MariaDB(), "u:s3cret@tcp(h:3306)/db?multiStatements=perhaps", "can't be read"},
	}
	for _, c := range cases {
		err := c.d.Validate(c.dsn)
		if c.want == "" {
			assert.NoError(t, err, c.dsn)
			continue
		}
		require.ErrorContains(t, err, c.want, c.dsn)
		requireOneLine(t, err)
	}
}

// requireOneLine also holds that no part of the password of these tests is shown.
func requireOneLine(t *testing.T, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), "s3cr")
	require.NotContains(t, err.Error(), "et@")
}

func TestCheck(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) { require.NoError(t, d.Check(context.Background(), dsn)) })
}

// TestCheckServerDown asks where nothing listens, where something else does, and where nobody ever answers.
func TestCheckServerDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	silent := l.Addr().String()
	t.Cleanup(func() { _ = l.Close() }) // the kernel accepts; nobody answers
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	down := closed.Addr().String()
	require.NoError(t, closed.Close())
	dsns := map[string]func(address string) string{
		"postgres": func(a string) string { return "postgres://u:s3cret@" + a + "/db" },
		"mariadb":  func(a string) string { return "u:s3cret@tcp(" + a + ")/db" },
	}
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		err := d.Check(context.Background(), dsns[d.Name()](down))
		require.ErrorContains(t, err, "start the server")
		require.ErrorContains(t, err, down)
		requireOneLine(t, err)
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		err = d.Check(ctx, dsns[d.Name()](silent))
		cancel()
		require.ErrorContains(t, err, "no answer in time")
		requireOneLine(t, err)
	}
}

func TestCheckUnknownDatabase(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			err := d.Check(context.Background(), otherDatabase(t, d, dbtest.DSN(t, d)))
			require.ErrorContains(t, err, "create the database, or name another")
			requireOneLine(t, err)
		})
	}
}

func otherDatabase(t *testing.T, d db.Dialect, dsn string) string {
	t.Helper()
	_, through := dbtest.ThroughProxy(t, d, dsn)
	if d.Name() == "postgres" {
		return through + " dbname=no_such_database"
	}
	config, err := mysql.ParseDSN(through)
	require.NoError(t, err)
	config.DBName = "no_such_database"
	return config.FormatDSN()
}

func TestCheckWrongPassword(t *testing.T) {
	d := db.MariaDB()
	config, err := mysql.ParseDSN(dbtest.DSN(t, d))
	require.NoError(t, err)
	config.Passwd = "s3cret, surely wrong"
	err = d.Check(context.Background(), config.FormatDSN())
	require.ErrorContains(t, err, "correct the user and the password")
	requireOneLine(t, err)
}

func TestCheckSQLiteFiles(t *testing.T) {
	text := filepath.Join(t.TempDir(), "letter.txt")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("Dear reader, ", 100)), 0o600))
	err := db.SQLite().Check(context.Background(), text)
	require.ErrorContains(t, err, "is not a SQLite database")
	requireOneLine(t, err)
	err = db.SQLite().Check(context.Background(), filepath.Join(t.TempDir(), "no", "such", "folder.db"))
	require.ErrorContains(t, err, "name a folder or file that can be written")
	requireOneLine(t, err)
}
