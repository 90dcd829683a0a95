// Package memcaches has the strategies for a cache in the memory of this process, before a source that is slow to answer.
//
// All of them are free of data races, so that go test -race is green. The broken ones are broken in their logic, which
// is what the race detector can't see.
package memcaches

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/cache"
)

// Strategy is one way in which a cache is kept, and what it must show.
type Strategy = strategy.For[*cache.Workload, cache.Input, cache.Output]

// keeper is a cache with its source, which all clients share.
type keeper interface {
	// read gives a version through the cache, and says whether this very read put it there.
	read(ctx context.Context, key int) (version int64, filled bool, err error)
	// write makes a version in the source. An error that is harness.ErrNotApplied says that there is none.
	write(ctx context.Context, key int) (version int64, filled bool, err error)
	// look gives what the cache holds, if anything.
	look(key int) (version int64, held bool)
	// stored gives what the source holds.
	stored(key int) int64
}

// target has the keeper of each run.
type target struct {
	keys   int
	seed   uint64
	build  func(*source) keeper
	shared keeper
}

// newTarget makes the New of a strategy.
func newTarget(
	build func(*source) keeper,
) func(string, uint64) func(*cache.Workload) harness.Target[cache.Input, cache.Output] {
	return func(_ string, seed uint64) func(*cache.Workload) harness.Target[cache.Input, cache.Output] {
		return func(w *cache.Workload) harness.Target[cache.Input, cache.Output] {
			return &target{keys: w.Keys(), seed: seed, build: build}
		}
	}
}

func (t *target) Setup(context.Context) error {
	t.shared = t.build(newSource(t.keys, t.seed))
	return nil
}

func (t *target) Open(context.Context, int) (harness.Client[cache.Input, cache.Output], error) {
	if t.shared == nil {
		return nil, mem.ErrNotSetUp
	}
	return client{keeper: t.shared}, nil
}

func (t *target) Close(context.Context) error { return nil }

// Version names the engine.
func (t *target) Version() string { return mem.Version() }

type client struct {
	mem.NothingToClose
	keeper
}

func (c client) Do(ctx context.Context, in cache.Input) (out cache.Output, err error) {
	key := int(in.Key)
	switch in.Kind {
	case cache.Write:
		out.Version, out.Filled, err = c.write(ctx, key)
	case cache.Read:
		out.Version, out.Filled, err = c.read(ctx, key)
	case cache.Cached:
		var held bool
		out.Version, held = c.look(key)
		out.Nothing = !held
	case cache.Stored:
		out.Version = c.stored(key)
	}
	return out, err
}
