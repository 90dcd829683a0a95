package memcells

import (
	"context"
	"slices"
	"sync"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// lockUpgrade has a read-write lock that it does not hold from the read to the write: Go's can't be upgraded, and
// people let go of the one to take the other.
type lockUpgrade struct {
	mem.NothingToClose
	mu     sync.RWMutex
	values []int64
}

func newLockUpgrade(initial []int64) cells.Session { return &lockUpgrade{values: initial} }

func (s *lockUpgrade) load(c cells.Change) (before cells.Pair) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return pick(s.values, c)
}

func (s *lockUpgrade) store(c cells.Change, after cells.Pair) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(s.values, c, after)
}

func (s *lockUpgrade) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", func() int64 {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return s.values[cell]
	})
}

func (s *lockUpgrade) ReadAll(ctx context.Context) ([]int64, error) {
	return mem.Step(ctx, "read all", func() []int64 {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return slices.Clone(s.values)
	})
}

func (s *lockUpgrade) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return readThenWrite(ctx, s, c)
}

// pick gives what the cells of a change hold.
func pick(values []int64, c cells.Change) (p cells.Pair) {
	for i := range c.Cells() {
		p[i] = values[c.Cell(i)]
	}
	return p
}

// put writes the cells of a change.
func put(values []int64, c cells.Change, p cells.Pair) {
	for i := range c.Cells() {
		values[c.Cell(i)] = p[i]
	}
}

// change carries out a change on values that nobody else can see meanwhile.
func change(values []int64, c cells.Change) cells.Effect {
	e := c.Saw(pick(values, c))
	if e.Applied {
		put(values, c, e.After)
	}
	return e
}
