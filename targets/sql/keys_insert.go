package sql

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
)

// query chooses one of the statements.
type query func(*keyStatements) string

func plainGet(s *keyStatements) string    { return s.get }
func lockedGet(s *keyStatements) string   { return s.getLocked }
func plainInsert(s *keyStatements) string { return s.insert }
func insertOrNot(s *keyStatements) string { return s.insertOrNot }

// selectThen looks whether the key has a row, and if not inserts one, each statement for itself.
func selectThen(insert query) maker {
	return func(ctx context.Context, s *keySession, key int) (keys.Result, error) {
		r, err := s.find(ctx, s.stmts.get, key)
		if err != nil || r.Found {
			return r, s.undone(err)
		}
		r, err = s.insert(ctx, insert(s.stmts), key)
		return r, s.alone(err)
	}
}

// selectThenInsertInTx does so in one transaction, and looks by the query given.
func selectThenInsertInTx(look query) maker {
	return func(ctx context.Context, s *keySession, key int) (keys.Result, error) {
		return inTx(ctx, s.client, func(ctx context.Context) (keys.Result, error) {
			return s.findOrInsert(ctx, look, key)
		})
	}
}

// findOrInsert are the statements of a transaction.
func (s *keySession) findOrInsert(ctx context.Context, look query, key int) (keys.Result, error) {
	r, err := s.find(ctx, look(s.stmts), key)
	if err != nil || r.Found {
		return r, err
	}
	return s.insert(ctx, s.stmts.insert, key)
}

// retryingKeys repeats a creation as long as concurrency is what refuses it.
func retryingKeys(create maker) maker {
	return func(ctx context.Context, s *keySession, key int) (keys.Result, error) {
		return harness.Retry(ctx, s.conflict, func(ctx context.Context) (keys.Result, error) { return create(ctx, s, key) })
	}
}
