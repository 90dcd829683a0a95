package memkeys

import (
	"context"
	"sync"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// onces has a sync.Once for each key, which everybody is given.
type onces struct {
	results
	byOnce sync.Map // of *sync.Once by int
}

func newOnces() keys.Session { return &onces{} }

func (s *onces) Create(ctx context.Context, key int) (keys.Result, error) {
	once, err := mem.Step(ctx, "load or store once", func() *sync.Once {
		once, _ := s.byOnce.LoadOrStore(key, new(sync.Once))
		return once.(*sync.Once)
	})
	if err != nil {
		return keys.Result{}, err
	}
	return s.do(ctx, once, key)
}

// do makes the result in the one call of the Once that does anything. It takes one step: a Once whose function gave up
// would never make a result.
func (s *onces) do(ctx context.Context, once *sync.Once, key int) (keys.Result, error) {
	return mem.Step(ctx, "do once", func() (r keys.Result) {
		once.Do(func() {
			r = s.fresh()
			s.byKey.Store(key, r.ID)
		})
		if r.Found {
			return r
		}
		return s.load(key)
	})
}

// looseOnces looks for the Once, and stores one of its own if there is none.
type looseOnces struct{ onces }

func newLooseOnces() keys.Session { return &looseOnces{} }

func (s *looseOnces) Create(ctx context.Context, key int) (keys.Result, error) {
	once, err := mem.Step(ctx, "load once", func() *sync.Once {
		once, ok := s.byOnce.Load(key)
		if !ok {
			return nil
		}
		return once.(*sync.Once)
	})
	if err == nil && once == nil {
		once, err = s.own(ctx, key)
	}
	if err != nil {
		return keys.Result{}, err
	}
	return s.do(ctx, once, key)
}

// own makes a Once, with all that it would make the result of, and stores it.
func (s *looseOnces) own(ctx context.Context, key int) (*sync.Once, error) {
	once, err := mem.Step(ctx, "make once", func() *sync.Once { return new(sync.Once) })
	if err != nil {
		return nil, err
	}
	return mem.Step(ctx, "store once", func() *sync.Once {
		s.byOnce.Store(key, once)
		return once
	})
}
