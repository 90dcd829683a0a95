package memjobs

import (
	"context"
	"sync"

	"github.com/lostupdate/stress/targets/memory/mem"
)

// ledger counts the effects of jobs.
type ledger struct {
	mu      sync.Mutex
	effects []int64
	done    int // jobs that have one
}

func newLedger(n int) *ledger { return &ledger{effects: make([]int64, n)} }

// apply applies the effect of a job once more.
func (l *ledger) apply(job int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.effects[job]++; l.effects[job] == 1 {
		l.done++
	}
}

// open reports whether there is a job without effect.
func (l *ledger) open() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done < len(l.effects)
}

// Effects counts them.
func (l *ledger) Effects(ctx context.Context, job int) (int64, error) {
	return mem.Step(ctx, "count effects", func() int64 {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.effects[job]
	})
}

// finish applies the effect of a job, whoever has it.
func (l *ledger) finish(ctx context.Context, job int) (done bool, err error) {
	return mem.Step(ctx, "apply effect", func() bool {
		l.apply(job)
		return true
	})
}
