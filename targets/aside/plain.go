package aside

import (
	"context"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/cache"
)

// readThrough looks into the cache, and if there is nothing loads from the source and fills, for ever or for a time to live.
func readThrough(live time.Duration) func(ctx context.Context, j job) (cache.Output, error) {
	return func(ctx context.Context, j job) (cache.Output, error) {
		e, err := j.get(ctx)
		if err != nil || e.held {
			return cache.Output{Version: e.version}, err
		}
		version, err := j.loadSlowly(ctx)
		if err != nil {
			return cache.Output{}, err
		}
		return cache.Output{Version: version, Filled: true}, j.set(ctx, version, live)
	}
}

// loadSlowly loads, and may pause before it goes on.
func (j job) loadSlowly(ctx context.Context) (int64, error) {
	version, err := j.load(ctx)
	if err != nil {
		return 0, err
	}
	return version, j.pause(ctx)
}

// readSource goes past the cache.
func readSource(ctx context.Context, j job) (cache.Output, error) {
	version, err := j.loadSlowly(ctx)
	return cache.Output{Version: version}, err
}

// writeOnly leaves the cache as it is.
func writeOnly(ctx context.Context, j job) (cache.Output, error) {
	version, err := j.store(ctx)
	return cache.Output{Version: version}, err
}

func deleteThenWrite(ctx context.Context, j job) (cache.Output, error) {
	if err := j.delete(ctx); err != nil {
		return cache.Output{}, err
	}
	return writeOnly(ctx, j)
}

func writeThenDelete(ctx context.Context, j job) (cache.Output, error) {
	version, err := j.store(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	return written(version, false, j.delete(ctx))
}

// writeThenSet pauses where a reader does: a writer can be as slow.
func writeThenSet(ctx context.Context, j job) (cache.Output, error) {
	version, err := j.store(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	if err = j.pause(ctx); err == nil {
		err = j.set(ctx, version, 0)
	}
	return written(version, err == nil, err)
}

// delay is how long a double delete waits for readers who have loaded before the write. Real ones wait for a second, and
// the pauses that outlast it are as much longer.
const delay = 2 * time.Millisecond

// doubleDelete deletes before the write, and again some time after it.
func doubleDelete(ctx context.Context, j job) (cache.Output, error) {
	if err := j.delete(ctx); err != nil {
		return cache.Output{}, err
	}
	version, err := j.store(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	if err = harness.NotApplied(harness.Pause(ctx, delay)); err == nil {
		err = j.delete(ctx)
	}
	return written(version, false, err)
}
