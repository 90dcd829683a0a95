package memcells

import (
	"context"
	"sync/atomic"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// atomics changes cells by single instructions. There is none for a floor, for two cells, or for all cells at once;
// that is why the strategy does not serve wallets.
type atomics struct {
	mem.NothingToClose
	values []atomic.Int64
}

func newAtomic(initial []int64) cells.Session {
	s := &atomics{values: make([]atomic.Int64, len(initial))}
	for i, v := range initial {
		s.values[i].Store(v)
	}
	return s
}

func (s *atomics) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", s.values[cell].Load)
}

func (s *atomics) ReadAll(context.Context) ([]int64, error) {
	return nil, harness.NotAppliedf("memory: atomic cells cannot be read all at once: use compare-and-swap")
}

func (s *atomics) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	if c.Kind == cells.Move || (c.Kind == cells.Add && c.Floor && c.Delta < 0) {
		return cells.Effect{}, harness.NotAppliedf("memory: no atomic instruction moves or checks: use compare-and-swap")
	}
	return mem.Step(ctx, "update", func() cells.Effect { return instruct(&s.values[c.Key], c) })
}

func instruct(v *atomic.Int64, c cells.Change) cells.Effect {
	switch c.Kind {
	case cells.Add:
		return c.Saw(cells.Pair{v.Add(c.Delta) - c.Delta})
	case cells.Set:
		return c.Saw(cells.Pair{v.Swap(c.New)})
	default:
		if v.CompareAndSwap(c.Old, c.New) {
			return c.Saw(cells.Pair{c.Old})
		}
		return cells.Effect{} // refused; the instruction does not tell what it found
	}
}
