// Package memjobs has the strategies of a queue of jobs in the memory of this process: what mem promises, of every one of
// them.
package memjobs

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/jobs"
)

// Strategy is one way of handing out jobs, and what it must show.
type Strategy = strategy.For[*jobs.Workload, jobs.Input, jobs.Output]

// queue is what all workers share.
type queue interface {
	// worker makes one of them. All chance of its own comes from r.
	worker(r *rand.Rand) jobs.Worker
}

// target keeps the queue.
type target struct {
	build func(n int) queue
	n     int
	seed  uint64
	queue queue
}

// newTarget makes the New of a strategy.
func newTarget(build func(n int) queue) func(string, uint64) func(*jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
	return func(_ string, seed uint64) func(*jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
		return func(w *jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
			return &target{build: build, n: w.Jobs(), seed: seed}
		}
	}
}

func (t *target) Setup(context.Context) error {
	t.queue = t.build(t.n)
	return nil
}

func (t *target) Open(_ context.Context, client int) (harness.Client[jobs.Input, jobs.Output], error) {
	if t.queue == nil {
		return nil, mem.ErrNotSetUp
	}
	return jobs.Client(t.queue.worker(rand.New(rand.NewPCG(t.seed, uint64(client))))), nil
}

func (t *target) Close(context.Context) error { return nil }
func (t *target) Version() string             { return mem.Version() }

// Times of workers and leases. Real leases last seconds, and the pauses that outlast them do too.
const (
	work   = 500 * time.Microsecond // for a job
	lease  = 4 * time.Millisecond
	stall  = 2 * lease
	stalls = 5 // one in how many workers pauses so long
)

// process is work that takes no time of its own.
func process(ctx context.Context) error {
	_, err := mem.Step(ctx, "process", func() struct{} { return struct{}{} })
	return err
}

// processSlowly is work of some time, and now and then of more than a lease lasts.
func processSlowly(ctx context.Context, r *rand.Rand) error {
	if r.IntN(stalls) == 0 {
		return harness.NotApplied(harness.Pause(ctx, stall))
	}
	return harness.NotApplied(harness.Pause(ctx, work))
}
