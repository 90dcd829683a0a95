// Package sqlsession writes to a PostgreSQL server and reads from its hot standby, which is behind, in ways that keep what a
// client has written in sight and in ways that do not.
package sqlsession

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/session"
)

// reader reads a key for a client, in the way of one strategy.
type reader func(ctx context.Context, c *client, key int32) (int64, error)

// way is how a strategy works.
type way struct {
	read  reader
	token bool // a write is followed by asking how far the log has come
}

// newTarget makes the target of a workload.
type newTarget = func(*session.Workload) harness.Target[session.Input, session.Output]

// newStore makes the New of a strategy. The DSN is that of the primary and that of the standby, with a space between.
func newStore(w way) func(string, uint64) newTarget {
	return func(dsn string, _ uint64) newTarget {
		return func(workload *session.Workload) harness.Target[session.Input, session.Output] {
			primary, standby := strategy.Addresses(dsn)
			s := &store{Base: newBase(primary), standby: newBase(standby), dsn: dsn, way: w, keys: workload.Keys()}
			s.stmts = newStatements(s.Base)
			return s
		}
	}
}

// store is a table on the primary, of which the standby has a copy.
type store struct {
	*db.Base
	standby *db.Base
	dsn     string
	way     way
	keys    int
	stmts   statements
}

// statements are the queries. Places in the log are numbers.
type statements struct{ create, insert, write, read, written, replayed string }

func newStatements(b *db.Base) statements {
	return statements{
		create: b.SQL("CREATE TABLE {t} (k INTEGER PRIMARY KEY, v BIGINT NOT NULL)"),
		insert: b.SQL("INSERT INTO {t} (k, v) SELECT k, 0 FROM generate_series(0, ?::int - 1) AS k"),
		write:  b.SQL("UPDATE {t} SET v = v + 1 WHERE k = ? RETURNING v"),
		read:   b.SQL("SELECT v FROM {t} WHERE k = ?"),
		// How far the log has been put together, not how far it has been written: with synchronous_commit off that comes later.
		written:  "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint",
		replayed: "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint",
	}
}

func newBase(dsn string) *db.Base { return db.NewBase(db.Postgres(), dsn, db.ReadCommitted) }

// errBehind says that the standby does not have yet what it is waited for.
var errBehind = errors.New("the standby is behind")

func isBehind(err error) bool { return errors.Is(err, errBehind) }

// Setup makes the table, and waits until the standby has it.
func (s *store) Setup(ctx context.Context) error {
	if err := follows(ctx, s.dsn); err != nil {
		return err
	}
	err := s.Begin(ctx, []db.Table{{Name: s.Table(), Create: s.stmts.create}}, func(ctx context.Context, c *sql.Conn) error {
		_, err := c.ExecContext(ctx, s.stmts.insert, s.keys)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.standby.Begin(ctx, nil, nil); err != nil {
		return fmt.Errorf("the standby: %w", err)
	}
	if err := s.arrive(ctx); err != nil {
		return fmt.Errorf("postgres: waiting for the standby to have table %s: %w; see that it follows the primary", s.Table(), err)
	}
	return nil
}

// arrive waits until the standby has the table with what is in it, which came by one statement.
func (s *store) arrive(ctx context.Context) error {
	c, err := s.standby.Client(ctx, 0)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = harness.Retry(ctx, isMissing, func(ctx context.Context) (int64, error) {
		return one(c.Query(ctx, "look for table", s.stmts.read, 0))
	})
	return err
}

// noTable is PostgreSQL's code for a table that is not there.
const noTable = "42P01"

func isMissing(err error) bool {
	var refused *pgconn.PgError
	return errors.Is(err, db.ErrMissing) || errors.As(err, &refused) && refused.Code == noTable
}

func (s *store) Open(ctx context.Context, id int) (harness.Client[session.Input, session.Output], error) {
	return s.open(ctx, id)
}

func (s *store) open(ctx context.Context, id int) (*client, error) {
	primary, err := s.Client(ctx, id)
	if err != nil {
		return nil, err
	}
	standby, err := s.standby.Client(ctx, id)
	if err != nil {
		return nil, errors.Join(err, primary.Close())
	}
	return &client{Client: primary, standby: standby, store: s}, nil
}

// Close drops the table.
func (s *store) Close(ctx context.Context) error {
	return errors.Join(s.Base.Close(ctx), s.standby.Close(ctx))
}

// Version names both servers.
func (s *store) Version() string { return s.Base.Version() + ", and a standby of it" }
