package memcells

import (
	"context"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// grouped has a map under a lock. The goroutines of a group read from it what a change needs and write what comes of that,
// each access under the lock, which is let go of in between.
type grouped struct {
	mem.NothingToClose
	mu     sync.Mutex
	values map[int]int64
}

func newGrouped(initial []int64) cells.Session {
	return &grouped{values: maps.Collect(slices.All(initial))}
}

func (s *grouped) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read from map", func() int64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.values[cell]
	})
}

func (s *grouped) ReadAll(ctx context.Context) ([]int64, error) {
	return mem.Step(ctx, "read all", func() []int64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		all := make([]int64, len(s.values))
		for cell, v := range s.values {
			all[cell] = v
		}
		return all
	})
}

func (s *grouped) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	var before cells.Pair
	g, reading := errgroup.WithContext(ctx)
	for i := range c.Cells() {
		g.Go(func() (err error) {
			before[i], err = s.Read(reading, c.Cell(i))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return cells.Effect{}, err
	}
	e := c.Saw(before)
	if !e.Applied {
		return e, nil
	}
	_, err := mem.Step(ctx, "write to map", func() struct{} {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i := range c.Cells() {
			s.values[c.Cell(i)] = e.After[i]
		}
		return struct{}{}
	})
	return e, err
}
