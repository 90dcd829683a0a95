package sqlkeys

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/sql/db"
)

// lockInTx takes the key's lock, which the end of the transaction releases.
func lockInTx(ctx context.Context, s *session, key int) (keys.Result, error) {
	return db.InTx(ctx, s.Client, func(ctx context.Context) (keys.Result, error) {
		if err := s.LockOf(ctx, "lock", s.Advisory().LockInTx, key); err != nil {
			return keys.Result{}, err
		}
		return s.findOrInsert(ctx, plainGet, key)
	})
}

// lockAround takes the key's lock before it looks, and releases it after it has inserted.
func lockAround(ctx context.Context, s *session, key int) (keys.Result, error) {
	if err := s.LockOf(ctx, "lock", s.Advisory().Lock, key); err != nil {
		s.Discard()
		return keys.Result{}, harness.NotApplied(err)
	}
	r, err := selectThen(plainInsert)(ctx, s, key)
	if err != nil || s.LockOf(ctx, "unlock", s.Advisory().Unlock, key) != nil {
		s.Discard() // the lock ends with the connection
	}
	return r, err
}
