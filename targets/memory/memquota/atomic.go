package memquota

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/lostupdate/stress/targets/memory/mem"
)

var errLeft = errors.New("memory: the run ended before the amount that did not fit was taken back")

// counter is a quota that is one atomic number.
type counter struct {
	limit int64
	n     atomic.Int64
}

func (c *counter) used(ctx context.Context) (int64, error) { return mem.Step(ctx, "load", c.n.Load) }

func (c *counter) add(ctx context.Context, amount int64) (int64, error) {
	return mem.Step(ctx, "add", func() int64 { return c.n.Add(amount) })
}

// loadThenAdd looks whether the amount fits, and adds it: each is atomic by itself.
type loadThenAdd struct{ counter }

func newLoadThenAdd(limit int64) room { return &loadThenAdd{counter{limit: limit}} }

func (c *loadThenAdd) take(ctx context.Context, amount int64) (bool, error) {
	used, err := c.used(ctx)
	if err != nil || used+amount > c.limit {
		return false, err
	}
	_, err = c.add(ctx, amount)
	return err == nil, err
}

// addThenUndo adds the amount, and takes it back if it did not fit. An undo that is not made, as the run ends, leaves what
// nobody was given; so its error proves nothing.
type addThenUndo struct{ counter }

func newAddThenUndo(limit int64) room { return &addThenUndo{counter{limit: limit}} }

func (c *addThenUndo) take(ctx context.Context, amount int64) (bool, error) {
	used, err := c.add(ctx, amount)
	if err != nil || used <= c.limit {
		return err == nil, err
	}
	if _, err := c.add(ctx, -amount); err != nil {
		return false, errLeft
	}
	return false, nil
}

// swapped computes what is used then, and puts that in place only if what it loaded still stands.
type swapped struct{ counter }

func newSwapped(limit int64) room { return &swapped{counter{limit: limit}} }

func (c *swapped) take(ctx context.Context, amount int64) (bool, error) {
	for {
		used, err := c.used(ctx)
		if err != nil || used+amount > c.limit {
			return false, err
		}
		done, err := mem.Step(ctx, "compare and swap", func() bool { return c.n.CompareAndSwap(used, used+amount) })
		if err != nil || done {
			return done, err
		}
	}
}
