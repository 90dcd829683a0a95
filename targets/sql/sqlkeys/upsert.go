package sqlkeys

import (
	"context"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/sql/db"
)

// insertThenSelect leaves it to the constraint who inserts, and reads by a second statement what it left out.
func insertThenSelect(ctx context.Context, s *session, key int) (keys.Result, error) {
	r, err := s.insert(ctx, s.stmts.insertOrNot, key)
	if err != nil || r.Found {
		return r, s.Alone(err)
	}
	return s.there(ctx, key)
}

// catchDuplicate inserts, and reads when the constraint refuses.
func catchDuplicate(ctx context.Context, s *session, key int) (keys.Result, error) {
	r, err := s.insert(ctx, s.stmts.insert, key)
	if !s.Dialect().Duplicate(err) {
		return r, s.Alone(err)
	}
	return s.there(ctx, key)
}

// there reads the row that the constraint said there is.
func (s *session) there(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.find(ctx, s.stmts.get, key)
	if err == nil && !r.Found {
		err = db.ErrMissing
	}
	return r, s.Undone(err)
}

// upsert makes one statement insert the row, or change the one that is there and give that.
func upsert(ctx context.Context, s *session, key int) (keys.Result, error) {
	return s.single(ctx, s.stmts.upsert, key)
}

// insertOrFind makes one statement insert the row and read the one that is there. Both see the data as of the statement's
// beginning: what the INSERT has waited for is not in it.
func insertOrFind(ctx context.Context, s *session, key int) (keys.Result, error) {
	return s.single(ctx, s.stmts.insertOrFind, key)
}

func (s *session) single(ctx context.Context, query string, key int) (keys.Result, error) {
	id, n, err := s.put(ctx, query, key)
	if err != nil {
		return keys.Result{}, s.Alone(err)
	}
	return keys.Result{Found: n > 0, ID: id, Created: n == 1}, nil
}
