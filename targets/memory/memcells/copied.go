package memcells

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// copied changes a copy of the state and puts that in place, whatever is there by then.
type copied struct{ snapshot }

func newCopied(initial []int64) cells.Session {
	s := &copied{}
	s.current.Store(&initial)
	return s
}

func (s *copied) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	old, err := mem.Step(ctx, "load state", s.current.Load)
	if err != nil {
		return cells.Effect{}, err
	}
	next := slices.Clone(*old)
	e := change(next, c)
	if !e.Applied {
		return e, nil
	}
	_, err = mem.Step(ctx, "store state", func() struct{} { s.current.Store(&next); return struct{}{} })
	return e, err
}
