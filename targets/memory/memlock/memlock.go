// Package memlock has the locks that need no server: flags, mutexes and leases in the memory of this process.
//
// All of them are free of data races, so that go test -race is green. The broken ones are broken in their logic.
package memlock

import (
	"context"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/lock"
)

// latch is one lock that has no lease.
type latch interface {
	// try takes the lock, if it is free.
	try(ctx context.Context) (bool, error)
	// free gives it back. Only its holder calls it.
	free()
}

// latches are locks that have no lease.
type latches struct {
	build func() latch
	all   []latch
}

// newLatches makes the New of a strategy.
func newLatches(build func() latch) func(string, uint64) newTarget {
	return func(string, uint64) newTarget {
		return func(w *lock.Workload) harness.Target[lock.Input, lock.Output] {
			return locks.Target(&latches{build: build}, w, locks.Config{})
		}
	}
}

// newTarget makes the target of a workload.
type newTarget = func(*lock.Workload) harness.Target[lock.Input, lock.Output]

func (s *latches) Setup(_ context.Context, n int) error {
	s.all = make([]latch, n)
	for i := range s.all {
		s.all[i] = s.build()
	}
	return nil
}

func (s *latches) Open(context.Context, int) (locks.Locker, error) {
	if s.all == nil {
		return nil, mem.ErrNotSetUp
	}
	return &holder{all: s.all, held: map[int]bool{}}, nil
}

func (s *latches) Close(context.Context) error { return nil }
func (s *latches) Version() string             { return mem.Version() }

// holder is one client.
type holder struct {
	all  []latch
	held map[int]bool
}

func (h *holder) Acquire(ctx context.Context, lock int) (locks.Grant, error) {
	got, err := h.all[lock].try(ctx)
	if err != nil {
		return locks.Grant{}, harness.NotApplied(err)
	}
	if got {
		h.held[lock] = true
	}
	return locks.Grant{Got: got}, nil
}

func (h *holder) Release(ctx context.Context, lock int) (bool, error) {
	_, err := mem.Step(ctx, "unlock", func() struct{} { h.free(lock); return struct{}{} })
	return err == nil, err
}

func (h *holder) free(lock int) {
	delete(h.held, lock)
	h.all[lock].free()
}

// Close frees what the client holds, as the end of a request does by defer.
func (h *holder) Close() error {
	for lock := range h.held {
		h.free(lock)
	}
	return nil
}

const (
	// lease is how long a lock lasts if nobody releases it. Real ones last seconds; the pauses that outlast them do too.
	lease = 4 * time.Millisecond
	// stall is how long a holder pauses that does.
	stall = 2 * lease
)
