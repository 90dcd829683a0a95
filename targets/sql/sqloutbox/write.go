package sqloutbox

import (
	"context"
	"errors"
	"time"

	"github.com/lostupdate/stress/targets/sql/db"
)

// write is what is asked of a writer.
type write struct {
	key   int
	id    int64
	crash bool
}

// errDied says that the writer has died as it was to, in a transaction, which is rolled back with its connection.
var errDied = errors.New("the writer died")

// withEvent changes the key and makes the event in one transaction. One that crashes does so before it commits.
func withEvent(before func(ctx context.Context, s *session) error) writer {
	return func(ctx context.Context, s *session, w write) (int64, error) {
		return db.InTx(ctx, s.Client, func(ctx context.Context) (int64, error) {
			version, err := s.change(ctx, w)
			if err == nil && before != nil {
				err = before(ctx, s)
			}
			if err == nil {
				_, err = s.Exec(ctx, "insert event", s.stmts.insert, w.key, version, w.id, time.Now().UnixMicro())
			}
			if err == nil && w.crash {
				err = errDied
			}
			return version, err
		})
	}
}

// change gives the key its next version. The row is locked before anything is written, so that on PostgreSQL transactions that
// change one key are numbered in the order in which they commit.
func (s *session) change(ctx context.Context, w write) (version int64, err error) {
	rows, err := s.Query(ctx, "read version", s.stmts.version, w.key)
	if err == nil && len(rows) != 1 {
		err = db.ErrMissing
	}
	if err != nil {
		return 0, err
	}
	version = rows[0][0] + 1
	_, err = s.Exec(ctx, "write version", s.stmts.update, version, w.key)
	return version, err
}

// lockAll has writers insert and commit one after the other, by a named lock where the engine has one that a transaction's end
// releases, else by a row.
func lockAll(ctx context.Context, s *session) error {
	if lock := s.Advisory().LockInTx; lock != "" {
		return s.LockOf(ctx, "lock", lock, 0)
	}
	_, err := s.Query(ctx, "lock", s.stmts.gate)
	return err
}

// thenPublish changes the key, commits, and publishes. One that crashes does so in between.
func thenPublish(ctx context.Context, s *session, w write) (int64, error) {
	version, err := db.InTx(ctx, s.Client, func(ctx context.Context) (int64, error) { return s.change(ctx, w) })
	if err != nil {
		return 0, err
	}
	if w.crash {
		s.Discard()
		return version, nil
	}
	// Whatever comes of it, the write is done: what it left undone is told by none of its errors.
	_ = s.send(ctx, w, version)
	return version, nil
}

// publishFirst publishes before it commits. One that crashes does so in between.
func publishFirst(ctx context.Context, s *session, w write) (int64, error) {
	return db.InTx(ctx, s.Client, func(ctx context.Context) (int64, error) {
		version, err := s.change(ctx, w)
		if err == nil {
			err = s.send(ctx, w, version)
		}
		if err == nil && w.crash {
			err = errDied
		}
		return version, err
	})
}

// send publishes an event over the connection to the broker, which no transaction here reaches.
func (s *session) send(ctx context.Context, w write, version int64) error {
	e := event{key: int64(w.key), version: version, writer: w.id}
	_, err := s.broker.Exec(ctx, "publish", s.stmts.log+e.row())
	return s.broker.Alone(err)
}
