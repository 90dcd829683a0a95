package sqlcells

import (
	"context"
	"database/sql"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
)

// session is a client of cells.
type session struct {
	*db.Client
	store *store
	stmts *statements
}

// Read reads one cell with a plain SELECT.
func (s *session) Read(ctx context.Context, cell int) (int64, error) {
	before, err := s.readCells(ctx, cells.Change{Kind: cells.Set, Key: cell})
	return before[0], s.Undone(err)
}

// ReadAll reads all cells: in one SELECT, which every engine answers as of one moment, unless the strategy has its own way.
func (s *session) ReadAll(ctx context.Context) ([]int64, error) {
	if report := s.store.plan.report; report != nil {
		return report(ctx, s, s.store.cells)
	}
	return inOneStatement(ctx, s, s.store.cells)
}

// Apply carries out the change in the way of the strategy.
func (s *session) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return s.store.plan.update(ctx, s, c)
}

// inTx runs fn in a transaction, as [db.InTx] does.
func (s *session) inTx(ctx context.Context, fn func(context.Context) (cells.Effect, error)) (cells.Effect, error) {
	return db.InTx(ctx, s.Client, fn)
}

// add makes an addition one step. It gives the number of rows that matched, and what it left in the last of them.
func (s *session) add(ctx context.Context, query string, delta int64, args ...any) (n, after int64, err error) {
	const step = "write value"
	if s.Dialect().Returning() {
		rows, err := s.Query(ctx, step, query, args...)
		if len(rows) > 0 {
			after = rows[0][0]
		}
		return int64(len(rows)), after, err
	}
	r, err := db.Statement(ctx, s.Client, step, func(ctx context.Context, conn *sql.Conn) (sql.Result, error) {
		return conn.ExecContext(ctx, query, args...)
	})
	if err != nil {
		return 0, 0, err
	}
	n, err = r.RowsAffected()
	found, ferr := r.LastInsertId()
	return n, found + delta, firstOf(err, ferr)
}
