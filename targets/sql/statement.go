package sql

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lostupdate/stress/harness"
)

// exec makes one statement one step. It gives the number of rows that the statement matched.
func (c *client) exec(ctx context.Context, step, query string, args ...any) (int64, error) {
	return statement(ctx, c, step, func(ctx context.Context, conn *sql.Conn) (int64, error) {
		r, err := conn.ExecContext(ctx, query, args...)
		if err != nil {
			return 0, err
		}
		return r.RowsAffected()
	})
}

// add makes an addition one step. It gives the number of rows that matched, and what it left in the last of them.
func (c *client) add(ctx context.Context, query string, delta int64, args ...any) (n, after int64, err error) {
	const step = "write value"
	if c.base.dialect.found() == "" {
		rows, err := c.query(ctx, step, 1, query, args...)
		if len(rows) > 0 {
			after = rows[0][0]
		}
		return int64(len(rows)), after, err
	}
	r, err := statement(ctx, c, step, func(ctx context.Context, conn *sql.Conn) (sql.Result, error) {
		return conn.ExecContext(ctx, query, args...)
	})
	if err != nil {
		return 0, 0, err
	}
	n, err = r.RowsAffected()
	found, ferr := r.LastInsertId()
	return n, found + delta, firstOf(err, ferr)
}

// query makes one statement one step. It reads the answer to its end, since an UPDATE that returns rows is not
// committed before.
func (c *client) query(ctx context.Context, step string, columns int, query string, args ...any) ([][2]int64, error) {
	return statement(ctx, c, step, func(ctx context.Context, conn *sql.Conn) ([][2]int64, error) {
		rows, err := conn.QueryContext(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return scan(rows, columns)
	})
}

func scan(rows *sql.Rows, columns int) (all [][2]int64, err error) {
	for rows.Next() {
		var r [2]int64
		dest := []any{&r[0], &r[1]}[:columns]
		if err := rows.Scan(dest...); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		all = append(all, r)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// statement takes one step on the client's connection.
func statement[T any](ctx context.Context, c *client, step string,
	do func(context.Context, *sql.Conn) (T, error)) (T, error) {
	sent := false
	v, err := harness.Step(ctx, step, func(ctx context.Context) (T, error) {
		var none T
		if err := ctx.Err(); err != nil {
			return none, err
		}
		conn, err := c.wait(ctx)
		if err != nil {
			return none, err
		}
		v, err := do(ctx, conn)
		sent = !errors.Is(err, sql.ErrConnDone) && !c.base.dialect.unsent(err)
		return v, err
	})
	if err != nil {
		err = &failure{step: step, sent: sent, err: err}
	}
	return v, err
}
