package memcaches

import (
	"context"

	"github.com/lostupdate/stress/harness"
)

// heldThrough holds the key's lock from the look into the cache until it is filled, and from the write of the source until
// the cache is told, also while the harness holds its client in between: that is the strategy. So the locks are channels of
// one slot, which a client can stop waiting for.
type heldThrough struct {
	mapFill
	slots []chan struct{}
}

func newHeldThrough(s *source) keeper {
	c := &heldThrough{mapFill: mapFill{s, newEntries()}, slots: make([]chan struct{}, len(s.versions))}
	for i := range c.slots {
		c.slots[i] = make(chan struct{}, 1)
	}
	return c
}

func (c *heldThrough) lock(ctx context.Context, key int) error {
	_, err := harness.Step(ctx, "lock", func(ctx context.Context) (struct{}, error) {
		select {
		case c.slots[key] <- struct{}{}:
			return struct{}{}, nil
		case <-ctx.Done():
			return struct{}{}, context.Cause(ctx)
		}
	})
	return harness.NotApplied(err)
}

func (c *heldThrough) unlock(key int) { <-c.slots[key] }

func (c *heldThrough) read(ctx context.Context, key int) (int64, bool, error) {
	if err := c.lock(ctx, key); err != nil {
		return 0, false, err
	}
	defer c.unlock(key)
	return c.mapFill.read(ctx, key)
}

func (c *heldThrough) write(ctx context.Context, key int) (int64, bool, error) {
	if err := c.lock(ctx, key); err != nil {
		return 0, false, err
	}
	defer c.unlock(key)
	return c.mapFill.write(ctx, key)
}
