package sqljobs

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
)

// finishAny ends a job and applies its effect in one transaction, whoever has the job by now.
func finishAny(ctx context.Context, w *worker, job int) (bool, error) {
	return db.InTx(ctx, w.Client, func(ctx context.Context) (bool, error) {
		return w.endAndApply(ctx, w.target.stmts.end, job)
	})
}

// finishOwn does so only if the worker's token is still that of the job, which is not done.
func finishOwn(ctx context.Context, w *worker, job int) (bool, error) {
	return db.InTx(ctx, w.Client, func(ctx context.Context) (bool, error) {
		return w.endAndApply(ctx, w.target.stmts.endOwn, job, w.token)
	})
}

// endAndApply ends the job, and applies the effect if there was one to end.
func (w *worker) endAndApply(ctx context.Context, end string, args ...any) (bool, error) {
	n, err := w.Exec(ctx, "end job", end, args...)
	if err != nil || n == 0 {
		return false, err
	}
	n, err = w.Exec(ctx, "apply effect", w.target.stmts.apply, args[0])
	if err == nil && n == 0 {
		err = db.ErrMissing
	}
	return true, err
}

// applyAlone applies the effect of a job that is off the table.
func applyAlone(ctx context.Context, w *worker, job int) (bool, error) {
	_, err := w.Exec(ctx, "apply effect", w.target.stmts.apply, job)
	return true, w.Alone(err)
}

// finishHeld ends the transaction that has locked the job. A worker that has lost it is refused.
func finishHeld(ctx context.Context, w *worker, job int) (bool, error) {
	if !w.holds {
		return false, nil
	}
	_, err := w.endAndApply(ctx, w.target.stmts.end, job)
	if err != nil {
		w.letGo(ctx, err)
		return false, harness.NotApplied(err)
	}
	w.holds = false
	return true, w.Commit(ctx)
}
