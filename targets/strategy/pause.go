package strategy

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/harness"
)

// Pause waits, once in so many times by chance, for as long as given, as a garbage collection, a slow disk or a frozen
// machine make a client wait. Its error says that the context ended meanwhile, and marks that nothing of what was to come
// was applied.
func Pause(ctx context.Context, chance *rand.Rand, onceIn int, d time.Duration) error {
	if chance.IntN(onceIn) != 0 {
		return nil
	}
	return harness.NotApplied(harness.Pause(ctx, d))
}
