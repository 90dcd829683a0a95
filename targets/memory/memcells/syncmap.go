package memcells

import (
	"context"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// inMap keeps each cell under a key of a sync.Map, of which every method is safe by itself. None is for two keys, or for
// all at once; that is why its strategies do not serve wallets.
type inMap struct {
	mem.NothingToClose
	byCell sync.Map // of int64 by int
}

func (s *inMap) fill(initial []int64) {
	for i, v := range initial {
		s.byCell.Store(i, v)
	}
}

func (s *inMap) get(cell int) int64 {
	v, _ := s.byCell.Load(cell)
	return v.(int64)
}

func (s *inMap) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "load value", func() int64 { return s.get(cell) })
}

func (s *inMap) ReadAll(context.Context) ([]int64, error) {
	return nil, harness.NotAppliedf("memory: a sync.Map cannot be read all at once: use compare-and-swap")
}

// load and store are of a change's one cell.
func (s *inMap) load(c cells.Change) cells.Pair         { return cells.Pair{s.get(c.Key)} }
func (s *inMap) store(c cells.Change, after cells.Pair) { s.byCell.Store(c.Key, after[0]) }

func oneCell(c cells.Change) error {
	if c.Cells() != 1 {
		return harness.NotAppliedf("memory: no method of a sync.Map changes two keys: use compare-and-swap")
	}
	return nil
}

// mapLoadStore loads, computes and stores.
type mapLoadStore struct{ inMap }

func newMapLoadStore(initial []int64) cells.Session {
	s := &mapLoadStore{}
	s.fill(initial)
	return s
}

func (s *mapLoadStore) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	if err := oneCell(c); err != nil {
		return cells.Effect{}, err
	}
	return readThenWrite(ctx, s, c)
}

// mapSwap stores only if what it loaded still stands.
type mapSwap struct{ inMap }

func newMapSwap(initial []int64) cells.Session {
	s := &mapSwap{}
	s.fill(initial)
	return s
}

func (s *mapSwap) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	if err := oneCell(c); err != nil {
		return cells.Effect{}, err
	}
	return untilDone(ctx, func() (cells.Effect, bool, error) { return s.try(ctx, c) })
}

func (s *mapSwap) try(ctx context.Context, c cells.Change) (e cells.Effect, done bool, err error) {
	before, err := mem.Step(ctx, "load value", func() cells.Pair { return s.load(c) })
	if err != nil {
		return e, false, err
	}
	if e = c.Saw(before); !e.Applied {
		return e, true, nil
	}
	done, err = mem.Step(ctx, "swap value", func() bool { return s.byCell.CompareAndSwap(c.Key, before[0], e.After[0]) })
	return e, done, err
}
