package strategy_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/strategy"
)

func TestPauseEndsWithItsContext(t *testing.T) {
	require.NoError(t, strategy.Pause(t.Context(), time.Nanosecond))
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	err := strategy.Pause(ctx, time.Hour)
	require.ErrorIs(t, err, why)
	require.ErrorIs(t, err, harness.ErrNotApplied)
}
