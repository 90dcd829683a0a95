package sql

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValidate(t *testing.T) {
	t.Setenv("PGSERVICE", "")
	cases := []struct {
		d    Dialect
		dsn  string
		want string // part of the message; empty: fine
	}{
		{SQLite(), "", ""},
		{SQLite(), "/tmp", ""},
		{SQLite(), "file:/tmp/x.db", ""},
		{SQLite(), ":memory:", "memory"},
		{SQLite(), "file::memory:?cache=shared", "memory"},
		{SQLite(), "x.db?_txlock=immediate", "parameters"},
		{SQLite(), "postgres://u:s3cr@t@h/db", "path"},
		{Postgres(), "", "missing"},
		{Postgres(), "postgres://u:s3cret@h:5432/db?sslmode=disable", ""},
		{Postgres(), "postgresql://u@h/db", ""},
		{Postgres(), "host=h user=u password=s3cret dbname=db", ""},
		{Postgres(), "mysql://u:s3cret@h/db", "not one of PostgreSQL"},
		{Postgres(), "postgres://u:s3cr#et@h:5432/db", ""},
		{Postgres(), "postgres://u:s3cr%et@h:5432/db", "can't be read"},
		{Postgres(), "postgres://u:s3cret@h:port/db", "can't be read"},
		{Postgres(), "u:s3cret@tcp(h:3306)/db", "can't be read"},
		{Postgres(), "host=h password=s3cret sslmode=nonsense", "can't be read"},
		{Postgres(), "postgres://u:12/s3cret@127.0.0.1:5432/test", "%XX"},
		{Postgres(), "postgres://u:s3cr@et@h:5432/db", "%XX"},
		{Postgres(), "postgres://u:p@h,s3cr@et/db", "%XX"},
		{Postgres(), "postgres://u:s3cr%40%2Fet@h:5432/db", ""},
		{Postgres(), "host=h user=u password=s3cr@et dbname=db", ""},
		{MariaDB(), "mysql://u:12/s3cret@127.0.0.1:3306/test", "%XX"},
		{MariaDB(), "mysql://u:12/s3cret@tcp/test", "%XX"},
		{MariaDB(), "u:p@tcp(s3cr@h:3306)/db", "%XX"},
		{MariaDB(), "", "missing"},
		{MariaDB(), "u:s3cret@tcp(h:3306)/db", ""},
		{MariaDB(), "u:s3cr/et@tcp(h:3306)/db?timeout=3s", ""},
		{MariaDB(), "u@unix(/run/mysqld.sock)/db", ""},
		{MariaDB(), "mysql://u:s3cr%2Fet@h:3306/db?timeout=3s", ""},
		{MariaDB(), "mariadb://u@h/db", ""},
		{MariaDB(), "mysql://u:s3cret@h:3306", "can't be read"},
		{MariaDB(), "mysql://u:s3cret@h:3306/", "names no database"},
		{MariaDB(), "u:s3cr/et@tcp(h:3306)", "can't be read"},
		{MariaDB(), "mysql://u:s3cr%et@h/db", "can't be read"},
		{MariaDB(), "postgres://u:s3cret@h/db", "can't be read"},
		{MariaDB(), "u:s3cret@tcp(h:3306)/db?multiStatements=perhaps", "can't be read"},
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

func TestMariaDBURL(t *testing.T) {
	config, err := mariadbConfig("mysql://u:a%2Fb%40c@h/db?multiStatements=true&clientFoundRows=false&maxAllowedPacket=99")
	require.NoError(t, err)
	require.Equal(t, []string{"u", "a/b@c", "h:3306", "db"}, []string{config.User, config.Passwd, config.Addr, config.DBName})
	require.True(t, config.ClientFoundRows && config.InterpolateParams && !config.MultiStatements && !config.RejectReadOnly)
	require.Equal(t, 99, config.MaxAllowedPacket)
}

func TestCheck(t *testing.T) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) { require.NoError(t, d.Check(context.Background(), dsn)) })
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
	for _, d := range []Dialect{Postgres(), MariaDB()} {
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
	for _, d := range []Dialect{Postgres(), MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			err := d.Check(context.Background(), otherDatabase(t, d, dsnOf(t, d)))
			require.ErrorContains(t, err, "create the database, or name another")
			requireOneLine(t, err)
		})
	}
}

func otherDatabase(t *testing.T, d Dialect, dsn string) string {
	t.Helper()
	_, through := throughProxy(t, d, dsn)
	if d.Name() == "postgres" {
		return through + " dbname=no_such_database"
	}
	config, err := mysql.ParseDSN(through)
	require.NoError(t, err)
	config.DBName = "no_such_database"
	return config.FormatDSN()
}

func TestCheckWrongPassword(t *testing.T) {
	d := MariaDB()
	config, err := mysql.ParseDSN(dsnOf(t, d))
	require.NoError(t, err)
	config.Passwd = "s3cret, surely wrong"
	err = d.Check(context.Background(), config.FormatDSN())
	require.ErrorContains(t, err, "correct the user and the password")
	requireOneLine(t, err)
}

// TestExplain has what a server that trusts everybody does not say.
func TestExplain(t *testing.T) {
	db := &database{address: "h:5432/db"}
	for code, want := range map[string]string{
		"28P01": "correct the user and the password", "28000": "correct the user and the password",
		"53300": "fewer clients", "57P03": "wait until", "XX000": "see the server's log",
	} {
		err := Postgres().explain(db, &pgconn.PgError{Code: code, Message: "no\nentry"})
		require.ErrorContains(t, err, want)
		requireOneLine(t, err)
	}
	for number, want := range map[uint16]string{1044: "give the user rights", 1040: "fewer clients", 1130: "allow the user"} {
		require.ErrorContains(t, MariaDB().explain(db, &mysql.MySQLError{Number: number}), want)
	}
}

func TestCheckSQLiteFiles(t *testing.T) {
	text := filepath.Join(t.TempDir(), "letter.txt")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("Dear reader, ", 100)), 0o600))
	err := SQLite().Check(context.Background(), text)
	require.ErrorContains(t, err, "is not a SQLite database")
	requireOneLine(t, err)
	err = SQLite().Check(context.Background(), filepath.Join(t.TempDir(), "no", "such", "folder.db"))
	require.ErrorContains(t, err, "name a folder or file that can be written")
	requireOneLine(t, err)
}
