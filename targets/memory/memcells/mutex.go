package memcells

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// mutex holds one lock from the read to the write, also while the harness holds its client between the two: that is
// the strategy. So the lock is a channel of one slot, which a client can stop waiting for.
type mutex struct {
	mem.NothingToClose
	slot   chan struct{}
	values []int64
}

func newMutex(initial []int64) cells.Session {
	return &mutex{slot: make(chan struct{}, 1), values: initial}
}

func (s *mutex) lock(ctx context.Context) error {
	_, err := harness.Step(ctx, "lock", func(ctx context.Context) (struct{}, error) {
		select {
		case s.slot <- struct{}{}:
			return struct{}{}, nil
		case <-ctx.Done():
			return struct{}{}, context.Cause(ctx)
		}
	})
	return harness.NotApplied(err)
}

func (s *mutex) unlock() { <-s.slot }

func (s *mutex) load(c cells.Change) cells.Pair         { return pick(s.values, c) }
func (s *mutex) store(c cells.Change, after cells.Pair) { put(s.values, c, after) }

func (s *mutex) Read(ctx context.Context, cell int) (int64, error) {
	if err := s.lock(ctx); err != nil {
		return 0, err
	}
	defer s.unlock()
	return mem.Step(ctx, "read value", func() int64 { return s.values[cell] })
}

func (s *mutex) ReadAll(ctx context.Context) ([]int64, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.unlock()
	return mem.Step(ctx, "read all", func() []int64 { return slices.Clone(s.values) })
}

func (s *mutex) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	if err := s.lock(ctx); err != nil {
		return cells.Effect{}, err
	}
	defer s.unlock()
	return readThenWrite(ctx, s, c)
}
