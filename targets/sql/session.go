package sql

import (
	"context"

	"github.com/lostupdate/stress/targets/cells"
)

// session is a client of cells.
type session struct {
	*client
	store *store
	stmts *statements
}

// Read reads one cell with a plain SELECT.
func (s *session) Read(ctx context.Context, cell int) (int64, error) {
	before, err := s.readCells(ctx, cells.Change{Kind: cells.Set, Key: cell})
	return before[0], s.undone(err)
}

// ReadAll reads all cells in one SELECT, which every engine answers as of one moment.
func (s *session) ReadAll(ctx context.Context) ([]int64, error) {
	rows, err := s.query(ctx, "read all", 1, s.stmts.readAll)
	if err != nil {
		return nil, s.undone(err)
	}
	all := make([]int64, len(rows))
	for i, r := range rows {
		all[i] = r[0]
	}
	return all, nil
}

// Apply carries out the change in the way of the strategy.
func (s *session) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return s.store.plan.update(ctx, s, c)
}
