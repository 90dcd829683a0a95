package sqlcells

import (
	"context"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
)

// guard is what an optimistic write makes its condition.
type guard struct {
	one, pair string // read the value, and what is compared last
	write     string
}

// versionGuard compares the row's version with the one that was read.
func versionGuard(s *statements) guard {
	return guard{one: s.versions, pair: s.versionsPair, write: s.writeVer}
}

// valueGuard compares the value itself. That a value may have gone and come back does no harm here: the value is all
// there is to a cell.
func valueGuard(s *statements) guard {
	return guard{one: s.read, pair: s.readPair, write: s.writeIf}
}

// optimistic reads without a lock and writes only what has not changed since. Unchecked, it does not look whether the
// write matched a row.
func optimistic(of func(*statements) guard, checked bool) updater {
	return func(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
		g := of(s.stmts)
		before, versions, err := s.selectCells(ctx, c, g.one, g.pair)
		if err != nil {
			return cells.Effect{}, s.Undone(err)
		}
		e := c.Saw(before)
		if !e.Applied {
			return e, nil
		}
		return s.writeGuarded(ctx, c, e, g.write, versions, checked)
	}
}

func (s *session) writeGuarded(ctx context.Context, c cells.Change, e cells.Effect, query string, expect cells.Pair,
	checked bool) (cells.Effect, error) {
	write := func(ctx context.Context) (cells.Effect, error) {
		for _, i := range inOrder(c) {
			n, err := s.Exec(ctx, "write value", query, e.After[i], c.Cell(i), expect[i])
			if err != nil {
				return cells.Effect{}, err
			}
			if n == 0 && checked {
				return cells.Effect{}, db.ErrStale
			}
		}
		return e, nil
	}
	if c.Cells() == 2 {
		return s.inTx(ctx, write)
	}
	e, err := write(ctx)
	return e, s.Alone(err)
}
