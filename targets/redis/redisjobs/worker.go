package redisjobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// worker is a client.
type worker struct {
	target *target
	keys   keys
	link   *conn.Link
	r      *rand.Rand
	token  int64 // of its last claim
	fresh  bool  // it has just started
}

// Claim claims in the way of the strategy.
func (w *worker) Claim(ctx context.Context) (job int, found bool, err error) {
	over, err := w.link.Wait(ctx)
	if err != nil {
		return 0, false, harness.NotApplied(err)
	}
	if err := w.begin(ctx, over); err != nil {
		return 0, false, err
	}
	w.token = w.target.tokens.Add(1)
	job, err = harness.Retry(ctx, conn.Conflicted, func(ctx context.Context) (int, error) {
		job, found, err = w.target.plan.claim(ctx, w, over)
		return job, err
	})
	return job, found && err == nil, err
}

// begin does what the strategy has a worker do as it starts, if it has not been done.
func (w *worker) begin(ctx context.Context, over *conn.Conn) error {
	if w.fresh && w.target.plan.begin != nil {
		if err := w.target.plan.begin(ctx, w, over); err != nil {
			return err
		}
	}
	w.fresh = false
	return nil
}

// Process takes some time, where the strategy depends on it.
func (w *worker) Process(ctx context.Context, _ int) error {
	switch p := w.target.plan; {
	case p.late && w.r.IntN(stalls) == 0:
		return harness.NotApplied(harness.Pause(ctx, stall))
	case p.works:
		return harness.NotApplied(harness.Pause(ctx, work))
	}
	_, err := harness.Step(ctx, "process", func(context.Context) (bool, error) { return true, nil })
	return harness.NotApplied(err)
}

// Finish ends a job in the way of the strategy.
func (w *worker) Finish(ctx context.Context, job int) (bool, error) {
	over, err := w.link.Wait(ctx)
	if err != nil {
		return false, harness.NotApplied(err)
	}
	return harness.Retry(ctx, conn.Conflicted, func(ctx context.Context) (bool, error) {
		return w.target.plan.finish(ctx, w, over, job)
	})
}

// Crash ends the connection, as the death of a process does, and starts the worker anew.
func (w *worker) Crash(ctx context.Context, _ int) error {
	over, err := w.link.Wait(ctx)
	if err == nil {
		_, err = harness.Step(ctx, "die", func(context.Context) (bool, error) {
			over.Close()
			w.fresh = true
			return true, nil
		})
	}
	if err == nil {
		over, err = w.link.Wait(ctx)
	}
	if err != nil {
		return harness.NotApplied(err)
	}
	return w.begin(ctx, over)
}

// Left looks for jobs, wherever the strategy may have them.
func (w *worker) Left(ctx context.Context) (bool, error) {
	over, err := w.link.Wait(ctx)
	if err != nil {
		return false, harness.NotApplied(err)
	}
	n, err := conn.Look(ctx, over, "count jobs", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Exists(ctx, w.keys.waiting, w.keys.processing, w.keys.lent).Result() // what is empty is not there
	})
	return n > 0, err
}

// Effects reads how often a job's effect was applied.
func (w *worker) Effects(ctx context.Context, job int) (int64, error) {
	over, err := w.link.Wait(ctx)
	if err != nil {
		return 0, harness.NotApplied(err)
	}
	all, err := conn.Values(ctx, over, "read effects", []string{w.keys.effects(job)})
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

func (w *worker) Close() error {
	w.link.Close()
	return nil
}

// jobIn turns the answer of a command that gives a job into a number, and nil into none. An error is handed on as it is.
func jobIn(text string, err error) (job int, found bool, _ error) {
	switch {
	case errors.Is(err, redis.Nil):
		return 0, false, nil
	case err != nil:
		return 0, false, err
	}
	job, err = strconv.Atoi(text)
	return job, err == nil, err
}

// maybe is a job, or none.
type maybe struct {
	job   int
	found bool
}

// asking makes a request of a command that gives a job.
func asking(command func(ctx context.Context, c *redis.Client) *redis.StringCmd) conn.Request[maybe] {
	return func(ctx context.Context, c *redis.Client) (maybe, error) {
		job, found, err := jobIn(command(ctx, c).Result())
		return maybe{job, found}, err
	}
}
