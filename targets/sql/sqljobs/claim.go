package sqljobs

import (
	"context"

	"github.com/lostupdate/stress/targets/sql/db"
)

// selectThenUpdate looks for a job that waits, and lends it, each statement for itself.
func selectThenUpdate(ctx context.Context, w *worker) (job int, found bool, err error) {
	job, found, err = w.find(ctx, w.target.stmts.find)
	if err != nil || !found {
		return 0, false, w.Undone(err)
	}
	_, err = w.Exec(ctx, "lend job", w.target.stmts.take, w.token, w.expires(), job)
	return job, true, w.Alone(err)
}

// updateWaiting does so too, but lends the job only if it still waits, and else looks for another.
func updateWaiting(ctx context.Context, w *worker) (job int, found bool, err error) {
	job, found, err = w.find(ctx, w.target.stmts.find)
	if err != nil || !found {
		return 0, false, w.Undone(err)
	}
	n, err := w.Exec(ctx, "lend job", w.target.stmts.takeWaiting, w.token, w.expires(), job, now())
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return job, true, w.Alone(err)
}

// updateFound looks and lends by one statement.
func updateFound(query func(*statements) string) claimer {
	return func(ctx context.Context, w *worker) (job int, found bool, err error) {
		job, found, err = w.found(ctx, "lend job", query(w.target.stmts), w.token, w.expires(), now())
		return job, found, w.Alone(err)
	}
}

// updateFoundWaiting does so, and has the statement look at the row again: who has waited for another is given nothing, though
// other jobs may wait.
func updateFoundWaiting(ctx context.Context, w *worker) (job int, found bool, err error) {
	t := now()
	job, found, err = w.found(ctx, "lend job", w.target.stmts.takeFoundWaiting, w.token, w.expires(), t, t)
	return job, found, w.Alone(err)
}

func found(s *statements) string   { return s.takeFound }
func skipped(s *statements) string { return s.takeSkipped }

// query chooses how a job is looked for in a transaction.
type query func(*statements) string

func locked(s *statements) string         { return s.lock }
func skippingLocked(s *statements) string { return s.skip }

// lockedThen looks for a job and locks its row, and does something with it, in one transaction.
func lockedThen(look query, do func(ctx context.Context, w *worker, job int) error) claimer {
	return func(ctx context.Context, w *worker) (job int, found bool, err error) {
		job, err = db.InTx(ctx, w.Client, func(ctx context.Context) (int, error) {
			if job, found, err = w.find(ctx, look(w.target.stmts)); err != nil || !found {
				return 0, err
			}
			return job, do(ctx, w, job)
		})
		return job, found && err == nil, err
	}
}

// lend lends a job.
func lend(ctx context.Context, w *worker, job int) error {
	_, err := w.Exec(ctx, "lend job", w.target.stmts.take, w.token, w.expires(), job)
	return err
}

// remove takes a job off the table.
func remove(ctx context.Context, w *worker, job int) error {
	_, err := w.Exec(ctx, "delete job", w.target.stmts.remove, job)
	return err
}

// holdLocked locks the row of a job, and stays in the transaction until the job is done.
func holdLocked(ctx context.Context, w *worker) (job int, found bool, err error) {
	if err := w.Begin(ctx); err != nil {
		return 0, false, err
	}
	job, found, err = w.find(ctx, w.target.stmts.skip)
	if err != nil || !found {
		w.letGo(ctx, err)
		return 0, false, w.Undone(err)
	}
	w.holds = true
	return job, true, nil
}
