package memkeys

import (
	"context"
	"sync"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// guarded are the results in a map under a read-write lock.
type guarded struct {
	mem.NothingToClose
	ids
	mu    sync.RWMutex
	byKey map[int]int64
}

func newGuarded() *guarded { return &guarded{byKey: map[int]int64{}} }

func (s *guarded) load(key int) keys.Result {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.byKey[key]
	return found(id, ok)
}

func (s *guarded) Get(ctx context.Context, key int) (keys.Result, error) {
	return mem.Step(ctx, "read under lock", func() keys.Result { return s.load(key) })
}

func (s *guarded) Count(ctx context.Context, key int) (int64, error) {
	return mem.Step(ctx, "read under lock", func() int64 { return count(s.load(key)) })
}

// write makes a result and puts it under the key, whatever is there.
func (s *guarded) write(key int) keys.Result {
	r := s.fresh()
	s.byKey[key] = r.ID
	return r
}

// doubleChecked looks under the read lock, and again under the write lock, but lets go of that before it writes, as code
// does whose result takes long to make.
type doubleChecked struct{ *guarded }

func newDoubleChecked() keys.Session { return &doubleChecked{newGuarded()} }

func (s *doubleChecked) Create(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.Get(ctx, key)
	if err != nil || r.Found {
		return r, err
	}
	if r, err = mem.Step(ctx, "look under lock", func() keys.Result { return s.look(key) }); err != nil || r.Found {
		return r, err
	}
	return mem.Step(ctx, "write under lock", func() keys.Result {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.write(key)
	})
}

// look is load under the write lock.
func (s *doubleChecked) look(key int) keys.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, ok := s.byKey[key]
	return found(id, ok)
}

// heldThrough looks under the read lock, and again under the write lock, which it holds until it has written.
type heldThrough struct{ *guarded }

func newHeldThrough() keys.Session { return &heldThrough{newGuarded()} }

func (s *heldThrough) Create(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.Get(ctx, key)
	if err != nil || r.Found {
		return r, err
	}
	return mem.Step(ctx, "look and write under lock", func() keys.Result {
		s.mu.Lock()
		defer s.mu.Unlock()
		if id, ok := s.byKey[key]; ok {
			return found(id, true)
		}
		return s.write(key)
	})
}
