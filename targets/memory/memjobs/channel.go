package memjobs

import (
	"context"
	"math/rand/v2"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/jobs"
)

// channel keeps the jobs that wait in a channel that has room for all.
type channel struct {
	*ledger
	waiting  chan int
	putsBack bool // a worker that dies puts its job back, by a deferred function
}

func newChannel(putsBack bool) func(n int) queue {
	return func(n int) queue {
		q := &channel{ledger: newLedger(n), waiting: make(chan int, n), putsBack: putsBack}
		for job := range n {
			q.waiting <- job
		}
		return q
	}
}

func (q *channel) worker(*rand.Rand) jobs.Worker { return &channelWorker{channel: q, job: none} }

// receive gives a job that waits, or none.
func (q *channel) receive() int {
	select {
	case job := <-q.waiting:
		return job
	default:
		return none
	}
}

type channelWorker struct {
	*channel
	job int
}

func (w *channelWorker) Claim(ctx context.Context) (job int, found bool, err error) {
	w.end()
	job, err = mem.Step(ctx, "receive", func() int {
		w.job = w.receive()
		return w.job
	})
	return max(job, 0), err == nil && job != none, err
}

// end is what happens to the job of a worker that goes no further with it.
func (w *channelWorker) end() {
	if w.job != none && w.putsBack {
		w.waiting <- w.job
	}
	w.job = none
}

func (w *channelWorker) Process(ctx context.Context, _ int) error { return process(ctx) }

func (w *channelWorker) Finish(ctx context.Context, job int) (done bool, err error) {
	if done, err = w.finish(ctx, job); err == nil {
		w.job = none
	}
	return done, err
}

func (w *channelWorker) Crash(ctx context.Context, _ int) error {
	_, err := mem.Step(ctx, "die", func() bool { w.end(); return true })
	return err
}

// Left looks into the channel; only who puts back knows of jobs that are not in it.
func (w *channelWorker) Left(ctx context.Context) (bool, error) {
	return mem.Step(ctx, "count", func() bool { return len(w.waiting) > 0 || w.putsBack && w.open() })
}

func (w *channelWorker) Close() error {
	w.end()
	return nil
}
