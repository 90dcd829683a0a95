package memjobs

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/jobs"
)

// leases lends jobs for a time, under one lock. A worker that dies does nothing: its lease ends.
type leases struct {
	*ledger
	checks bool // finish asks whose the job is

	mu    sync.Mutex
	jobs  []lent
	first int // all before it are done
	token int64
}

// lent is one job. It waits if its lease is over.
type lent struct {
	done  bool
	token int64 // of the last claim
	until time.Time
}

func newLeases(checks bool) func(n int) queue {
	return func(n int) queue { return &leases{ledger: newLedger(n), checks: checks, jobs: make([]lent, n)} }
}

func (q *leases) worker(r *rand.Rand) jobs.Worker { return &leaseWorker{leases: q, r: r} }

// claim lends the first job that waits, or none.
func (q *leases) claim(now time.Time) (job int, token int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.first < len(q.jobs) && q.jobs[q.first].done {
		q.first++
	}
	for job = q.first; job < len(q.jobs); job++ {
		if j := &q.jobs[job]; !j.done && now.After(j.until) {
			q.token++
			j.token, j.until = q.token, now.Add(lease)
			return job, j.token
		}
	}
	return none, 0
}

// end ends the job, unless it is to be refused.
func (q *leases) end(job int, token int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	j := &q.jobs[job]
	if q.checks && (j.done || j.token != token) {
		return false
	}
	j.done = true
	q.apply(job)
	return true
}

type leaseWorker struct {
	*leases
	mem.NothingToClose
	r     *rand.Rand
	token int64
}

func (w *leaseWorker) Claim(ctx context.Context) (job int, found bool, err error) {
	job, err = mem.Step(ctx, "claim", func() (job int) {
		job, w.token = w.claim(time.Now())
		return job
	})
	return max(job, 0), err == nil && job != none, err
}

func (w *leaseWorker) Process(ctx context.Context, _ int) error { return processSlowly(ctx, w.r) }

func (w *leaseWorker) Finish(ctx context.Context, job int) (done bool, err error) {
	return mem.Step(ctx, "finish", func() bool { return w.end(job, w.token) })
}

func (w *leaseWorker) Crash(ctx context.Context, _ int) error { return process(ctx) }

func (w *leaseWorker) Left(ctx context.Context) (bool, error) { return mem.Step(ctx, "count", w.open) }
