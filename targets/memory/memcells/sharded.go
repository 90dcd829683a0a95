package memcells

import (
	"context"
	"sync"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// shard is one cell with its own lock.
type shard struct {
	mu    sync.Mutex
	value int64
}

// sharded updates safely. What is broken is only its ReadAll.
type sharded struct {
	mem.NothingToClose
	shards []shard
}

func newSharded(initial []int64) cells.Session {
	s := &sharded{shards: make([]shard, len(initial))}
	for i, v := range initial {
		s.shards[i].value = v
	}
	return s
}

func (s *sharded) get(cell int) int64 {
	sh := &s.shards[cell]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.value
}

func (s *sharded) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", func() int64 { return s.get(cell) })
}

// ReadAll reads cell by cell, so that a Move can happen behind it or before it.
func (s *sharded) ReadAll(ctx context.Context) ([]int64, error) {
	all := make([]int64, len(s.shards))
	for i := range all {
		v, err := s.Read(ctx, i)
		if err != nil {
			return nil, err
		}
		all[i] = v
	}
	return all, nil
}

func (s *sharded) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return mem.Step(ctx, "update", func() cells.Effect { return s.update(c) })
}

func (s *sharded) update(c cells.Change) cells.Effect {
	defer s.lock(c)()
	var before cells.Pair
	for i := range c.Cells() {
		before[i] = s.shards[c.Cell(i)].value
	}
	e := c.Saw(before)
	for i := range c.Cells() {
		s.shards[c.Cell(i)].value = e.After[i]
	}
	return e
}

// lock locks the cells of a change, the lower number first, lest two moves wait for each other.
func (s *sharded) lock(c cells.Change) (unlock func()) {
	if c.Cells() == 1 {
		mu := &s.shards[c.Key].mu
		mu.Lock()
		return mu.Unlock
	}
	first, second := &s.shards[min(c.Key, c.To)].mu, &s.shards[max(c.Key, c.To)].mu
	first.Lock()
	second.Lock()
	return func() { second.Unlock(); first.Unlock() }
}
