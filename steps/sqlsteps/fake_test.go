package sqlsteps_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/steps/internal/stepstest"
	"github.com/lostupdate/stress/steps/sqlsteps"
)

// calls notes what a driver is asked.
type calls struct {
	mu    sync.Mutex
	lines []string
}

func (c *calls) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, fmt.Sprintf(format, args...))
}

// fake is a driver that can do no more than it must, with connections that can do more.
type fake struct {
	*calls
	wrap func(*fakeConn) driver.Conn
	stmt func(*fakeStmt) driver.Stmt
}

func (f fake) Driver() driver.Driver { return nil }
func (f fake) Connect(context.Context) (driver.Conn, error) {
	f.note("connect")
	return f.wrap(&fakeConn{f}), nil
}

func (f fake) Close() error {
	f.note("close connector")
	return nil
}

type fakeConn struct{ fake }

func (c *fakeConn) Close() error              { return nil }
func (c *fakeConn) Begin() (driver.Tx, error) { c.note("begin"); return c, nil }
func (c *fakeConn) Commit() error             { c.note("commit"); return nil }
func (c *fakeConn) Rollback() error           { c.note("rollback"); return nil }
func (c *fakeConn) Prepare(query string) (driver.Stmt, error) {
	c.note("prepare %s", query)
	return c.stmt(&fakeStmt{c.calls, query}), nil
}

type fakeStmt struct {
	*calls
	query string
}

func (s *fakeStmt) Close() error  { s.note("close %s", s.query); return nil }
func (s *fakeStmt) NumInput() int { return -1 }
func (s *fakeStmt) Exec(args []driver.Value) (driver.Result, error) {
	s.note("exec %s %#v", s.query, args)
	return driver.RowsAffected(1), nil
}

func (s *fakeStmt) Query(args []driver.Value) (driver.Rows, error) {
	s.note("query %s %#v", s.query, args)
	return noRows{}, nil
}

type noRows struct{}

func (noRows) Columns() []string         { return []string{"a"} }
func (noRows) Close() error              { return nil }
func (noRows) Next([]driver.Value) error { return io.EOF }

// special is a type of argument that only some drivers know.
type special struct{}

// What a connection or a statement can do besides.
type (
	checking   struct{ *calls }
	converting struct{ *calls }
	resetting  struct{ *calls }
	validating struct{ *calls }
	executing  struct{ c *fakeConn }
	querying   struct{ c *fakeConn }
	skipping   struct{ *calls }
)

func (c checking) CheckNamedValue(v *driver.NamedValue) error {
	c.note("check %#v", v.Value)
	switch v.Value.(type) {
	case special:
		v.Value = "special"
		return nil
	case bool:
		return driver.ErrRemoveArgument
	case float64:
		return errors.New("no floats")
	}
	return driver.ErrSkip
}

func (c converting) ColumnConverter(i int) driver.ValueConverter {
	c.note("convert %d", i)
	return driver.String
}

func (r resetting) ResetSession(context.Context) error { r.note("reset"); return nil }
func (v validating) IsValid() bool                     { v.note("validate"); return true }

func (e executing) Exec(query string, args []driver.Value) (driver.Result, error) {
	return (&fakeStmt{e.c.calls, "unprepared " + query}).Exec(args)
}

func (q querying) Query(query string, args []driver.Value) (driver.Rows, error) {
	return (&fakeStmt{q.c.calls, "unprepared " + query}).Query(args)
}

func (s skipping) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	s.note("skip exec %s", query)
	return nil, driver.ErrSkip
}

func (s skipping) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	s.note("skip query %s", query)
	return nil, driver.ErrSkip
}

// fakes are drivers that differ in what they can do.
func fakes() map[string]fake {
	bare := func(c *fakeConn) driver.Conn { return c }
	stmt := func(s *fakeStmt) driver.Stmt { return s }
	return map[string]fake{
		"nothing": {wrap: bare, stmt: stmt},
		"statements that check": {wrap: bare, stmt: func(s *fakeStmt) driver.Stmt {
			return struct {
				*fakeStmt
				checking
			}{s, checking{s.calls}}
		}},
		"statements that convert": {wrap: bare, stmt: func(s *fakeStmt) driver.Stmt {
			return struct {
				*fakeStmt
				converting
			}{s, converting{s.calls}}
		}},
		"statements that check and convert": {wrap: bare, stmt: func(s *fakeStmt) driver.Stmt {
			return struct {
				*fakeStmt
				checking
				converting
			}{s, checking{s.calls}, converting{s.calls}}
		}},
		"connections that check": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				checking
			}{c, checking{c.calls}}
		}},
		"connections that reset": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				resetting
			}{c, resetting{c.calls}}
		}},
		"connections that validate": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				validating
			}{c, validating{c.calls}}
		}},
		"connections that reset and validate": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				resetting
				validating
			}{c, resetting{c.calls}, validating{c.calls}}
		}},
		"unprepared": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				checking
				executing
				querying
			}{c, checking{c.calls}, executing{c}, querying{c}}
		}},
		"unprepared exec alone": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				executing
			}{c, executing{c}}
		}},
		"skips": {stmt: stmt, wrap: func(c *fakeConn) driver.Conn {
			return struct {
				*fakeConn
				skipping
			}{c, skipping{c.calls}}
		}},
	}
}

// fakeScript notes errors too. Each call comes after the one before has given its connection back.
func fakeScript(ctx context.Context, db *sql.DB, c *calls) {
	db.SetMaxOpenConns(1)
	c.note("%v", db.PingContext(ctx))
	for _, args := range [][]any{nil, {1}, {"a", nil}, {special{}}, {true, 2}, {1.5}, {sql.Named("n", 1)}} {
		_, err := db.ExecContext(ctx, "e", args...)
		c.note("exec: %v", err)
		rows, err := db.QueryContext(ctx, "q", args...)
		c.note("query: %v", err)
		if err == nil {
			c.note("%v %v", rows.Close(), rows.Err()) //nolint:sqlclosecheck // what closing gives is noted
		}
		s, err := db.PrepareContext(ctx, "p")
		c.note("prepare: %v", err)
		_, err = s.ExecContext(ctx, args...)
		c.note("exec: %v", err)
		c.note("%v", s.Close()) //nolint:sqlclosecheck // what closing gives is noted
	}
	for _, opts := range []*sql.TxOptions{nil, {ReadOnly: true}, {Isolation: sql.LevelSerializable}} {
		tx, err := db.BeginTx(ctx, opts)
		c.note("begin: %v", err)
		if err == nil {
			c.note("commit: %v", tx.Commit())
		}
	}
	inner, cancel := context.WithCancel(ctx)
	_, err := db.BeginTx(inner, nil)
	c.note("begin: %v", err)
	cancel()
	c.note("%v", db.PingContext(ctx)) // waits for the rollback
	c.note("%v", db.Close())
}

// TestSameCalls holds that a driver is asked the same, in the same order, with steps and without.
func TestSameCalls(t *testing.T) {
	for name, f := range fakes() {
		t.Run(name, func(t *testing.T) {
			run := func(open func(driver.Connector) *sql.DB, in func(func(context.Context) error)) []string {
				f.calls = &calls{}
				in(func(ctx context.Context) error {
					fakeScript(ctx, open(f), f.calls)
					return nil
				})
				return f.lines
			}
			outside := func(fn func(context.Context) error) { require.NoError(t, fn(t.Context())) }
			want := run(sql.OpenDB, outside)
			require.Contains(t, want, "close connector")
			if name == "unprepared exec alone" {
				want = withoutVainPreparation(t, want)
			}
			require.Equal(t, want, run(sqlsteps.OpenConnector, outside))
			require.Equal(t, want, run(sqlsteps.OpenConnector, func(fn func(context.Context) error) { stepstest.Steps(t, fn) }))
		})
	}
}

// withoutVainPreparation leaves out the one difference that there is: a driver that executes unprepared and queries only what is
// prepared is not asked to prepare what has an argument that can't be converted. The error is the same.
func withoutVainPreparation(t *testing.T, lines []string) []string {
	t.Helper()
	at := slices.Index(lines, "query: sql: converting argument $1 type: unsupported type sqlsteps_test.special, a struct")
	require.Greater(t, at, 1)
	require.Equal(t, []string{"prepare q", "close q"}, lines[at-2:at])
	return slices.Delete(slices.Clone(lines), at-2, at)
}

// TestOneStepWhereTheDriverSkips holds that what the driver will not run unprepared is one step all the same.
func TestOneStepWhereTheDriverSkips(t *testing.T) {
	for _, name := range []string{"skips", "nothing", "unprepared", "unprepared exec alone"} {
		t.Run(name, func(t *testing.T) {
			f := fakes()[name]
			f.calls = &calls{}
			db := sqlsteps.OpenConnector(f)
			defer db.Close()
			got := stepstest.Steps(t, func(ctx context.Context) error {
				for range 2 {
					if _, err := db.ExecContext(ctx, "e", 1); err != nil {
						return err
					}
					if err := db.QueryRowContext(ctx, "q", 1).Scan(); !errors.Is(err, sql.ErrNoRows) {
						return err
					}
				}
				s, err := db.PrepareContext(ctx, "e")
				if err != nil {
					return err
				}
				defer s.Close()
				for range 2 {
					if _, err := s.ExecContext(ctx, 1); err != nil {
						return err
					}
				}
				return nil
			})
			require.Equal(t, []string{"e", "q", "e", "q", "e", "e"}, got)
		})
	}
}

// TestLegacyWaysHeedTheContext ends the context in the middle of what has no context of its own.
func TestLegacyWaysHeedTheContext(t *testing.T) {
	for _, name := range []string{"nothing", "unprepared"} {
		for _, open := range []func(driver.Connector) *sql.DB{sql.OpenDB, sqlsteps.OpenConnector} {
			f := fakes()[name]
			f.calls = &calls{}
			db := open(f)
			conn, err := db.Conn(t.Context())
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = conn.ExecContext(ctx, "e")
			require.Equal(t, context.Canceled, err)
			_, err = conn.PrepareContext(ctx, "p") //nolint:sqlclosecheck // there is no statement
			require.Equal(t, context.Canceled, err)
			_, err = conn.BeginTx(ctx, nil)
			require.Equal(t, context.Canceled, err)
			require.False(t, slices.Contains(f.lines, "begin") && !slices.Contains(f.lines, "rollback"))
			require.NoError(t, conn.Close())
			require.NoError(t, db.Close())
		}
	}
}
