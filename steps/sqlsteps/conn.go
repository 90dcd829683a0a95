package sqlsteps

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/steps/internal/label"
)

// conn is a connection with steps. Package sql calls it from one goroutine at a time.
type conn struct {
	driver.Conn // the driver's own

	// exec and query run what is not prepared; nil where the driver has no way to.
	exec  runner[driver.Result]
	query runner[driver.Rows]

	// skipped is the SQL that the driver has just declined to run unprepared. Package sql prepares it next, and runs that:
	// the same request, whose step has been taken.
	skipped string
}

// wrapConn keeps to what the driver's connection can: package sql treats a connection that it can reset and validate in
// another way than one that it can't. The rest has a way to say that it can't.
func wrapConn(parent driver.Conn) driver.Conn {
	c := &conn{Conn: parent, exec: execOf(parent), query: queryOf(parent)}
	resetter, resets := parent.(driver.SessionResetter)
	validator, validates := parent.(driver.Validator)
	switch {
	case resets && validates:
		return struct {
			*conn
			driver.SessionResetter
			driver.Validator
		}{c, resetter, validator}
	case resets:
		return struct {
			*conn
			driver.SessionResetter
		}{c, resetter}
	case validates:
		return struct {
			*conn
			driver.Validator
		}{c, validator}
	}
	return c
}

func (c *conn) Ping(ctx context.Context) error {
	if pinger, ok := c.Conn.(driver.Pinger); ok {
		return pinger.Ping(ctx)
	}
	return nil
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return unprepared(ctx, c, c.exec, query, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return unprepared(ctx, c, c.query, query, args)
}

// unprepared runs a statement as it is.
func unprepared[T any](
	ctx context.Context, c *conn, run runner[T], query string, args []driver.NamedValue,
) (v T, err error) {
	if run == nil {
		return v, driver.ErrSkip
	}
	v, err = harness.Step(ctx, label.SQL(query), func(ctx context.Context) (T, error) { return run(ctx, query, args) })
	if c.skipped = ""; errors.Is(err, driver.ErrSkip) {
		c.skipped = query
	}
	return v, err
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	taken := c.skipped != "" && c.skipped == query
	c.skipped = ""
	parent, err := prepare(ctx, c.Conn, query)
	if err != nil {
		return nil, err
	}
	return wrapStmt(&stmt{Stmt: parent, conn: c.Conn, query: query, taken: taken}), nil
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	parent, err := harness.Step(ctx, "begin", func(ctx context.Context) (driver.Tx, error) { return begin(ctx, c.Conn, opts) })
	if err != nil {
		return nil, err
	}
	return &tx{Tx: parent, ctx: ctx}, nil
}

// CheckNamedValue converts the arguments of what is run unprepared; a statement has its own. A driver that runs nothing
// unprepared is not asked: it may be the statement that knows its types.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if c.exec == nil && c.query == nil {
		return nil
	}
	return check(v, c.Conn)
}
