package sqlcells

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// plainRead reads as an application does that thinks of nobody else.
func plainRead(ctx context.Context, s *session, c cells.Change) (cells.Pair, error) {
	return s.readCells(ctx, c)
}

// lockRead reads with SELECT … FOR UPDATE, row by row.
func lockRead(ctx context.Context, s *session, c cells.Change) (before cells.Pair, err error) {
	for _, i := range inOrder(c) {
		rows, err := s.Query(ctx, "lock row", s.stmts.lockRow, c.Cell(i))
		if err != nil {
			return before, err
		}
		if len(rows) != 1 {
			return before, missing(c.Cell(i))
		}
		before[i] = rows[0][0]
	}
	return before, nil
}

// earlierRead reads, locks the row, and reads again without looking at what the lock returned. Under MariaDB's
// REPEATABLE READ the first read has fixed the snapshot, and the second shows what it showed.
func earlierRead(ctx context.Context, s *session, c cells.Change) (cells.Pair, error) {
	if _, err := s.readCells(ctx, c); err != nil {
		return cells.Pair{}, err
	}
	if _, err := lockRead(ctx, s, c); err != nil {
		return cells.Pair{}, err
	}
	return s.readCells(ctx, c)
}

// statementByStatement reads, computes, and writes, each statement for itself.
func statementByStatement(read reader) updater {
	return func(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
		before, err := read(ctx, s, c)
		if err != nil {
			return cells.Effect{}, s.Undone(err)
		}
		e := c.Saw(before)
		if !e.Applied {
			return e, nil
		}
		return e, s.writeAlone(ctx, c, e.After)
	}
}

// writeAlone is writeCells without a transaction: what was written before a failure stays.
func (s *session) writeAlone(ctx context.Context, c cells.Change, after cells.Pair) error {
	for place, i := range inOrder(c) {
		n, err := s.Exec(ctx, "write value", s.stmts.write, after[i], c.Cell(i))
		if err == nil && n == 0 {
			err = missing(c.Cell(i))
		}
		if err == nil {
			continue
		}
		if err = s.Alone(err); place > 0 {
			//nolint:errorlint // It may wrap ErrNotApplied, which is no longer true.
			err = fmt.Errorf("half of the move was written: %v", err)
		}
		return err
	}
	return nil
}

// transaction reads, computes, and writes in one transaction.
func transaction(read reader) updater {
	return func(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
		return s.inTx(ctx, func(ctx context.Context) (cells.Effect, error) {
			return s.readAndWrite(ctx, c, read)
		})
	}
}

func (s *session) readAndWrite(ctx context.Context, c cells.Change, read reader) (cells.Effect, error) {
	before, err := read(ctx, s, c)
	if err != nil {
		return cells.Effect{}, err
	}
	e := c.Saw(before)
	if !e.Applied {
		return e, nil
	}
	return e, s.writeCells(ctx, c, e.After)
}

// retrying repeats an update as long as concurrency is what refuses it.
func retrying(update updater) updater {
	return func(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
		return harness.Retry(ctx, s.Conflict, func(ctx context.Context) (cells.Effect, error) { return update(ctx, s, c) })
	}
}
