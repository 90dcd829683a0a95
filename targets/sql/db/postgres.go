package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// connectTimeout is how long connecting may take where the DSN does not say.
const connectTimeout = 5 * time.Second

// Postgres is PostgreSQL. Its DSN is a URL, postgres://user:password@host:5432/database, or words such as
// "host=… user=… dbname=…". What is missing is taken from the variables PGHOST, PGUSER, PGPASSWORD and so on.
func Postgres() Dialect { return postgres{} }

type postgres struct{}

func (postgres) Name() string   { return "postgres" }
func (postgres) NeedsDSN() bool { return true }

// Validate parses the DSN.
func (postgres) Validate(dsn string) error {
	_, err := postgresConfig(dsn)
	return err
}

// Check connects, logs in, and asks for the version.
func (d postgres) Check(ctx context.Context, dsn string) error { return check(ctx, d, dsn) }

func postgresConfig(dsn string) (*pgx.ConnConfig, error) {
	const want = "want postgres://user:password@host:5432/database?sslmode=disable, or host=… user=… dbname=…"
	scheme, _, isURL := strings.Cut(dsn, "://")
	switch {
	case strings.TrimSpace(dsn) == "":
		return nil, errors.New("postgres: the DSN is missing; " + want)
	case isURL && scheme != "postgres" && scheme != "postgresql":
		return nil, errors.New("postgres: the DSN is not one of PostgreSQL; " + want)
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's text may hold parts of the password.
		return nil, errors.New("postgres: the DSN can't be read; " + want + "; write special characters of a URL's password as %XX")
	}
	hosts := []string{config.Host, config.Database}
	for _, f := range config.Fallbacks {
		hosts = append(hosts, f.Host)
	}
	if misread(hosts...) {
		return nil, fmt.Errorf("postgres: %w; %s", errAt, want)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	// One round trip a statement: the default mode prepares a statement first, which is a second request.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	return config, nil
}

// open configures the driver. It repeats nothing by itself: what it calls safe to repeat it hands to database/sql as
// driver.ErrBadConn, and a held connection passes that on. It pings only connections that have waited in the pool,
// and none do.
func (postgres) open(dsn string) (*database, error) {
	config, err := postgresConfig(dsn)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxIdleConns(-1)
	address := net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))) + "/" + config.Database
	return &database{DB: db, address: address}, nil
}

func (postgres) version(ctx context.Context, db *sql.DB) (v string, err error) {
	err = db.QueryRowContext(ctx, "SHOW server_version").Scan(&v)
	v, _, _ = strings.Cut(v, " ")
	return "PostgreSQL " + v, err
}

// prepare sets what holds for statements outside transactions, which a server or a user may have changed.
func (postgres) prepare(context.Context, *sql.DB, Level) ([]string, error) {
	return []string{"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE"}, nil
}

func (postgres) Serial() string       { return "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY" }
func (postgres) TableOptions() string { return "" }
func (postgres) Returning() bool      { return true }

// Rebind numbers the parameters.
func (postgres) Rebind(query string) string {
	parts := strings.Split(query, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		fmt.Fprintf(&b, "$%d%s", i+1, part)
	}
	return b.String()
}

func (postgres) begin(l Level) string {
	if l == DefaultLevel {
		l = ReadCommitted
	}
	return "BEGIN ISOLATION LEVEL " + string(l)
}

func (d postgres) Advisory() Advisory {
	return Advisory{
		LockInTx: d.Rebind("SELECT 1 FROM pg_advisory_xact_lock(?::int, ?::int)"),
		Lock:     d.Rebind("SELECT 1 FROM pg_advisory_lock(?::int, ?::int)"),
		Unlock:   d.Rebind("SELECT pg_advisory_unlock(?::int, ?::int)::int"),
		space:    func(table string) any { return hashName(table) },
	}
}

// quiesce waits for the driver to have closed a connection whose statement was cut short, which it does in the
// background.
func (postgres) quiesce(driverConn any) {
	c, ok := driverConn.(*stdlib.Conn)
	if !ok {
		return
	}
	select {
	case <-c.Conn().PgConn().CleanupDone():
	case <-time.After(time.Second):
	}
}
