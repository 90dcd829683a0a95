package sqlcells

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
)

// inDatabase leaves the arithmetic, and the condition, to the database.
func inDatabase(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
	return inPlace(ctx, s, c, arithmetic{add: s.stmts.add, addFloor: s.stmts.addFloor, writeIf: s.stmts.writeIf})
}

// subselect looks atomic too, but reads the cell in a subselect. A PostgreSQL statement that has waited for a row
// looks at the row's new version, yet not at the subselect's again.
func subselect(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
	return inPlace(ctx, s, c, arithmetic{add: s.stmts.sub, addFloor: s.stmts.subFloor, writeIf: s.stmts.subIf, again: true})
}

// arithmetic are the statements of an update in place.
type arithmetic struct {
	add, addFloor, writeIf string
	again                  bool // the statements name the cell again, for a subselect
}

func inPlace(ctx context.Context, s *session, c cells.Change, a arithmetic) (cells.Effect, error) {
	switch c.Kind {
	case cells.Move:
		return s.inTx(ctx, func(ctx context.Context) (cells.Effect, error) { return s.move(ctx, c, a) })
	case cells.Add:
		e := cells.Effect{Applied: true, Seen: true}
		err := s.addTo(ctx, &e, 0, c, a)
		if errors.Is(err, db.ErrRefused) {
			return cells.Effect{}, nil
		}
		return e, s.Alone(err)
	case cells.Set:
		return s.setTo(ctx, c)
	default:
		return s.swap(ctx, c, a)
	}
}

// move takes from one cell and adds to the other, in the order of their numbers.
func (s *session) move(ctx context.Context, c cells.Change, a arithmetic) (cells.Effect, error) {
	e := cells.Effect{Applied: true, Seen: true}
	for _, i := range inOrder(c) {
		part := cells.Change{Kind: cells.Add, Key: c.Cell(i), Delta: c.Delta}
		if i == 0 {
			part.Delta, part.Floor = -c.Delta, c.Floor
		}
		if err := s.addTo(ctx, &e, i, part, a); err != nil {
			return cells.Effect{}, err
		}
	}
	return e, nil
}

// addTo adds to one cell and keeps in e, for the change's i-th cell, what the statement returns.
func (s *session) addTo(ctx context.Context, e *cells.Effect, i int, c cells.Change, a arithmetic) error {
	query, args := a.addition(c)
	n, after, err := s.add(ctx, query, c.Delta, args...)
	if err := firstOf(err, unmatched(n, c)); err != nil {
		return err
	}
	e.After[i], e.Before[i] = after, after-c.Delta
	return nil
}

// addition gives the statement that adds to a cell, with a condition only where the floor can be reached.
func (a arithmetic) addition(c cells.Change) (string, []any) {
	args := []any{c.Delta, c.Key}
	if a.again {
		args = []any{c.Key, c.Delta, c.Key}
	}
	if !c.Floor || c.Delta >= 0 {
		return a.add, args
	}
	if a.again {
		args = append(args, c.Key)
	}
	return a.addFloor, append(args, c.Delta)
}

// unmatched says what it means that no row matched.
func unmatched(n int64, c cells.Change) error {
	switch {
	case n > 0:
		return nil
	case c.Floor && c.Delta < 0:
		return db.ErrRefused
	default:
		return missing(c.Key)
	}
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (s *session) setTo(ctx context.Context, c cells.Change) (cells.Effect, error) {
	n, err := s.Exec(ctx, "write value", s.stmts.write, c.New, c.Key)
	return cells.Effect{Applied: true}, s.Alone(firstOf(err, unmatched(n, c)))
}

// swap knows what it found only where it succeeds.
func (s *session) swap(ctx context.Context, c cells.Change, a arithmetic) (cells.Effect, error) {
	args := []any{c.New, c.Key, c.Old}
	if a.again {
		args = []any{c.New, c.Key, c.Key, c.Old}
	}
	n, err := s.Exec(ctx, "write value", a.writeIf, args...)
	if err != nil || n == 0 {
		return cells.Effect{}, s.Alone(err)
	}
	return c.Saw(cells.Pair{c.Old}), nil
}
