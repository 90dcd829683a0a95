package sqljobs

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
)

// claimer gives a worker a job, or none, in the way of one strategy.
type claimer func(ctx context.Context, w *worker) (job int, found bool, err error)

// finisher ends a job, or is refused.
type finisher func(ctx context.Context, w *worker, job int) (done bool, err error)

// worker is a client.
type worker struct {
	*db.Client
	target *target
	r      *rand.Rand
	token  int64 // of its last claim
	holds  bool  // it is in a transaction that has locked a job
}

// Claim claims in the way of the strategy, and again when concurrency is what refused it.
func (w *worker) Claim(ctx context.Context) (job int, found bool, err error) {
	if w.holds {
		w.letGo(ctx, nil)
	}
	w.token = w.target.tokens.Add(1)
	job, err = harness.Retry(ctx, w.Conflict, func(ctx context.Context) (int, error) {
		job, found, err = w.target.plan.claim(ctx, w)
		return job, err
	})
	return job, found, err
}

// letGo rolls the transaction back that has locked a job.
func (w *worker) letGo(ctx context.Context, because error) {
	w.holds = false
	w.Rollback(ctx, because)
}

// Process takes a while, and where workers are slow now and then longer than a lease lasts.
func (w *worker) Process(ctx context.Context, _ int) error {
	if !w.target.plan.slow {
		_, err := harness.Step(ctx, "process", func(context.Context) (bool, error) { return true, nil })
		return harness.NotApplied(err)
	}
	if w.r.IntN(stalls) == 0 {
		return harness.NotApplied(harness.Pause(ctx, 2*w.target.plan.lease()))
	}
	return harness.NotApplied(harness.Pause(ctx, work))
}

// Finish ends a job in the way of the strategy.
func (w *worker) Finish(ctx context.Context, job int) (bool, error) {
	return harness.Retry(ctx, w.Conflict, func(ctx context.Context) (bool, error) {
		return w.target.plan.finish(ctx, w, job)
	})
}

// Crash ends the connection, as the death of a process does.
func (w *worker) Crash(ctx context.Context, _ int) error {
	_, err := harness.Step(ctx, "die", func(context.Context) (bool, error) {
		w.holds = false
		w.Discard()
		return true, nil
	})
	return harness.NotApplied(err)
}

// Left asks for jobs that are not done.
func (w *worker) Left(ctx context.Context) (bool, error) {
	n, err := w.number(ctx, "count jobs", w.target.stmts.left)
	return n > 0, err
}

// Effects reads how often a job's effect was applied.
func (w *worker) Effects(ctx context.Context, job int) (int64, error) {
	return w.number(ctx, "read effects", w.target.stmts.effects, job)
}

// number reads the one number that a query gives.
func (w *worker) number(ctx context.Context, step, query string, args ...any) (int64, error) {
	rows, err := w.Query(ctx, step, query, args...)
	if err == nil && len(rows) != 1 {
		err = db.ErrMissing
	}
	if err != nil {
		return 0, w.Undone(err)
	}
	return rows[0][0], nil
}

// found reads the job that a statement gives, if it gives one. The error is the statement's.
func (w *worker) found(ctx context.Context, step, query string, args ...any) (job int, found bool, err error) {
	rows, err := w.Query(ctx, step, query, args...)
	if err != nil || len(rows) == 0 {
		return 0, false, err
	}
	return int(rows[0][0]), true, nil
}

// find looks for a job that waits, by the query given.
func (w *worker) find(ctx context.Context, query string) (job int, found bool, err error) {
	return w.found(ctx, "find job", query, now())
}

// expires is when a lease ends that begins now.
func (w *worker) expires() int64 { return now() + w.target.plan.lease().Microseconds() }

func now() int64 { return time.Now().UnixMicro() }
