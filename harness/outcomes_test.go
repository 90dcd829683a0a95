package harness_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// onNth gives err for the n-th call of a first identity, counted from 0.
func onNth(n int, err func(ctx context.Context) error) *fake {
	return &fake{do: func(ctx context.Context, a asked) (float64, error) {
		if a.client == 0 && a.n == n {
			return 5, err(ctx)
		}
		return float64(a.in), nil
	}}
}

// onlyBad gives the place of the one operation that was not OK.
func onlyBad(t *testing.T, r *result) int {
	t.Helper()
	bad := func(op history.Op[int, float64]) bool { return op.Outcome != history.OK }
	i := slices.IndexFunc(r.History.Ops, bad)
	require.GreaterOrEqual(t, i, 0, "none was bad")
	require.False(t, slices.ContainsFunc(r.History.Ops[i+1:], bad), "more than one was bad")
	return i
}

func TestNotAppliedIsFailedAndTheClientGoesOn(t *testing.T) {
	f := onNth(2, func(context.Context) error { return fmt.Errorf("refused: %w", harness.ErrNotApplied) })
	r := run(t, f, &numbers{}, harness.Clients(1), harness.Ops(6))
	i := onlyBad(t, r)
	require.Equal(t, history.Failed, r.History.Ops[i].Outcome)
	require.Zero(t, r.History.Ops[i].Output, "the output of what failed means nothing")
	require.Equal(t, "refused: not applied", r.History.Notes[i])
	require.Len(t, inputs(r, history.Main)[0], 6)
	require.Equal(t, []int{0}, f.opened)
	require.EqualValues(t, 1, r.Stats.Failed)
}

func TestOtherErrorIsUnknownAndTheClientIsReborn(t *testing.T) {
	f := onNth(2, func(context.Context) error { return errAny })
	r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(12))
	requireReborn(t, r, f)
	require.Equal(t, errAny.Error(), r.History.Notes[onlyBad(t, r)])
}

// requireReborn holds that the third operation of client 0 of 2 was unknown, and that its three others were made by
// client 2.
func requireReborn(t *testing.T, r *result, f *fake) {
	t.Helper()
	op := r.History.Ops[onlyBad(t, r)]
	require.Equal(t, history.Unknown, op.Outcome)
	require.Zero(t, op.Output)
	by := inputs(r, history.Main)
	require.Len(t, by[0], 3)
	require.Len(t, by[1], 6)
	require.Len(t, by[2], 3)
	require.Equal(t, []int{0, 1, 2}, f.opened)
	require.EqualValues(t, 12, r.Stats.Ops)
	require.EqualValues(t, 1, r.Stats.Unknown)
}

func TestPanicIsUnknownWithItsStack(t *testing.T) {
	f := onNth(2, func(context.Context) error { panic("the sky fell") })
	r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(12))
	requireReborn(t, r, f)
	note := r.History.Notes[onlyBad(t, r)]
	require.Contains(t, note, "the target panicked: the sky fell")
	require.Contains(t, note, "outcomes_test.go", "the stack")
}

func TestPanicOfANotAppliedErrorIsUnknownAllTheSame(t *testing.T) {
	f := onNth(2, func(context.Context) error { panic(harness.NotApplied(errAny)) })
	requireReborn(t, run(t, f, &numbers{}, harness.Clients(2), harness.Ops(12)), f)
}

type mute struct{}

func (mute) Error() string { panic("no words") }

func TestErrorThatPanicsIsUnknown(t *testing.T) {
	f := onNth(2, func(context.Context) error { return mute{} })
	r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(12))
	requireReborn(t, r, f)
	require.Contains(t, r.History.Notes[onlyBad(t, r)], "no words")
}

func TestTimeoutCancelsTheOperation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := onNth(2, func(ctx context.Context) error {
			deadline, ok := ctx.Deadline()
			require.True(t, ok)
			require.Equal(t, time.Second, time.Until(deadline))
			<-ctx.Done()
			require.ErrorIs(t, context.Cause(ctx), harness.ErrTimeout)
			return ctx.Err()
		})
		r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(12), harness.Timeout(time.Second),
			harness.WithScheduler(nil))
		requireReborn(t, r, f)
		i := onlyBad(t, r)
		require.Equal(t, "context canceled (operation timed out)", r.History.Notes[i])
		op := r.History.Ops[i]
		require.InDelta(t, time.Second, op.Return-op.Call, float64(50*time.Millisecond))
		require.Zero(t, r.Orphans)
	})
}

func TestOverrunThatSucceedsIsOKUnderTheOldIdentity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := onNth(2, func(ctx context.Context) error { <-ctx.Done(); return nil })
		r := run(t, f, &numbers{}, harness.Clients(1), harness.Ops(6), harness.Timeout(time.Second))
		require.Equal(t, 6, r.History.Count(history.OK))
		require.Equal(t, []int{0, 1}, f.opened, "a cancelled context serves no other operation")
	})
}

func TestEachOperationHasItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(ctx context.Context, _ asked) (float64, error) {
			select {
			case <-time.After(900 * time.Millisecond):
				return 0, nil
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			}
		}}
		r := run(t, f, &numbers{}, harness.Clients(1), harness.Ops(10), harness.Timeout(time.Second))
		require.Equal(t, 10, r.History.Count(history.OK))
	})
}

// TestOperationThatNeverReturns lets the operation return only after the run is over.
func TestOperationThatNeverReturns(t *testing.T) {
	for _, phase := range []history.Phase{history.Main, history.Warmup} {
		synctest.Test(t, func(t *testing.T) {
			back := make(chan struct{})
			n := 2
			opts := []harness.Option{harness.Clients(2), harness.Ops(12), harness.Timeout(time.Second)}
			if phase == history.Warmup {
				n, opts = 0, append(opts, harness.Warmup(2))
			}
			f := onNth(n, func(context.Context) error { <-back; return nil })
			r, err := harness.Run(t.Context(), f, &numbers{final: []int{1}}, opts...)
			require.NoError(t, err)
			require.Equal(t, 1, r.Orphans)
			op := r.History.Ops[onlyBad(t, r)]
			require.Equal(t, history.Unknown, op.Outcome)
			require.Equal(t, history.Never, op.Return)
			require.EqualValues(t, 12, r.Stats.Ops)
			require.Equal(t, phase == history.Main, r.Stats.Unknown == 1, "warm-up is not counted")
			require.NotContains(t, f.closed, 0, "no Close while Do runs")
			close(back)
			synctest.Wait()
			f.requireTidy(t)
		})
	}
}

func TestLostOperationThatComesBackDuringTheRunStaysUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		f := &fake{do: func(_ context.Context, a asked) (float64, error) {
			switch {
			case a.client == 0 && a.n == 0:
				<-back
			case a.client == 1 && a.n == 3: // under the second identity
				close(back)
				synctest.Wait()
			}
			return 0, nil
		}}
		r := run(t, f, &numbers{}, harness.Clients(1), harness.Ops(8), harness.Timeout(time.Second))
		require.Zero(t, r.Orphans)
		require.Equal(t, history.Never, r.History.Ops[onlyBad(t, r)].Return)
		require.EqualValues(t, 8, r.Stats.Ops)
		require.EqualValues(t, 1, r.Stats.Unknown)
	})
}

func TestGoexitInDoIsAClearError(t *testing.T) {
	f := onNth(2, func(context.Context) error { runtime.Goexit(); return nil })
	r, err := harness.Run(t.Context(), f, &numbers{final: []int{1}}, harness.Clients(1), harness.Ops(12))
	require.ErrorContains(t, err, "client 0: the target ended its goroutine (runtime.Goexit, as t.FailNow and t.Fatal do)")
	f.requireTidy(t)
	require.Equal(t, history.Never, r.History.Ops[onlyBad(t, r)].Return)
	require.EqualValues(t, 3, r.Stats.Ops)
	require.EqualValues(t, 1, r.Stats.Unknown)
	require.Len(t, inputs(r, history.Final), 1)
}

func TestGoexitOfALostOperationLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		f := onNth(1, func(context.Context) error { <-back; runtime.Goexit(); return nil })
		r, err := harness.Run(t.Context(), f, &numbers{}, harness.Clients(1), harness.Ops(4))
		require.NoError(t, err)
		require.Equal(t, 1, r.Orphans)
		close(back)
		synctest.Wait()
		f.requireTidy(t)
	})
}
