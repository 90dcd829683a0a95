package memquota

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/targettest"
	"github.com/lostupdate/stress/workloads/quota"
)

func newWorkload(t *testing.T) *quota.Workload {
	t.Helper()
	w, err := quota.New(quota.Config{})
	require.NoError(t, err)
	return w
}

func TestStrategies(t *testing.T) {
	targettest.Names(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			targettest.Quota(t, s, "")
			targettest.Shows(t, s, "", newWorkload(t))
			if s.Correct() {
				targettest.AtOnce(t, s, "", newWorkload(t))
			}
		})
	}
}

func TestOpenBeforeSetup(t *testing.T) {
	target := Strategies()[0].New("", 1)(newWorkload(t))
	_, err := target.Open(t.Context(), 0)
	require.ErrorIs(t, err, mem.ErrNotSetUp)
	require.NoError(t, target.Close(t.Context()))
}

// TestTooMuchCountsUntilItIsTakenBack has somebody look at a quota of three between the add and the undo of what did not fit:
// there was room for one.
func TestTooMuchCountsUntilItIsTakenBack(t *testing.T) {
	c := newAddThenUndo(3).(*addThenUndo)
	c.n.Store(2)
	c.n.Add(2) // somebody's add, who is about to take it back
	given, err := c.take(t.Context(), 1, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	require.False(t, given)
	require.EqualValues(t, 4, c.n.Load(), "its own add was taken back")
}

// TestWhatWasNotTakenBackIsUnknown has the context end between the two adds.
func TestWhatWasNotTakenBackIsUnknown(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("over"))
	unknown, chance := 0, rand.New(rand.NewPCG(1, 2))
	for range 20 { // half of the clients pause, and find the context at its end
		if _, err := newAddThenUndo(3).take(ctx, 4, chance); err != nil {
			require.NotErrorIs(t, err, harness.ErrNotApplied)
			require.ErrorContains(t, err, "over")
			unknown++
		}
	}
	require.NotZero(t, unknown)
}
