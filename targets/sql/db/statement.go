package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lostupdate/stress/harness"
)

// Exec makes one statement one step. It gives the number of rows that the statement matched.
func (c *Client) Exec(ctx context.Context, step, query string, args ...any) (int64, error) {
	return Statement(ctx, c, step, func(ctx context.Context, conn *sql.Conn) (int64, error) {
		r, err := conn.ExecContext(ctx, query, args...)
		if err != nil {
			return 0, err
		}
		return r.RowsAffected()
	})
}

// Query makes one statement one step, and gives the rows, whose columns must be whole numbers. It reads the answer to its
// end, since an UPDATE that returns rows is not committed before.
func (c *Client) Query(ctx context.Context, step, query string, args ...any) ([][]int64, error) {
	return Statement(ctx, c, step, func(ctx context.Context, conn *sql.Conn) ([][]int64, error) {
		rows, err := conn.QueryContext(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return scan(rows)
	})
}

func scan(rows *sql.Rows) (all [][]int64, err error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	dest := make([]any, len(columns))
	for rows.Next() {
		row := make([]int64, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		all = append(all, row)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// Statement takes one step on the client's connection, for what [Client.Exec] and [Client.Query] don't give, such as an
// answer's LastInsertId. The error of do is the driver's, as it is.
func Statement[T any](ctx context.Context, c *Client, step string,
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
