package memcells

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// snapshot keeps all cells in one value that is never changed, only replaced.
type snapshot struct {
	mem.NothingToClose
	current atomic.Pointer[[]int64]
}

func newSnapshot(initial []int64) cells.Session {
	s := &snapshot{}
	s.current.Store(&initial)
	return s
}

func (s *snapshot) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", func() int64 { return (*s.current.Load())[cell] })
}

func (s *snapshot) ReadAll(ctx context.Context) ([]int64, error) {
	return mem.Step(ctx, "read all", func() []int64 { return slices.Clone(*s.current.Load()) })
}

// Apply tries until nobody has come in between. It needs no pause: whenever it fails, another client has succeeded.
func (s *snapshot) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	for {
		e, done, err := s.try(ctx, c)
		if done || err != nil {
			return e, err
		}
		if ctx.Err() != nil {
			return cells.Effect{}, harness.NotApplied(context.Cause(ctx))
		}
		harness.Retried(ctx)
	}
}

func (s *snapshot) try(ctx context.Context, c cells.Change) (e cells.Effect, done bool, err error) {
	old, err := mem.Step(ctx, "read value", s.current.Load)
	if err != nil {
		return e, false, err
	}
	next := slices.Clone(*old)
	if e = change(next, c); !e.Applied {
		return e, true, nil
	}
	done, err = mem.Step(ctx, "swap value", func() bool { return s.current.CompareAndSwap(old, &next) })
	return e, done, err
}
