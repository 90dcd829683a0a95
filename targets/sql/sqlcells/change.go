package sqlcells

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
)

// updater carries out one change in the way of one strategy.
type updater func(ctx context.Context, s *session, c cells.Change) (cells.Effect, error)

// reader reads the cells of a change, as Pair has them: Key, then To.
type reader func(ctx context.Context, s *session, c cells.Change) (cells.Pair, error)

func missing(cell int) error { return fmt.Errorf("cell %d: %w", cell, db.ErrMissing) }

// inOrder gives the places of a change's cells in the order of their numbers. Whoever locks rows in this order can't
// wait in a circle.
func inOrder(c cells.Change) []int {
	switch {
	case c.Cells() == 1:
		return []int{0}
	case c.Key < c.To:
		return []int{0, 1}
	default:
		return []int{1, 0}
	}
}

// readCells reads the cells of the change with one plain SELECT.
func (s *session) readCells(ctx context.Context, c cells.Change) (cells.Pair, error) {
	values, _, err := s.selectCells(ctx, c, s.stmts.read, s.stmts.readPair)
	return values, err
}

// selectCells reads the cells of the change at once: the first column, and the last, which may be the same.
func (s *session) selectCells(ctx context.Context, c cells.Change, one, pair string) (first, last cells.Pair, err error) {
	query, args := one, []any{c.Key}
	if c.Cells() == 2 {
		query, args = pair, []any{c.Key, c.To}
	}
	rows, err := s.Query(ctx, "read value", query, args...)
	if err != nil {
		return first, last, err
	}
	if len(rows) != c.Cells() {
		return first, last, missing(c.Key)
	}
	for place, i := range inOrder(c) {
		row := rows[place]
		first[i], last[i] = row[0], row[len(row)-1]
	}
	return first, last, nil
}

// writeCells writes the values that the application has computed, in the order of the cells' numbers.
func (s *session) writeCells(ctx context.Context, c cells.Change, after cells.Pair) error {
	for _, i := range inOrder(c) {
		n, err := s.Exec(ctx, "write value", s.stmts.write, after[i], c.Cell(i))
		if err != nil {
			return err
		}
		if n == 0 {
			return missing(c.Cell(i))
		}
	}
	return nil
}
