package sqlsteps

import (
	"context"
	"database/sql/driver"
	"errors"
)

// What follows is what package sql does with a driver: it uses the methods with a context, or else those without, after a
// look whether the context is done.

type runner[T any] func(ctx context.Context, query string, args []driver.NamedValue) (T, error)

// execOf gives nil if the driver executes only what is prepared.
func execOf(c driver.Conn) runner[driver.Result] {
	if execer, ok := c.(driver.ExecerContext); ok {
		return execer.ExecContext
	}
	execer, ok := c.(driver.Execer) //nolint:staticcheck // Deprecated for new drivers, but old ones have it.
	if !ok {
		return nil
	}
	return func(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
		values, err := valuesOf(ctx, args)
		if err != nil {
			return nil, err
		}
		return execer.Exec(query, values)
	}
}

// queryOf gives nil if the driver queries only what is prepared.
func queryOf(c driver.Conn) runner[driver.Rows] {
	if queryer, ok := c.(driver.QueryerContext); ok {
		return queryer.QueryContext
	}
	queryer, ok := c.(driver.Queryer) //nolint:staticcheck // Deprecated for new drivers, but old ones have it.
	if !ok {
		return nil
	}
	return func(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
		values, err := valuesOf(ctx, args)
		if err != nil {
			return nil, err
		}
		return queryer.Query(query, values)
	}
}

func execStmt(ctx context.Context, s driver.Stmt, args []driver.NamedValue) (driver.Result, error) {
	if s, ok := s.(driver.StmtExecContext); ok {
		return s.ExecContext(ctx, args)
	}
	values, err := valuesOf(ctx, args)
	if err != nil {
		return nil, err
	}
	return s.Exec(values) //nolint:staticcheck // as above
}

func queryStmt(ctx context.Context, s driver.Stmt, args []driver.NamedValue) (driver.Rows, error) {
	if s, ok := s.(driver.StmtQueryContext); ok {
		return s.QueryContext(ctx, args)
	}
	values, err := valuesOf(ctx, args)
	if err != nil {
		return nil, err
	}
	return s.Query(values) //nolint:staticcheck // as above
}

func prepare(ctx context.Context, c driver.Conn, query string) (driver.Stmt, error) {
	if c, ok := c.(driver.ConnPrepareContext); ok {
		return c.PrepareContext(ctx, query)
	}
	s, err := c.Prepare(query)
	if err == nil && ctx.Err() != nil {
		_ = s.Close() // of a statement that nobody has used
		return nil, ctx.Err()
	}
	return s, err
}

func begin(ctx context.Context, c driver.Conn, opts driver.TxOptions) (driver.Tx, error) {
	if c, ok := c.(driver.ConnBeginTx); ok {
		return c.BeginTx(ctx, opts)
	}
	// The words are those of package sql.
	switch {
	case opts.Isolation != 0:
		return nil, errors.New("sql: driver does not support non-default isolation level")
	case opts.ReadOnly:
		return nil, errors.New("sql: driver does not support read-only transactions")
	}
	t, err := c.Begin() //nolint:staticcheck // as above
	if err == nil && ctx.Err() != nil {
		_ = t.Rollback() // of a transaction in which nothing has happened
		return nil, ctx.Err()
	}
	return t, err
}

// valuesOf takes the names off arguments, for methods without a context.
func valuesOf(ctx context.Context, args []driver.NamedValue) ([]driver.Value, error) {
	values := make([]driver.Value, len(args))
	for i, arg := range args {
		if arg.Name != "" {
			return nil, errors.New("sql: driver does not support the use of Named Parameters")
		}
		values[i] = arg.Value
	}
	return values, ctx.Err()
}
