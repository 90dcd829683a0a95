package memlock

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/lostupdate/stress/targets/memory/mem"
)

// flag looks whether it is set, and sets itself if not.
type flag struct{ set atomic.Bool }

func newFlag() latch { return &flag{} }

func (f *flag) try(ctx context.Context) (bool, error) {
	taken, err := mem.Step(ctx, "look at flag", f.set.Load)
	if err != nil || taken {
		return false, err
	}
	return mem.Step(ctx, "set flag", func() bool { f.set.Store(true); return true })
}

func (f *flag) free() { f.set.Store(false) }

// swapped is a flag that looks and sets at once.
type swapped struct{ flag }

func newSwapped() latch { return &swapped{} }

func (f *swapped) try(ctx context.Context) (bool, error) {
	return mem.Step(ctx, "set flag", func() bool { return f.set.CompareAndSwap(false, true) })
}

// readers is the read half of a read-write lock, under which its holder writes.
type readers struct{ mu sync.RWMutex }

func newReaders() latch { return &readers{} }

func (r *readers) try(ctx context.Context) (bool, error) { return mem.Step(ctx, "lock", r.mu.TryRLock) }
func (r *readers) free()                                 { r.mu.RUnlock() }

// mutex is a mutex.
type mutex struct{ mu sync.Mutex }

func newMutex() latch { return &mutex{} }

func (m *mutex) try(ctx context.Context) (bool, error) { return mem.Step(ctx, "lock", m.mu.TryLock) }
func (m *mutex) free()                                 { m.mu.Unlock() }

// slot is a channel that holds one.
type slot chan struct{}

func newSlot() latch { return make(slot, 1) }

func (s slot) try(ctx context.Context) (bool, error) {
	return mem.Step(ctx, "lock", func() bool {
		select {
		case s <- struct{}{}:
			return true
		default:
			return false
		}
	})
}

func (s slot) free() { <-s }
