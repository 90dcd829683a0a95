package disk

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

// Stalling writes after a pause, once in so many times.
func Stalling(write Writer) Writer {
	return func(ctx context.Context, c *Client, d Document) error {
		if err := c.MaybeStall(ctx); err != nil {
			return harness.NotApplied(err)
		}
		return write(ctx, c, d)
	}
}

// MaybeStall pauses, once in so many times.
func (c *Client) MaybeStall(ctx context.Context) error {
	if c.chance.IntN(stalls) != 0 {
		return nil
	}
	return harness.Pause(ctx, stall)
}
