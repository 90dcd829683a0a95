package sqllock

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/sql/db"
)

// takeLease writes into the lock's row until when the client has it, if nobody has, and the next token.
func takeLease(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	now := s.now()
	token, err := s.take(ctx, now+s.store.lease.Microseconds(), lock, now)
	if err = s.Alone(err); s.Conflict(err) {
		return locks.Grant{}, nil
	}
	s.tokens[lock] = token
	return locks.Grant{Got: token > 0, Token: token}, err
}

// take gives the row's new token, or 0 if it can't be had.
func (s *session) take(ctx context.Context, ends int64, lock int, now int64) (token int64, err error) {
	if s.Dialect().Returning() {
		rows, err := s.Query(ctx, "lock", s.store.stmts.take, ends, lock, now)
		if err != nil || len(rows) == 0 {
			return 0, err
		}
		return rows[0][0], nil
	}
	return db.Statement(ctx, s.Client, "lock", func(ctx context.Context, c *sql.Conn) (int64, error) {
		r, err := c.ExecContext(ctx, s.store.stmts.take, ends, lock, now)
		if err != nil {
			return 0, err
		}
		n, err := r.RowsAffected()
		if n == 0 {
			return 0, err
		}
		token, ierr := r.LastInsertId()
		return token, cmp.Or(err, ierr)
	})
}

// endLease gives the row back, if it is still the client's. What can't be given back ends by itself.
func endLease(ctx context.Context, s *session, lock int) bool {
	n, err := s.Exec(ctx, "unlock", s.store.stmts.giveBack, lock, s.tokens[lock], s.now())
	return s.Alone(err) == nil && n == 1
}
