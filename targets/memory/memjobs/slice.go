package memjobs

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/jobs"
)

// slice keeps the jobs that wait in a slice, and every access to it is locked, each for itself.
type slice struct {
	*ledger
	mu      sync.Mutex
	waiting []int
}

func newSlice(n int) queue { return &slice{ledger: newLedger(n), waiting: numbers(n)} }

// numbers are those of all jobs.
func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func (q *slice) worker(*rand.Rand) jobs.Worker { return &sliceWorker{slice: q, job: none} }

// none stands for a job that there is not.
const none = -1

// head gives the first job that waits, or none.
func (q *slice) head() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return none
	}
	return q.waiting[0]
}

// cut takes the first job that waits off the slice, whichever it is by now.
func (q *slice) cut() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		q.waiting = q.waiting[1:]
	}
}

func (q *slice) put(job int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, job)
}

// sliceWorker reads the head and then cuts it off. One that dies puts its job back, by a deferred function.
type sliceWorker struct {
	*slice
	job int
}

func (w *sliceWorker) Claim(ctx context.Context) (job int, found bool, err error) {
	w.giveBack()
	job, err = mem.Step(ctx, "look at head", w.head)
	if err != nil || job == none {
		return 0, false, err
	}
	_, err = mem.Step(ctx, "cut head off", func() bool {
		w.cut()
		w.job = job
		return true
	})
	return job, err == nil, err
}

func (w *sliceWorker) giveBack() {
	if w.job != none {
		w.put(w.job)
		w.job = none
	}
}

func (w *sliceWorker) Process(ctx context.Context, _ int) error { return process(ctx) }

func (w *sliceWorker) Finish(ctx context.Context, job int) (done bool, err error) {
	if done, err = w.finish(ctx, job); err == nil {
		w.job = none
	}
	return done, err
}

func (w *sliceWorker) Crash(ctx context.Context, _ int) error {
	_, err := mem.Step(ctx, "put back", func() bool { w.giveBack(); return true })
	return err
}

func (w *sliceWorker) Left(ctx context.Context) (bool, error) {
	return mem.Step(ctx, "look at head", func() bool { return w.head() != none })
}

func (w *sliceWorker) Close() error {
	w.giveBack()
	return nil
}
