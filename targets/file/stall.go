package file

import (
	"context"
	"time"

	"github.com/lostupdate/stress/harness"
)

const (
	// patience is how old a lock file must be for others to take it as left behind. Real ones are given seconds or minutes;
	// the pauses that outlast them are as long.
	patience = 8 * time.Millisecond
	// stall is how long a holder pauses that does, as a slow disk or a frozen machine make it.
	stall = 2 * patience
	// stalls is one in how many holders that is.
	stalls = 10
)

// stalling writes after a pause, once in so many times.
func stalling(write writer) writer {
	return func(ctx context.Context, c *client, d document) error {
		if err := c.maybeStall(ctx); err != nil {
			return harness.NotApplied(err)
		}
		return write(ctx, c, d)
	}
}

// maybeStall pauses, once in so many times.
func (c *client) maybeStall(ctx context.Context) error {
	if c.chance.IntN(stalls) != 0 {
		return nil
	}
	t := time.NewTimer(stall)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
