package memcells

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/wallet"
)

// guarded has all cells under one read-write lock.
type guarded struct {
	mem.NothingToClose
	mu     sync.RWMutex
	values []int64
}

func newGuarded(initial []int64) cells.Session { return &guarded{values: initial} }

func (s *guarded) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", func() int64 {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return s.values[cell]
	})
}

func (s *guarded) ReadAll(ctx context.Context) ([]int64, error) {
	return mem.Step(ctx, "read all", func() []int64 {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return slices.Clone(s.values)
	})
}

func (s *guarded) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return mem.Step(ctx, "update", func() cells.Effect {
		s.mu.Lock()
		defer s.mu.Unlock()
		return change(s.values, c)
	})
}

// bank is a struct that is published as a whole, and copied to be changed. The copy shares its slice.
type bank struct{ balances []*atomic.Int64 }

// sharedSlice changes a copy of the bank and publishes that, one writer at a time. Whoever has loaded the bank before sees the
// changes all the same, one by one: the lock and the atomic value guard the struct, not what its slice points to.
type sharedSlice struct {
	mem.NothingToClose
	writer  sync.Mutex
	current atomic.Value // a bank
}

func newSharedSlice(initial []int64) cells.Session {
	s := &sharedSlice{}
	b := bank{make([]*atomic.Int64, len(initial))}
	for i, v := range initial {
		b.balances[i] = &atomic.Int64{}
		b.balances[i].Store(v)
	}
	s.current.Store(b)
	return s
}

func (s *sharedSlice) load() bank { return s.current.Load().(bank) }

func (s *sharedSlice) Read(ctx context.Context, cell int) (int64, error) {
	return mem.Step(ctx, "read value", s.load().balances[cell].Load)
}

func (s *sharedSlice) ReadAll(ctx context.Context) ([]int64, error) {
	b, err := mem.Step(ctx, "load", s.load)
	if err != nil {
		return nil, err
	}
	all := make([]int64, len(b.balances))
	for i, balance := range b.balances {
		if all[i], err = mem.Step(ctx, "read value", balance.Load); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *sharedSlice) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return mem.Step(ctx, "copy, change and publish", func() cells.Effect {
		s.writer.Lock()
		defer s.writer.Unlock()
		next := s.load() // a copy, thinks who wrote this
		var before cells.Pair
		for i := range c.Cells() {
			before[i] = next.balances[c.Cell(i)].Load()
		}
		e := c.Saw(before)
		for i := range c.Cells() {
			next.balances[c.Cell(i)].Store(e.After[i])
		}
		s.current.Store(next)
		return e
	})
}

// Reports lists the ways in which this package reports all cells while money moves between them, the broken ones first.
func Reports() []cells.Strategy {
	all := []cells.Strategy{
		{
			Name: "lock-per-account",
			Summary: "A lock for each account, which transfers take in order; the report takes one after the other: what moves " +
				"behind it or before it counts twice or is missing.",
			Shows: skewed(), New: newStore(newSharded),
		}, {
			Name: "copied-struct",
			Summary: "A struct in an atomic.Value, which a transfer copies, changes and stores: the copy shares its slice, so " +
				"that who reads the struct loaded before sees it change.",
			Shows: skewed(), New: newStore(newSharedSlice),
		}, {
			Name:    "rwmutex",
			Summary: "One read-write lock over all accounts, which the report holds from the first to the last.",
			New:     newStore(newGuarded),
		}, {
			Name: "copy-on-write",
			Summary: "A pointer to accounts that nobody ever changes: a transfer makes new ones, and puts them in place only if " +
				"the ones that it copied still stand.",
			New: newStore(newSnapshot),
		}, {
			Name:    "single-owner",
			Summary: "Sends every request through a channel to the one goroutine that owns the accounts.",
			New:     newStore(newOwner),
		},
	}
	for i := range all {
		all[i].Workloads = []string{wallet.ReportName}
	}
	return all
}

func skewed() map[string]string { return map[string]string{wallet.ReportName: checkers.ReadSkew} }
