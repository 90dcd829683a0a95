package harness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

func TestMakesExactlyTheOperationsAskedFor(t *testing.T) {
	for _, c := range []struct{ clients, ops, warmup int }{
		{1, 1, 0}, {1, 10, 3}, {3, 10, 0}, {3, 10, 4}, {8, 3, 1}, {2, 2, 0},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			r := run(t, &fake{}, &numbers{final: []int{7, 8}},
				harness.Clients(c.clients), harness.Ops(c.ops), harness.Warmup(c.warmup))
			requireShares(t, inputs(r, history.Main), c.clients, c.ops)
			requireShares(t, inputs(r, history.Warmup), c.clients, c.warmup)
			require.Equal(t, map[int32][]int{int32(c.clients): {7, 8}}, inputs(r, history.Final))
			require.EqualValues(t, c.ops, r.Stats.Ops)
			require.Empty(t, r.Interrupted)
			require.Equal(t, c.clients, r.History.Info.Clients)
		})
	}
}

// requireShares holds that the operations are spread over the clients 0 to clients-1 as evenly as can be.
func requireShares(t *testing.T, all map[int32][]int, clients, ops int) {
	t.Helper()
	for id := range clients {
		share := ops / clients
		if id < ops%clients {
			share++
		}
		require.Len(t, all[int32(id)], share, "client %d", id)
		delete(all, int32(id))
	}
	require.Empty(t, all, "identities beyond the clients")
}

func TestDefaults(t *testing.T) {
	r := run(t, &fake{}, &numbers{})
	require.EqualValues(t, harness.DefaultOps, r.Stats.Ops)
	require.Equal(t, harness.DefaultClients, r.History.Info.Clients)
	require.NotZero(t, r.History.Info.Seed)
	require.NotEqual(t, r.History.Info.Seed, run(t, &fake{}, &numbers{}).History.Info.Seed)
}

func TestSameSeedGivesTheSameOperations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		under := func(seed uint64, s harness.Scheduler) map[int32][]int {
			r := run(t, &fake{do: stepping}, &numbers{}, harness.Clients(4), harness.Ops(60), harness.Warmup(10),
				harness.Seed(seed), harness.WithScheduler(s))
			require.Equal(t, seed, r.History.Info.Seed)
			return inputs(r, history.Main)
		}
		want := under(7, nil)
		require.Equal(t, want, under(7, nil))
		require.Equal(t, want, under(7, harness.Perturb()))
		require.Equal(t, want, under(7, harness.Lockstep(time.Second)))
		require.NotEqual(t, want, under(8, nil))
		require.NotEqual(t, want[0], want[1], "two clients are not asked the same")
	})
}

// stepping answers in two steps.
func stepping(ctx context.Context, a asked) (float64, error) {
	read := func(context.Context) (float64, error) { return float64(a.in), nil }
	if v, err := harness.Step(ctx, "one", read); err != nil {
		return v, harness.NotApplied(err)
	}
	v, err := harness.Step(ctx, "two", read)
	return v, harness.NotApplied(err)
}

func TestWarmupIsRecordedAndNotCounted(t *testing.T) {
	r := run(t, &fake{}, &numbers{}, harness.Clients(2), harness.Ops(10), harness.Warmup(6))
	var phases []history.Phase
	for _, op := range r.History.Ops {
		phases = append(phases, op.Phase)
	}
	require.IsNonDecreasing(t, beforeMain(phases), "no client is in the main part while another warms up")
	require.Len(t, phases, 16)
	require.EqualValues(t, 10, r.Stats.Ops)
	require.EqualValues(t, 10, r.Stats.Kinds[0].Count)
}

func beforeMain(phases []history.Phase) []int {
	order := make([]int, len(phases))
	for i, p := range phases {
		if p == history.Main {
			order[i] = 1
		}
	}
	return order
}

func TestDurationEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(context.Context, asked) (float64, error) { pass(time.Millisecond); return 0, nil }}
		r := run(t, f, &numbers{final: []int{1}}, harness.Clients(2), harness.Duration(100*time.Millisecond+1),
			harness.Warmup(50), harness.WithScheduler(nil))
		require.EqualValues(t, 202, r.Stats.Ops, "one more is under way when time is up, and is waited for")
		require.Equal(t, 101*time.Millisecond, r.Stats.Elapsed)
		require.Empty(t, r.Interrupted)
		require.Equal(t, 253, r.History.Count(history.OK))
	})
}

func TestOpsEndTheRunBeforeItsDuration(t *testing.T) {
	r := run(t, &fake{}, &numbers{}, harness.Ops(5), harness.Duration(time.Hour))
	require.EqualValues(t, 5, r.Stats.Ops)
}

// TestRateKeepsATimetable stalls the first operation of client 0 for five of its intervals. Those that it kept waiting
// count from when they should have started.
func TestRateKeepsATimetable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(_ context.Context, a asked) (float64, error) {
			if a.client == 0 && a.n == 0 {
				pass(10 * time.Millisecond)
			}
			return 0, nil
		}}
		w := &numbers{
			gen:   always,
			class: func(in int) harness.Class { return harness.Class{Kind: fmt.Sprint("client ", in)} },
		}
		r := run(t, f, w, harness.Clients(2), harness.Ops(10), harness.Rate(1000), harness.WithScheduler(nil))
		late, onTime := r.Stats.Kinds[0], r.Stats.Kinds[1]
		require.InEpsilon(t, 6*time.Millisecond, late.P50, 0.01, "of 10, 8, 6, 4 and 2 ms")
		require.InEpsilon(t, 6*time.Millisecond, late.Mean, 0.01)
		require.InEpsilon(t, 10*time.Millisecond, late.Max, 0.01)
		require.Zero(t, onTime.Max)
		requireEvery(t, r, 1, 2*time.Millisecond)
	})
}

// always asks the same.
func always(in int) harness.Generator[int, float64] {
	return func(*rand.Rand, *history.Op[int, float64]) int { return in }
}

// requireEvery holds that the client called at even times.
func requireEvery(t *testing.T, r *result, client int32, interval time.Duration) {
	t.Helper()
	var last time.Duration
	for _, op := range r.History.Ops {
		if op.Client != client {
			continue
		}
		if last > 0 {
			require.Equal(t, interval, op.Call-last)
		}
		last = op.Call
	}
}

func TestRateEndsWhileClientsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, &fake{}, &numbers{}, harness.Clients(2), harness.Rate(1), harness.Duration(3500*time.Millisecond))
		require.EqualValues(t, 4, r.Stats.Ops)
	})
}

func TestNobodyStartsBeforeAllAreOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		last := make(chan struct{})
		var done atomic.Int64
		f := &fake{
			open: func(_ context.Context, client int) error {
				if client == 2 {
					<-last
				}
				return nil
			},
			do: func(context.Context, asked) (float64, error) { done.Add(1); return 0, nil },
		}
		go func() {
			synctest.Wait()
			if done.Load() != 0 {
				t.Error("an operation was made while a client was opening")
			}
			close(last)
		}()
		run(t, f, &numbers{}, harness.Clients(3), harness.Ops(9))
		require.EqualValues(t, 9, done.Load())
	})
}

func TestGeneratorSeesTheOperationBefore(t *testing.T) {
	f := &fake{do: func(_ context.Context, a asked) (float64, error) {
		if a.in == 3 {
			return 0, harness.NotApplied(errAny)
		}
		return float64(10 * a.in), nil
	}}
	w := &numbers{gen: func(int) harness.Generator[int, float64] {
		n := 0
		return func(_ *rand.Rand, prev *history.Op[int, float64]) int {
			n++
			switch n {
			case 1, 4:
				require.Nil(t, prev, "at the start, and after what was not OK")
			default:
				require.Equal(t, n-1, prev.Input)
				require.InDelta(t, 10*(n-1), prev.Output, 0)
			}
			return n
		}
	}}
	run(t, f, w, harness.Clients(1), harness.Ops(6))
}
