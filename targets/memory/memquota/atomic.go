package memquota

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/strategy"
)

const (
	// stall is how long a client pauses that does, before it takes back what did not fit.
	stall = time.Millisecond
	// stalls is one in how many such clients that is.
	stalls = 2
)

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

func (c *loadThenAdd) take(ctx context.Context, amount int64, _ *rand.Rand) (bool, error) {
	used, err := c.used(ctx)
	if err != nil || used+amount > c.limit {
		return false, err
	}
	_, err = c.add(ctx, amount)
	return err == nil, err
}

// addThenUndo adds the amount, and takes it back if it did not fit. Where that is not done, as the run ends, what did not fit
// stays counted.
type addThenUndo struct{ counter }

func newAddThenUndo(limit int64) room { return &addThenUndo{counter{limit: limit}} }

func (c *addThenUndo) take(ctx context.Context, amount int64, chance *rand.Rand) (bool, error) {
	used, err := c.add(ctx, amount)
	if err != nil || used <= c.limit {
		return err == nil, err
	}
	if err = strategy.Pause(ctx, chance, stalls, stall); err == nil {
		_, err = c.add(ctx, -amount)
	}
	if err != nil {
		return false, errors.New(err.Error()) // not harness.ErrNotApplied: the first of the two adds was made
	}
	return false, nil
}

// swapped computes what is used then, and puts that in place only if what it loaded still stands.
type swapped struct{ counter }

func newSwapped(limit int64) room { return &swapped{counter{limit: limit}} }

func (c *swapped) take(ctx context.Context, amount int64, _ *rand.Rand) (bool, error) {
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
