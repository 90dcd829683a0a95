package sql

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
)

// lockKeyInTx takes the key's lock, which the end of the transaction releases.
func lockKeyInTx(ctx context.Context, s *keySession, key int) (keys.Result, error) {
	return inTx(ctx, s.client, func(ctx context.Context) (keys.Result, error) {
		if err := s.lockOf(ctx, "lock", s.advisory().lockInTx, key); err != nil {
			return keys.Result{}, err
		}
		return s.findOrInsert(ctx, plainGet, key)
	})
}

// lockKeyAround takes the key's lock before it looks, and releases it after it has inserted.
func lockKeyAround(ctx context.Context, s *keySession, key int) (keys.Result, error) {
	if err := s.lockOf(ctx, "lock", s.advisory().lock, key); err != nil {
		s.discard()
		return keys.Result{}, harness.NotApplied(err)
	}
	r, err := selectThen(plainInsert)(ctx, s, key)
	if err != nil || s.lockOf(ctx, "unlock", s.advisory().unlock, key) != nil {
		s.discard() // the lock ends with the connection
	}
	return r, err
}
