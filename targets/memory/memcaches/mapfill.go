package memcaches

import (
	"context"
	"sync"

	"github.com/lostupdate/stress/targets/memory/mem"
)

// entries are a map under a lock.
type entries struct {
	mu   sync.RWMutex
	held map[int]int64
}

func newEntries() entries { return entries{held: map[int]int64{}} }

func (e *entries) look(key int) (version int64, held bool) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	version, held = e.held[key]
	return version, held
}

// entry is what a look found.
type entry struct {
	version int64
	held    bool
}

func (e *entries) find(ctx context.Context, key int) (entry, error) {
	return mem.Step(ctx, "look into cache", func() (found entry) {
		found.version, found.held = e.look(key)
		return found
	})
}

func (e *entries) fill(ctx context.Context, key int, version int64) error {
	_, err := mem.Step(ctx, "fill cache", func() struct{} {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.held[key] = version
		return struct{}{}
	})
	return err
}

func (e *entries) forget(key int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.held, key)
}

// mapFill looks into the map, and puts what it loads there if there was nothing, whatever has happened meanwhile.
type mapFill struct {
	*source
	entries
}

func newMapFill(s *source) keeper { return &mapFill{s, newEntries()} }

func (c *mapFill) read(ctx context.Context, key int) (int64, bool, error) {
	found, err := c.find(ctx, key)
	if err != nil || found.held {
		return found.version, false, err
	}
	return c.loadAndFill(ctx, key)
}

func (c *mapFill) loadAndFill(ctx context.Context, key int) (int64, bool, error) {
	version, err := c.load(ctx, key)
	if err != nil {
		return 0, false, err
	}
	return version, true, c.fill(ctx, key, version)
}

func (c *mapFill) write(ctx context.Context, key int) (int64, bool, error) {
	version, err := c.store(ctx, key)
	if err != nil {
		return 0, false, err
	}
	return version, false, then(ctx, "delete from cache", func() { c.forget(key) })
}

// versionedFill never puts an older version over a newer one, whoever brings it, and deletes nothing: a key that is gone
// takes whatever comes.
type versionedFill struct {
	*source
	entries
}

func newVersionedFill(s *source) keeper { return &versionedFill{s, newEntries()} }

func (c *versionedFill) read(ctx context.Context, key int) (int64, bool, error) {
	found, err := c.find(ctx, key)
	if err != nil || found.held {
		return found.version, false, err
	}
	version, err := c.load(ctx, key)
	if err != nil {
		return 0, false, err
	}
	newest, err := mem.Step(ctx, "fill cache", func() int64 { return c.raise(key, version) })
	return newest, newest == version, err
}

func (c *versionedFill) write(ctx context.Context, key int) (int64, bool, error) {
	version, err := c.store(ctx, key)
	if err != nil {
		return 0, false, err
	}
	filled := false
	err = then(ctx, "fill cache", func() { filled = c.raise(key, version) == version })
	return version, filled, err
}

// raise puts a version into the map unless there is a newer one, and gives what is there then.
func (c *versionedFill) raise(key int, version int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, ok := c.held[key]; ok && held > version {
		return held
	}
	c.held[key] = version
	return version
}
