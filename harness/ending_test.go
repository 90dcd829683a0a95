package harness_test

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// interrupted runs with a context that is cancelled in the third operation of client 0, which goes on with rest.
func interrupted(
	t *testing.T, rest func(ctx context.Context) error, opts ...harness.Option,
) (r *result, f *fake, since time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var at time.Time
	f = onNth(2, func(ctx context.Context) error {
		at = time.Now()
		cancel()
		return rest(ctx)
	})
	checked := false
	w := &numbers{final: []int{1, 2}, check: func(ctx context.Context, _ *history.History[int, float64]) checkers.Verdict {
		checked = ctx.Err() == nil
		return checkers.Reject(checkers.Anomaly{Name: "made-up"})
	}}
	r, err := harness.Run(ctx, f, w, append([]harness.Option{harness.Clients(2), harness.Duration(time.Hour)}, opts...)...)
	require.NoError(t, err)
	require.Equal(t, "interrupted before all operations were made", r.Interrupted)
	require.Len(t, inputs(r, history.Final), 1, "final reads")
	require.True(t, checked, "checked, with time to do so")
	require.Equal(t, checkers.Invalid, r.Verdict.Status)
	return r, f, time.Since(at)
}

func TestInterruptLetsOperationsFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, f, _ := interrupted(t, func(ctx context.Context) error {
			pass(900 * time.Millisecond)
			return ctx.Err()
		})
		f.requireTidy(t)
		require.Equal(t, len(r.History.Ops), r.History.Count(history.OK))
		require.Len(t, inputs(r, history.Main)[0], 3)
	})
}

func TestInterruptCancelsWhatDoesNotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, f, since := interrupted(t, func(ctx context.Context) error {
			<-ctx.Done()
			require.ErrorIs(t, context.Cause(ctx), harness.ErrInterrupted)
			return context.Cause(ctx)
		})
		f.requireTidy(t)
		require.Equal(t, "run interrupted", r.History.Notes[onlyBad(t, r)])
		require.Less(t, since, 2*time.Second, "with a timeout of 10 s")
	})
}

func TestInterruptAbandonsWhatDoesNotReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		r, f, since := interrupted(t, func(context.Context) error { <-back; return nil })
		require.Equal(t, 1, r.Orphans)
		require.Equal(t, history.Never, r.History.Ops[onlyBad(t, r)].Return)
		require.Less(t, since, 4*time.Second)
		close(back)
		synctest.Wait()
		f.requireTidy(t)
	})
}

// TestSlowCloseAfterAnInterrupt: closing has time of its own, however long ago the interrupt was.
func TestSlowCloseAfterAnInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		back := make(chan struct{})
		f := onNth(2, func(context.Context) error { cancel(); <-back; return nil })
		f.shut = func(int) error { pass(4 * time.Second); return nil }
		r, err := harness.Run(ctx, f, &numbers{final: []int{1}}, harness.Clients(2), harness.Duration(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, r.Orphans, "the operation, and no Close")
		close(back)
		pass(time.Minute)
		f.requireTidy(t)
	})
}

func TestInterruptInTheFinalReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
			if a.in < 0 {
				cancel()
				<-ctx.Done()
			}
			return 0, ctx.Err()
		}}
		start := time.Now()
		r, err := harness.Run(ctx, f, &numbers{final: []int{-1, -2}}, harness.Ops(8), harness.Timeout(time.Hour))
		require.NoError(t, err)
		require.Len(t, inputs(r, history.Final), 1)
		require.Empty(t, r.Interrupted, "all operations had been made")
		require.Less(t, time.Since(start), 10*time.Second)
		f.requireTidy(t)
	})
}

func TestInterruptBeforeTheStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := &fake{open: func(ctx context.Context, _ int) error { return ctx.Err() }}
	r, err := harness.Run(ctx, f, &numbers{final: []int{1}})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, checkers.Undecided, r.Verdict.Status)
	require.Empty(t, r.History.Ops)
	f.requireTidy(t)
}

func TestDeadlineOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		f := &fake{do: func(context.Context, asked) (float64, error) { pass(time.Second); return 0, nil }}
		r, err := harness.Run(ctx, f, &numbers{final: []int{1}}, harness.Ops(1000), harness.Clients(2))
		require.NoError(t, err)
		require.Equal(t, "the deadline came before all operations were made", r.Interrupted)
		require.InDelta(t, 120, r.Stats.Ops, 2)
		require.Len(t, inputs(r, history.Final), 1)
		f.requireTidy(t)
	})
}

func TestSetupThatFailsHalfWay(t *testing.T) {
	f := &fake{setup: func(context.Context) error { return errAny }}
	r, err := harness.Run(t.Context(), f, &numbers{})
	require.ErrorIs(t, err, errAny)
	require.ErrorContains(t, err, "setting up the target: ")
	require.Nil(t, r)
	f.requireTidy(t)
}

func TestCloseHasTimeAfterAnInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := &fake{drop: func(ctx context.Context) error { return ctx.Err() }}
	_, err := harness.Run(ctx, f, &numbers{})
	require.NoError(t, err)
	f.requireTidy(t)
}

func TestErrorsOfSetupAndCloseAreBothTold(t *testing.T) {
	other := context.DeadlineExceeded
	f := &fake{
		setup: func(context.Context) error { return errAny },
		drop:  func(context.Context) error { return other },
	}
	_, err := harness.Run(t.Context(), f, &numbers{})
	require.ErrorIs(t, err, errAny)
	require.ErrorIs(t, err, other)
}

// TestOpenThatFails fails for one of three, while another still opens and the third has.
func TestOpenThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{open: func(ctx context.Context, client int) error {
			switch client {
			case 1:
				synctest.Wait()
				return errAny
			case 2:
				<-ctx.Done() // the others need not wait
				return ctx.Err()
			}
			return nil
		}}
		start := time.Now()
		r, err := harness.Run(t.Context(), f, &numbers{final: []int{1}}, harness.Clients(3))
		require.ErrorIs(t, err, errAny)
		require.ErrorContains(t, err, "opening client 1: ")
		require.Equal(t, checkers.Undecided, r.Verdict.Status)
		require.Empty(t, r.History.Ops, "no final reads where nothing was done")
		require.Less(t, time.Since(start), time.Second)
		require.Equal(t, []int{0}, f.opened)
		f.requireTidy(t)
	})
}

func TestReopenFailsForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := onNth(2, func(context.Context) error { return errAny })
		f.open = func(_ context.Context, client int) error {
			if client >= 2 {
				return errAny
			}
			return nil
		}
		start := time.Now()
		r, err := harness.Run(t.Context(), f, &numbers{final: make([]int, 1000)}, harness.Clients(2), harness.Ops(100))
		require.ErrorContains(t, err, "a client could not be opened again: opening client ")
		require.ErrorIs(t, err, errAny)
		require.NotEmpty(t, inputs(r, history.Main))
		require.Empty(t, inputs(r, history.Final))
		require.Less(t, time.Since(start), 25*time.Second, "10 s for the client and 10 s for the final reads, however many")
		f.requireTidy(t)
	})
}

func TestReopenThatFailsOnceAndThenWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var failures atomic.Int32
		f := onNth(2, func(context.Context) error { return errAny })
		f.open = func(_ context.Context, client int) error {
			if client >= 2 && failures.Add(1) == 1 {
				return context.Canceled // whatever the reason, while the run goes on
			}
			return nil
		}
		r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(12))
		require.EqualValues(t, 12, r.Stats.Ops)
		require.True(t, slices.Equal([]int{0, 1, 3}, f.opened))
	})
}

// TestInterruptDuringAReopen: a client that can't be opened again is no failure of a run that stops anyway.
func TestInterruptDuringAReopen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := onNth(2, func(context.Context) error { return errAny })
		f.open = func(ctx context.Context, client int) error {
			if client == 1 {
				cancel()
				return ctx.Err()
			}
			return nil
		}
		r, err := harness.Run(ctx, f, &numbers{final: []int{1}}, harness.Clients(1), harness.Ops(12))
		require.NoError(t, err)
		require.EqualValues(t, 3, r.Stats.Ops)
		require.NotEmpty(t, r.Interrupted)
		require.Len(t, inputs(r, history.Final), 1)
		f.requireTidy(t)
	})
}

func TestOptionsThatAreWrong(t *testing.T) {
	for text, o := range map[string]harness.Option{
		"clients must be 1 to 100000, not 0":          harness.Clients(0),
		"clients must be 1 to 100000, not 100001":     harness.Clients(100_001),
		"ops must not be negative: -1":                harness.Ops(-1),
		"warm-up must not be negative: -1":            harness.Warmup(-1),
		"duration must not be negative: -1ns":         harness.Duration(-1),
		"timeout must be above 0, not 0s":             harness.Timeout(0),
		"check timeout must be above 0, not -1ns":     harness.CheckTimeout(-1),
		"rate must be 0 or above, and finite, not -1": harness.Rate(-1),
		"and finite, not NaN":                         harness.Rate(math.NaN()),
		"and finite, not +Inf":                        harness.Rate(math.Inf(1)),
		"progress must come every so often":           harness.OnProgress(0, func(harness.Progress) {}),
	} {
		f := &fake{}
		r, err := harness.Run(t.Context(), f, &numbers{}, o)
		require.ErrorIs(t, err, harness.ErrOption)
		require.ErrorContains(t, err, text)
		require.Nil(t, r)
		require.Zero(t, f.drops, "nothing was done")
	}
}

func TestCheckIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &numbers{check: func(ctx context.Context, _ *history.History[int, float64]) checkers.Verdict {
			<-ctx.Done()
			return checkers.Undecide("out of time")
		}}
		r := run(t, &fake{}, w, harness.CheckTimeout(5*time.Second))
		require.Equal(t, checkers.Undecided, r.Verdict.Status)
		require.Contains(t, r.Verdict.Reason, "out of time")
	})
}

// TestAClientThatIsDoneIsClosed holds that the others need not wait for what a client has whose operations are used up.
func TestAClientThatIsDoneIsClosed(t *testing.T) {
	gone := make(chan struct{})
	f := &fake{
		do: func(ctx context.Context, a asked) (float64, error) {
			if a.client == 1 {
				select {
				case <-gone:
				case <-ctx.Done():
					return 0, context.Cause(ctx)
				}
			}
			return 0, nil
		},
		shut: func(client int) error {
			if client == 0 {
				close(gone)
			}
			return nil
		},
	}
	r, err := harness.Run(t.Context(), f, &numbers{}, harness.Clients(2), harness.Ops(4))
	require.NoError(t, err)
	require.EqualValues(t, 4, r.Stats.OK)
	f.requireTidy(t)
}

// TestAClientThatIsDoneIsClosedBeforeOthersGoOn holds that a step which lockstep lets go, since a client makes no more
// operations, does not meet what that one held.
func TestAClientThatIsDoneIsClosedBeforeOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var held, met atomic.Bool
		held.Store(true)
		f := &fake{
			do: func(ctx context.Context, a asked) (float64, error) {
				if a.client == 0 {
					return 0, nil
				}
				return harness.Step(ctx, "look", func(context.Context) (float64, error) { met.Store(held.Load()); return 0, nil })
			},
			shut: func(client int) error {
				if client == 0 {
					pass(time.Second)
					held.Store(false)
				}
				return nil
			},
		}
		run(t, f, &numbers{}, harness.Clients(2), harness.Ops(2), harness.WithScheduler(harness.Lockstep(time.Hour)))
		require.False(t, met.Load())
	})
}
