package sqllock

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/sql/db"
)

// answered turns the answer no of a named lock's statement into one.
func answered(c *db.Client, err error) (bool, error) {
	if errors.Is(err, db.ErrLockTimeout) {
		return false, nil
	}
	return err == nil, c.Undone(err)
}

// lockNamed takes a named lock of the client's connection.
func lockNamed(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	got, err := answered(s.Client, s.LockOf(ctx, "lock", s.Advisory().TryLock, lock))
	if err != nil {
		s.lose()
	}
	return locks.Grant{Got: got}, err
}

// unlockNamed gives it back.
func unlockNamed(ctx context.Context, s *session, lock int) bool {
	held, err := answered(s.Client, s.LockOf(ctx, "unlock", s.Advisory().Unlock, lock))
	if err != nil {
		s.lose()
	}
	return held
}

// try takes a lock that the end of the transaction releases.
type try func(ctx context.Context, s *session, lock int) (bool, error)

// inTx begins a transaction for one turn, and goes on with it if the lock can be had.
func inTx(take try) func(context.Context, *session, int) (locks.Grant, error) {
	return func(ctx context.Context, s *session, lock int) (locks.Grant, error) {
		if err := s.Begin(ctx); err != nil {
			if s.Conflict(err) { // SQLite has but one lock to give, and does so as a transaction begins
				err = nil
			}
			return locks.Grant{}, err
		}
		got, err := take(ctx, s, lock)
		if !got || err != nil {
			s.Rollback(ctx, err)
		}
		return locks.Grant{Got: got}, err
	}
}

// commit ends the turn.
func commit(ctx context.Context, s *session, _ int) bool {
	if err := s.Commit(ctx); err != nil {
		s.lose()
		return false
	}
	return true
}

// tryNamed takes a named lock until the transaction ends.
func tryNamed(ctx context.Context, s *session, lock int) (bool, error) {
	return answered(s.Client, s.LockOf(ctx, "lock", s.Advisory().TryLockInTx, lock))
}

// tryRow takes the lock's row.
func tryRow(ctx context.Context, s *session, lock int) (bool, error) {
	rows, err := s.Query(ctx, "lock", s.store.stmts.lockRow, lock)
	return len(rows) > 0, s.Undone(err)
}

// tryNothing needs no more than the transaction.
func tryNothing(context.Context, *session, int) (bool, error) { return true, nil }

// lockRowAlone takes the lock's row, by a statement that is a transaction of its own.
func lockRowAlone(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	got, err := tryRow(ctx, s, lock)
	return locks.Grant{Got: got}, err
}

// nothingToUnlock is what there is to do for it.
func nothingToUnlock(context.Context, *session, int) bool { return true }
