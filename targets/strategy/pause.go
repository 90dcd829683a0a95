package strategy

import (
	"context"
	"time"

	"github.com/lostupdate/stress/harness"
)

// Pause waits, as a slow worker or a frozen machine does. An error says that ctx was done first, and that the operation, of
// which the pause is a part that changes nothing, was not applied.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return harness.NotApplied(context.Cause(ctx))
	}
}
