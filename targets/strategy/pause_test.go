package strategy_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/strategy"
)

// TestPauseEndsWithTheContext has a pause that would last for ever, in the times in which there is one.
func TestPauseEndsWithTheContext(t *testing.T) {
	over := errors.New("over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(over)
	paused, chance := 0, rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		if err := strategy.Pause(ctx, chance, 4, time.Duration(1<<62)); err != nil {
			require.ErrorIs(t, err, over)
			require.ErrorIs(t, err, harness.ErrNotApplied)
			paused++
		}
	}
	require.InDelta(t, 250, paused, 60)
	require.NoError(t, strategy.Pause(t.Context(), chance, 1, time.Nanosecond))
}
