package sqlcells

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// lockInTx takes locks that the end of the transaction releases.
func lockInTx(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
	return s.inTx(ctx, func(ctx context.Context) (cells.Effect, error) {
		if err := s.forEachLock(ctx, "lock", s.Advisory().LockInTx, c); err != nil {
			return cells.Effect{}, err
		}
		return s.readAndWrite(ctx, c, plainRead)
	})
}

// lockAroundTx takes locks before the transaction and releases them after.
func lockAroundTx(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
	if err := s.forEachLock(ctx, "lock", s.Advisory().Lock, c); err != nil {
		s.Discard()
		return cells.Effect{}, harness.NotApplied(err)
	}
	e, err := transaction(plainRead)(ctx, s, c)
	if err != nil || s.forEachLock(ctx, "unlock", s.Advisory().Unlock, c) != nil {
		s.Discard() // the locks end with the connection
	}
	return e, err
}

// unlockEarly releases the locks before the commit, so that the next holder reads what was there before.
func unlockEarly(ctx context.Context, s *session, c cells.Change) (cells.Effect, error) {
	e, err := s.inTx(ctx, func(ctx context.Context) (cells.Effect, error) {
		if err := s.forEachLock(ctx, "lock", s.Advisory().Lock, c); err != nil {
			return cells.Effect{}, err
		}
		e, err := s.readAndWrite(ctx, c, plainRead)
		if err != nil {
			return e, err
		}
		return e, s.forEachLock(ctx, "unlock", s.Advisory().Unlock, c)
	})
	if err != nil {
		s.Discard() // a lock of this kind outlives a rollback
	}
	return e, err
}

// forEachLock runs a statement on the change's locks, in the order of the cells' numbers.
func (s *session) forEachLock(ctx context.Context, step, query string, c cells.Change) error {
	for _, i := range inOrder(c) {
		if err := s.LockOf(ctx, step, query, c.Cell(i)); err != nil {
			return err
		}
	}
	return nil
}
