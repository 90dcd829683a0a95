package sqlkeys

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/sql/db"
)

// query chooses one of the statements.
type query func(*statements) string

func plainGet(s *statements) string    { return s.get }
func lockedGet(s *statements) string   { return s.getLocked }
func plainInsert(s *statements) string { return s.insert }
func insertOrNot(s *statements) string { return s.insertOrNot }

// selectThen looks whether the key has a row, and if not inserts one, each statement for itself.
func selectThen(insert query) maker {
	return func(ctx context.Context, s *session, key int) (keys.Result, error) {
		r, err := s.find(ctx, s.stmts.get, key)
		if err != nil || r.Found {
			return r, s.Undone(err)
		}
		r, err = s.insert(ctx, insert(s.stmts), key)
		return r, s.Alone(err)
	}
}

// selectThenInsertInTx does so in one transaction, and looks by the query given.
func selectThenInsertInTx(look query) maker {
	return func(ctx context.Context, s *session, key int) (keys.Result, error) {
		return db.InTx(ctx, s.Client, func(ctx context.Context) (keys.Result, error) {
			return s.findOrInsert(ctx, look, key)
		})
	}
}

// insertThenSelectInTx leaves it to the constraint who inserts, and reads what it left out, in one transaction.
func insertThenSelectInTx(ctx context.Context, s *session, key int) (keys.Result, error) {
	return db.InTx(ctx, s.Client, func(ctx context.Context) (keys.Result, error) {
		r, err := s.insert(ctx, s.stmts.insertOrNot, key)
		if err != nil || r.Found {
			return r, err
		}
		return s.find(ctx, s.stmts.get, key)
	})
}

// findOrInsert are the statements of a transaction.
func (s *session) findOrInsert(ctx context.Context, look query, key int) (keys.Result, error) {
	r, err := s.find(ctx, look(s.stmts), key)
	if err != nil || r.Found {
		return r, err
	}
	return s.insert(ctx, s.stmts.insert, key)
}

// retrying repeats a creation as long as concurrency is what refuses it.
func retrying(create maker) maker {
	return func(ctx context.Context, s *session, key int) (keys.Result, error) {
		return harness.Retry(ctx, s.Conflict, func(ctx context.Context) (keys.Result, error) { return create(ctx, s, key) })
	}
}
