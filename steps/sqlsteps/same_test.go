package sqlsteps_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	sqlitedriver "modernc.org/sqlite"

	"github.com/lostupdate/stress/steps/internal/stepstest"
	"github.com/lostupdate/stress/steps/sqlsteps"
)

// protocol is what a script got to see.
type protocol struct {
	t     *testing.T
	db    *sql.DB
	e     engine
	lines []string
}

func (p *protocol) note(format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
}

func (p *protocol) failed(what string, err error) { p.note("%s: %T %v", what, err, err) }

// TestSame runs a script with a driver alone, with steps outside of the harness, and with steps inside: it sees the same.
func TestSame(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		script := func(db *sql.DB, in func(func(context.Context) error)) []string {
			db.SetMaxOpenConns(1)
			p := &protocol{t: t, db: db, e: e}
			in(func(ctx context.Context) error {
				p.script(ctx)
				return nil
			})
			return p.lines
		}
		outside := func(fn func(context.Context) error) { require.NoError(t, fn(t.Context())) }
		want := script(e.plain(t), outside)
		require.Greater(t, len(want), 60)
		require.Equal(t, want, script(e.stepping(t), outside))
		require.Equal(t, want, script(e.stepping(t), func(fn func(context.Context) error) { stepstest.Inside(t, fn) }))
		require.Equal(t, want, script(e.stepping(t), func(fn func(context.Context) error) { stepstest.Steps(t, fn) }))
	})
}

func (p *protocol) script(ctx context.Context) {
	p.failed("ping", p.db.PingContext(ctx))
	p.exec(ctx, p.db, "DROP TABLE IF EXISTS same")
	p.exec(ctx, p.db, "CREATE TABLE same (id int PRIMARY KEY, v int, s varchar(20), d decimal(9,2), at timestamp NULL)")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p.exec(ctx, p.db, "INSERT INTO same VALUES (?, ?, ?, ?, ?)", 1, 10, nil, 1.25, at)
	p.exec(ctx, p.db, "INSERT INTO same VALUES (?, ?, ?, ?, ?)", 2, sql.NullInt64{}, "two", nil, nil)
	p.query(ctx, p.db, "SELECT id, v, s, d, at FROM same ORDER BY id")
	p.query(ctx, p.db, "SELECT id, v, s, d, at FROM same WHERE id > ?", 1)
	p.query(ctx, p.db, "SELECT v FROM same WHERE id = ? AND s IS NULL", int8(1))
	p.failures(ctx)
	p.arguments(ctx)
	p.statements(ctx)
	p.transactions(ctx)
	p.cancelled(ctx)
	p.sets(ctx)
	p.connection(ctx)
	p.exec(ctx, p.db, "DROP TABLE same")
}

type queries interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func (p *protocol) exec(ctx context.Context, q queries, query string, args ...any) {
	result, err := q.ExecContext(ctx, p.e.sql(query), args...)
	p.failed(query, err)
	p.result(result)
}

func (p *protocol) result(r sql.Result) {
	if r == nil {
		return
	}
	n, err := r.RowsAffected()
	p.note("affected %d %v", n, err)
	id, err := r.LastInsertId()
	p.note("inserted %d %v", id, err)
}

func (p *protocol) query(ctx context.Context, q queries, query string, args ...any) {
	rows, err := q.QueryContext(ctx, p.e.sql(query), args...)
	p.failed(query, err)
	p.rows(rows)
}

func (p *protocol) rows(rows *sql.Rows) {
	if rows == nil {
		return
	}
	for more := true; more; more = rows.NextResultSet() {
		types, err := rows.ColumnTypes()
		p.failed("types", err)
		for _, c := range types {
			length, sized := c.Length()
			nullable, known := c.Nullable()
			precision, scale, decimal := c.DecimalSize()
			p.note("column %s %s %v %v %v %v %v %v %v %v", c.Name(), c.DatabaseTypeName(), c.ScanType(), length, sized,
				nullable, known, precision, scale, decimal)
		}
		for rows.Next() {
			values := make([]any, len(types))
			into := make([]any, len(types))
			for i := range values {
				into[i] = &values[i]
			}
			p.failed("scan", rows.Scan(into...))
			p.note("row %#v", values)
		}
	}
	p.failed("rows", rows.Err())
	p.failed("close", rows.Close())
}

// failures also holds errors to the driver's own types.
func (p *protocol) failures(ctx context.Context) {
	p.exec(ctx, p.db, "INSERT INTO same (id) VALUES (1)")
	p.exec(ctx, p.db, "NONSENSE")
	p.exec(ctx, p.db, "NONSENSE ?", 1)
	p.query(ctx, p.db, "SELECT nothing FROM same")
	p.query(ctx, p.db, "SELECT ?")
	p.query(ctx, p.db, "SELECT 1", 2)
	_, err := p.db.ExecContext(ctx, p.e.sql("INSERT INTO same (id) VALUES (?)"), 1)
	switch p.e.name {
	case "sqlite":
		require.ErrorAs(p.t, err, new(*sqlitedriver.Error))
	case "postgres":
		require.ErrorAs(p.t, err, new(*pgconn.PgError))
	case "mariadb":
		require.ErrorAs(p.t, err, new(*mysql.MySQLError))
		require.ErrorIs(p.t, err, &mysql.MySQLError{Number: 1062})
	}
	require.Equal(p.t, sql.ErrNoRows, p.db.QueryRowContext(ctx, "SELECT 1 FROM same WHERE 1 = 0").Scan(new(int)))
}

type valuer struct{ v any }

func (v valuer) Value() (driver.Value, error) { return v.v, nil }

func (p *protocol) arguments(ctx context.Context) {
	for _, arg := range []any{
		uint64(math.MaxUint64), int16(-1), true, []byte("bytes"), 1.5, valuer{"mine"}, valuer{nil}, (*string)(nil),
		struct{}{}, make(chan int), sql.Named("name", 7), []string{"a", "b"},
	} {
		if _, ok := arg.(chan int); ok {
			_, err := p.db.ExecContext(ctx, p.e.sql("UPDATE same SET s = ?"), arg)
			p.note("chan: %v", err != nil) // its text has an address
			continue
		}
		p.query(ctx, p.db, "SELECT id FROM same WHERE s = ?", arg)
	}
	p.query(ctx, p.db, "SELECT v FROM same WHERE id = :id", sql.Named("id", 1))
}

func (p *protocol) statements(ctx context.Context) {
	_, err := p.db.PrepareContext(ctx, "NONSENSE") //nolint:sqlclosecheck // there is no statement
	p.failed("prepare", err)
	s, err := p.db.PrepareContext(ctx, p.e.sql("SELECT v, s FROM same WHERE id = ?"))
	require.NoError(p.t, err)
	for _, args := range [][]any{{1}, {2}, {}, {1, 2}, {"x"}, {struct{}{}}, {sql.Named("id", 1)}} {
		rows, err := s.QueryContext(ctx, args...)
		p.failed("statement", err)
		p.rows(rows)
	}
	p.failed("close", s.Close()) //nolint:sqlclosecheck // what closing gives is noted
	s, err = p.db.PrepareContext(ctx, p.e.sql("UPDATE same SET v = ? WHERE id = ?"))
	require.NoError(p.t, err)
	for _, args := range [][]any{{11, 1}, {valuer{12}, 1}, {1}, {nil, 2}} {
		result, err := s.ExecContext(ctx, args...)
		p.failed("statement", err)
		p.result(result)
	}
	p.failed("close", s.Close()) //nolint:sqlclosecheck // what closing gives is noted
}

func (p *protocol) transactions(ctx context.Context) {
	for _, opts := range []*sql.TxOptions{
		nil, {}, {ReadOnly: true}, {Isolation: sql.LevelSerializable}, {Isolation: sql.LevelReadUncommitted},
		{Isolation: sql.LevelLinearizable}, {Isolation: sql.LevelSnapshot},
	} {
		for _, commit := range []bool{true, false} {
			tx, err := p.db.BeginTx(ctx, opts)
			p.failed(fmt.Sprintf("begin %v", opts), err)
			if err != nil {
				continue
			}
			p.exec(ctx, tx, "UPDATE same SET v = v + 1")
			p.query(ctx, tx, "SELECT v FROM same ORDER BY id")
			if commit {
				p.failed("commit", tx.Commit())
			}
			p.failed("rollback", tx.Rollback())
		}
		p.query(ctx, p.db, "SELECT v FROM same ORDER BY id")
	}
}

func (p *protocol) cancelled(ctx context.Context) {
	done, cancel := context.WithCancel(ctx)
	cancel()
	p.exec(done, p.db, "UPDATE same SET v = ?", 0)
	p.query(done, p.db, "SELECT 1")
	_, err := p.db.BeginTx(done, nil)
	p.failed("begin", err)
	_, err = p.db.PrepareContext(done, "SELECT 1") //nolint:sqlclosecheck // there is no statement
	p.failed("prepare", err)

	inner, cancel := context.WithCancel(ctx)
	tx, err := p.db.BeginTx(inner, nil)
	require.NoError(p.t, err)
	p.exec(ctx, tx, "UPDATE same SET v = 99")
	cancel()
	require.ErrorIs(p.t, orDone(tx.Commit()), context.Canceled)
	p.query(ctx, p.db, "SELECT v FROM same ORDER BY id")
}

// orDone takes either of the errors that a commit gives, depending on how far package sql is with its own rollback.
func orDone(err error) error {
	if err == sql.ErrTxDone { //nolint:errorlint // it must come through unchanged
		return context.Canceled
	}
	return err
}

func (p *protocol) sets(ctx context.Context) {
	p.query(ctx, p.db, "SELECT 1; SELECT 2, 3")
	p.exec(ctx, p.db, "UPDATE same SET v = 1; UPDATE same SET v = 2")
	p.query(ctx, p.db, "SELECT v FROM same ORDER BY id")
}

// connection looks at one connection that is held.
func (p *protocol) connection(ctx context.Context) {
	c, err := p.db.Conn(ctx)
	require.NoError(p.t, err)
	defer c.Close()
	p.failed("ping", c.PingContext(ctx))
	p.query(ctx, c, "SELECT 1")
	p.failed("raw", c.Raw(func(any) error { return driver.ErrBadConn }))
	p.failed("ping", c.PingContext(ctx))
}

func TestOpenFailsAsWithoutSteps(t *testing.T) {
	for _, e := range []engine{{driver: "none"}, {driver: "mysql", dsn: "nonsense"}, {driver: "pgx", dsn: "nonsense"}} {
		open := func(open func(string, string) (*sql.DB, error)) string {
			db, err := open(e.driver, e.dsn)
			if err == nil {
				defer db.Close()
				err = db.PingContext(t.Context())
			}
			return fmt.Sprintf("%T %v", err, err)
		}
		require.Equal(t, open(sql.Open), open(sqlsteps.Open))
	}
}

func TestDriverIsTheDriversOwn(t *testing.T) {
	require.IsType(t, &sqlitedriver.Driver{}, sqlite(t).stepping(t).Driver())
}
