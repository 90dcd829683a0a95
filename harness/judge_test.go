package harness_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// TestFinalReadsThatCannotBeMade holds that a run whose end nobody could read is not Valid.
func TestFinalReadsThatCannotBeMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{open: func(_ context.Context, client int) error {
			if client >= 4 {
				return errors.New("too many connections")
			}
			return nil
		}}
		w := &numbers{final: []int{1, 2}}
		opts := []harness.Option{
			harness.Clients(4), harness.Ops(40), harness.ConnectTimeout(time.Second), harness.AllowVacuous(),
		}
		r, err := harness.Run(t.Context(), f, w, opts...)
		require.NoError(t, err)
		require.Equal(t, checkers.Undecided, r.Verdict.Status)
		require.Contains(t, r.Verdict.Reason, "2 of 2 final reads could not be made")
		require.Contains(t, r.Verdict.Reason, "too many connections")

		again, _ := harness.Judge(t.Context(), w, r.History)
		require.Equal(t, checkers.Undecided, again.Status)
		require.Contains(t, again.Reason, "2 of 2 final reads could not be made")

		w.check = func(context.Context, *history.History[int, float64]) checkers.Verdict {
			return checkers.Reject(checkers.Anomaly{Name: checkers.LostUpdate})
		}
		r, err = harness.Run(t.Context(), f, w, opts...)
		require.NoError(t, err)
		require.Equal(t, checkers.Invalid, r.Verdict.Status, "what was proved stays proved")
		require.Empty(t, r.Verdict.Reason)
	})
}

// TestConnectingHasItsOwnTime holds that operations which must be quick don't ask clients to connect as quickly.
func TestConnectingHasItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{open: func(ctx context.Context, _ int) error {
			select {
			case <-time.After(time.Second):
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}}
		r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(8), harness.Timeout(5*time.Millisecond))
		require.EqualValues(t, 8, r.Stats.OK)
		_, err := harness.Run(t.Context(), f, &numbers{}, harness.ConnectTimeout(5*time.Millisecond))
		require.ErrorIs(t, err, harness.ErrTimeout)
	})
}

// TestTargetIsClosedBeforeTheCheck holds that nothing is left behind by whoever ends the process during a long check.
func TestTargetIsClosedBeforeTheCheck(t *testing.T) {
	f := &fake{}
	run(t, f, &numbers{check: func(context.Context, *history.History[int, float64]) checkers.Verdict {
		f.requireTidy(t)
		return checkers.Verdict{}
	}}, harness.Ops(20))
}

// TestCancelEndsTheCheck holds that an interrupt during the check ends it.
func TestCancelEndsTheCheck(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{}
	r, err := harness.Run(ctx, f, &numbers{
		check: func(ctx context.Context, _ *history.History[int, float64]) checkers.Verdict {
			cancel()
			<-ctx.Done()
			return checkers.Undecide("out of time")
		},
	}, harness.Ops(20), harness.AllowVacuous())
	require.NoError(t, err)
	require.Equal(t, checkers.Undecided, r.Verdict.Status)
	f.requireTidy(t)
}

// TestHistoryThatLacksSomethingIsNotValid holds that the rest of a cut-off history is no proof.
func TestHistoryThatLacksSomethingIsNotValid(t *testing.T) {
	w := &numbers{final: []int{1}}
	r := run(t, &fake{}, w, harness.Ops(20), harness.AllowVacuous())
	h := r.History
	h.Missing = "the file was cut off"
	v, _ := harness.Judge(t.Context(), w, h)
	require.Equal(t, checkers.Undecided, v.Status)
	require.Contains(t, v.Reason, "the file was cut off")
	require.NotContains(t, v.Reason, "final reads", "one reason is enough")
}
