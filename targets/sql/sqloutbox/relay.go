package sqloutbox

import (
	"context"

	"github.com/lostupdate/stress/targets/sql/db"
)

// noRelay is that of writers who publish themselves.
func noRelay(context.Context, *session) (int, error) { return 0, nil }

// fromPlace publishes what comes after the place at which the relay is, and moves that on to the last event. The row of the
// place is locked, so that there is one relay at a time.
func fromPlace(look query, place func(event) int64) relay {
	return func(ctx context.Context, s *session) (int, error) {
		return s.onward(ctx, func(ctx context.Context, from event) ([]event, error) {
			return s.events(ctx, look(s.stmts), from.id)
		}, place)
	}
}

func number(e event) int64  { return e.id }
func created(e event) int64 { return e.created }

// belowHorizon publishes, in the order of transactions, what was written by those below which none is under way: no other can
// come in between any more.
func belowHorizon(ctx context.Context, s *session) (int, error) {
	return s.onward(ctx, func(ctx context.Context, from event) ([]event, error) {
		return s.events(ctx, s.stmts.below, from.tx, from.id)
	}, number)
}

// onward reads where the relay is, publishes what look finds from there, and moves on.
func (s *session) onward(
	ctx context.Context, look func(ctx context.Context, from event) ([]event, error), place func(event) int64,
) (int, error) {
	return db.InTx(ctx, s.Client, func(ctx context.Context) (int, error) {
		rows, err := s.Query(ctx, "read place", s.stmts.place)
		if err == nil && len(rows) != 1 {
			err = db.ErrMissing
		}
		if err != nil {
			return 0, err
		}
		all, err := look(ctx, event{id: rows[0][0], tx: rows[0][1]})
		if err != nil || len(all) == 0 {
			return 0, err
		}
		if err := s.append(ctx, all); err != nil {
			return 0, err
		}
		last := all[len(all)-1]
		_, err = s.Exec(ctx, "move on", s.stmts.moveOn, place(last), last.tx)
		return len(all), err
	})
}

// markRows publishes what is not marked as published, and marks it, in one transaction that has locked the rows.
func markRows(look query) relay {
	return func(ctx context.Context, s *session) (int, error) {
		return db.InTx(ctx, s.Client, func(ctx context.Context) (int, error) {
			all, err := s.events(ctx, look(s.stmts))
			if err != nil || len(all) == 0 {
				return 0, err
			}
			if err := s.append(ctx, all); err != nil {
				return 0, err
			}
			_, err = s.Exec(ctx, "mark", s.stmts.mark+"("+list(all, event.number)+")")
			return len(all), err
		})
	}
}

// events reads some events.
func (s *session) events(ctx context.Context, query string, args ...any) ([]event, error) {
	rows, err := s.Query(ctx, "read events", query, args...)
	return eventsOf(rows), err
}

// append publishes events.
func (s *session) append(ctx context.Context, all []event) error {
	_, err := s.Exec(ctx, "publish", s.stmts.log+list(all, event.row))
	return err
}
