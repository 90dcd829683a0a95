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

// withEvent makes the event and changes the key in one transaction, which takes a lock before all else if there is one to take.
// One that crashes does so before it commits.
func withEvent(lock func(ctx context.Context, s *session, w write) error) writer {
	return func(ctx context.Context, s *session, w write) (int64, error) {
		return db.InTx(ctx, s.Client, func(ctx context.Context) (int64, error) {
			if lock != nil {
				if err := lock(ctx, s, w); err != nil {
					return 0, err
				}
			}
			version, err := s.next(ctx, w)
			if err != nil {
				return 0, err
			}
			if _, err := s.Exec(ctx, "insert event", s.stmts.insert, w.key, version, w.id, time.Now().UnixMicro()); err != nil {
				return 0, err
			}
			return version, s.change(ctx, w, version)
		})
	}
}

// next gives the key's next version, and locks the key.
func (s *session) next(ctx context.Context, w write) (version int64, err error) {
	rows, err := s.Query(ctx, "read version", s.stmts.version, w.key)
	if err == nil && len(rows) != 1 {
		err = db.ErrMissing
	}
	if err != nil {
		return 0, err
	}
	return rows[0][0] + 1, nil
}

// change gives the key a version. It is the last that a transaction does before it commits, and who is to crash dies there.
func (s *session) change(ctx context.Context, w write, version int64) error {
	_, err := s.Exec(ctx, "write version", s.stmts.update, version, w.key)
	if err == nil && w.crash {
		err = errDied
	}
	return err
}

// lockAll has all writers come one after the other, by a row that they lock.
func lockAll(ctx context.Context, s *session, _ write) error {
	_, err := s.Query(ctx, "lock", s.stmts.gate)
	return err
}

// lockAllByName does so by a named lock.
func lockAllByName(ctx context.Context, s *session, _ write) error {
	return s.LockOf(ctx, "lock", s.Advisory().LockInTx, 0)
}

// lockKey has the writers of a key come one after the other, by a named lock. PostgreSQL may number a transaction while it waits
// for a row, and lets others have the row first; one that waits for a named lock has no number yet.
func lockKey(ctx context.Context, s *session, w write) error {
	return s.LockOf(ctx, "lock", s.Advisory().LockInTx, w.key)
}

// thenPublish changes the key, commits, and publishes. One that crashes does so in between.
func thenPublish(ctx context.Context, s *session, w write) (int64, error) {
	version, err := db.InTx(ctx, s.Client, func(ctx context.Context) (int64, error) {
		version, err := s.next(ctx, w)
		if err == nil {
			err = s.change(ctx, write{key: w.key}, version)
		}
		return version, err
	})
	switch {
	case err != nil:
		return 0, err
	case w.crash:
		s.Discard()
		return version, nil
	}
	// The write is done, whatever comes of this: an error would say something else.
	_ = s.send(ctx, w, version)
	return version, nil
}

// publishFirst publishes before it commits. One that crashes does so in between.
func publishFirst(ctx context.Context, s *session, w write) (int64, error) {
	return db.InTx(ctx, s.Client, func(ctx context.Context) (int64, error) {
		version, err := s.next(ctx, w)
		if err == nil {
			err = s.send(ctx, w, version)
		}
		if err == nil {
			err = s.change(ctx, w, version)
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
