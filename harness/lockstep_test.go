package harness_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/memcells"
	"github.com/lostupdate/stress/workloads/wallet"
)

// store makes a store of the memory strategy with the name.
func store(t testing.TB, name string) cells.Store {
	t.Helper()
	for _, s := range memcells.Strategies() {
		if s.Name == name {
			return s.New("", 1)
		}
	}
	require.Fail(t, "no such strategy", name)
	return nil
}

func twoDeducts(t *testing.T, strategy string, s harness.Scheduler) checkers.Verdict {
	t.Helper()
	w := wallet.TwoDeducts()
	r, err := harness.Run(t.Context(), cells.Wallet(store(t, strategy), w.Initial()), w,
		harness.Clients(2), harness.Ops(2), harness.WithScheduler(s))
	require.NoError(t, err)
	require.InDelta(t, 1, r.Stats.Contended, 0)
	return r.Verdict
}

// TestLockstepFindsTheRaceEveryTime has no patience that could run out: nothing but lockstep itself lets the steps go.
func TestLockstepFindsTheRaceEveryTime(t *testing.T) {
	for range 100 {
		v := twoDeducts(t, "read-modify-write", harness.Lockstep(time.Hour))
		require.Equal(t, checkers.Invalid, v.Status)
		require.Equal(t, checkers.LostUpdate, v.Anomalies[0].Name)
	}
}

// TestLockstepFindsNoneWhereThereIsNone runs on a clock on which patience is over once nobody can go on.
func TestLockstepFindsNoneWhereThereIsNone(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			require.Equal(t, checkers.Valid, twoDeducts(t, "mutex", harness.Lockstep(time.Second)).Status)
			require.Positive(t, time.Since(start)/time.Second, "one waited for the lock, and the other for it")
		})
	}
}

// TestLockstepBothReadBeforeEitherWrites counts who has read when somebody writes, over many operations.
func TestLockstepBothReadBeforeEitherWrites(t *testing.T) {
	var read atomic.Int64
	f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
		_, err := harness.Step(ctx, "read", func(context.Context) (int64, error) { return read.Add(1), nil })
		if err != nil {
			return 0, err
		}
		seen, err := harness.Step(ctx, "write", func(context.Context) (int64, error) { return read.Load(), nil })
		if want := int64(2 * (a.n + 1)); err == nil && seen != want {
			t.Errorf("operation %d wrote when %d had read, not %d", a.n, seen, want)
		}
		return 0, err
	}}
	run(t, f, &numbers{}, harness.Clients(2), harness.Ops(200), harness.WithScheduler(harness.Lockstep(time.Hour)))
}

// TestLockstepDoesNotWaitForThoseWhoHaveLeft gives one of three clients fewer operations, and lets another fall into a
// new identity: with patience of an hour, any wait for them would show.
func TestLockstepDoesNotWaitForThoseWhoHaveLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
			if a.client == 1 && a.n == 1 {
				return 0, errAny
			}
			return stepping(ctx, a)
		}}
		start := time.Now()
		run(t, f, &numbers{}, harness.Clients(3), harness.Ops(10), harness.WithScheduler(harness.Lockstep(time.Hour)))
		require.Less(t, time.Since(start), time.Minute)
	})
}

func TestLockstepEndsWithTheOperation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
			if a.client == 0 && a.n == 0 { // makes no step, so that the other waits at its own until its time is over
				<-back
			}
			v, err := stepping(ctx, a)
			if a.client == 1 && a.n == 0 {
				require.ErrorIs(t, err, harness.ErrTimeout)
				close(back)
			}
			return v, err
		}}
		r := run(t, f, &numbers{}, harness.Clients(2), harness.Ops(4), harness.Timeout(5*time.Second),
			harness.WithScheduler(harness.Lockstep(time.Hour)))
		require.Positive(t, r.Stats.OK)
	})
}

// TestLockstepGateOpensOnce: those who gave up waiting at one gate must not open the next.
func TestLockstepGateOpensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := harness.Lockstep(time.Second)
		a, b := s.Stepper(0, 1), s.Stepper(1, 1)
		start := time.Now()
		step := func(p harness.Stepper, at time.Duration, done chan<- time.Duration) {
			pass(at)
			_ = p.Before(t.Context(), "step")
			done <- time.Since(start)
		}
		first, second := make(chan time.Duration, 1), make(chan time.Duration, 1)
		go step(a, 0, first)
		go step(b, 1500*time.Millisecond, second)
		require.Equal(t, time.Second, <-first, "patience has run out")
		require.Equal(t, 2500*time.Millisecond, <-second, "and again")
		a.Leave()
		b.Leave()
	})
}
