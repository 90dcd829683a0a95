package sqloutbox

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/outbox"
)

// session is a client.
type session struct {
	*db.Client
	broker *db.Client
	plan   plan
	stmts  *statements
}

// Do makes one operation.
func (s *session) Do(ctx context.Context, in outbox.Input) (out outbox.Output, err error) {
	switch in.Kind {
	case outbox.Write, outbox.Crash:
		w := write{key: int(in.Key), id: in.ID, crash: in.Kind == outbox.Crash}
		version, err := s.write(ctx, w)
		if w.crash {
			version = 0
		}
		return outbox.Output{Version: version}, err
	case outbox.Publish:
		n, err := s.publish(ctx)
		return outbox.Output{Count: int64(n)}, err
	case outbox.Drain:
		n, err := s.drain(ctx)
		return outbox.Output{Count: n}, err
	default:
		return s.published(ctx, int(in.Key))
	}
}

// write writes in the way of the strategy, and again when concurrency is what refused it.
func (s *session) write(ctx context.Context, w write) (int64, error) {
	return harness.Retry(ctx, s.Conflict, func(ctx context.Context) (int64, error) {
		version, err := s.plan.write(ctx, s, w)
		if errors.Is(err, errDied) {
			return 0, nil
		}
		return version, err
	})
}

func (s *session) publish(ctx context.Context) (int, error) {
	return harness.Retry(ctx, s.Conflict, func(ctx context.Context) (int, error) { return s.plan.publish(ctx, s) })
}

// errUnderWay says that events are there which must not be published yet.
var errUnderWay = errors.New("transactions that began before the events were written are still under way")

func isUnderWay(err error) bool { return errors.Is(err, errUnderWay) }

// drain publishes until nothing is left, and waits for what must not be published yet.
func (s *session) drain(ctx context.Context) (n int64, err error) {
	return harness.Retry(ctx, isUnderWay, func(ctx context.Context) (int64, error) {
		for {
			some, err := s.publish(ctx)
			if n += int64(some); err != nil {
				return n, err
			}
			if some == 0 {
				return n, s.drained(ctx)
			}
		}
	})
}

// drained gives an error if there is something that must not be published yet.
func (s *session) drained(ctx context.Context) error {
	if s.plan.left == nil {
		return nil
	}
	rows, err := s.Query(ctx, "count events", s.plan.left(s.stmts))
	if err != nil {
		return s.Undone(err)
	}
	if rows[0][0] > 0 {
		return harness.NotApplied(errUnderWay)
	}
	return nil
}

// published reads what was published of a key.
func (s *session) published(ctx context.Context, key int) (out outbox.Output, err error) {
	rows, err := s.Query(ctx, "read log", s.stmts.ownLog, key)
	for _, r := range rows {
		out.Events = append(out.Events, outbox.Event{Version: r[0], ID: r[1]})
	}
	return out, s.Undone(err)
}

// Close gives up both connections.
func (s *session) Close() error { return errors.Join(s.Client.Close(), s.broker.Close()) }
