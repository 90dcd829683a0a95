package memcells

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// accessor is how a strategy that computes in the client reads before, and writes after.
type accessor interface {
	load(c cells.Change) cells.Pair
	store(c cells.Change, after cells.Pair)
}

// readThenWrite reads, computes, and writes, as three lines of application code do. A Set needs no read.
func readThenWrite(ctx context.Context, a accessor, c cells.Change) (cells.Effect, error) {
	if c.Kind == cells.Set {
		return cells.Effect{Applied: true}, write(ctx, a, c, cells.Pair{c.New})
	}
	before, err := mem.Step(ctx, "read value", func() cells.Pair { return a.load(c) })
	if err != nil {
		return cells.Effect{}, err
	}
	e := c.Saw(before)
	if !e.Applied {
		return e, nil
	}
	return e, write(ctx, a, c, e.After)
}

func write(ctx context.Context, a accessor, c cells.Change, after cells.Pair) error {
	_, err := mem.Step(ctx, "write value", func() struct{} { a.store(c, after); return struct{}{} })
	return err
}

// loadStore has atomic cells.
type loadStore struct {
	mem.NothingToClose
	values []atomic.Int64
	// snapshot is shared by writers, whose stores are atomic, and held alone by ReadAll, so that it shows no half of a
	// Move. It guards no update.
	snapshot sync.RWMutex
}

func newLoadStore(initial []int64) cells.Session {
	s := &loadStore{values: make([]atomic.Int64, len(initial))}
	for i, v := range initial {
		s.values[i].Store(v)
	}
	return s
}

func (s *loadStore) load(c cells.Change) (before cells.Pair) {
	for i := range c.Cells() {
		before[i] = s.values[c.Cell(i)].Load()
	}
	return before
}

func (s *loadStore) store(c cells.Change, after cells.Pair) {
	s.snapshot.RLock()
	defer s.snapshot.RUnlock()
	for i := range c.Cells() {
		s.values[c.Cell(i)].Store(after[i])
	}
}

func (s *loadStore) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", s.values[cell].Load)
}

func (s *loadStore) ReadAll(ctx context.Context) ([]int64, error) {
	return mem.Step(ctx, "read all", s.all)
}

func (s *loadStore) all() []int64 {
	s.snapshot.Lock()
	defer s.snapshot.Unlock()
	all := make([]int64, len(s.values))
	for i := range s.values {
		all[i] = s.values[i].Load()
	}
	return all
}

func (s *loadStore) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return readThenWrite(ctx, s, c)
}
