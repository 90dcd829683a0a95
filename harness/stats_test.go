package harness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// counting asks 1, 2, 3 and so on.
func counting(int) harness.Generator[int, float64] {
	n := 0
	return func(*rand.Rand, *history.Op[int, float64]) int { n++; return n }
}

// TestLatencies takes n ms for the n-th operation; every tenth fails and every hundredth is unknown.
func TestLatencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(_ context.Context, a asked) (float64, error) {
			pass(time.Duration(a.in) * time.Millisecond)
			switch {
			case a.in%100 == 0:
				return 0, errAny
			case a.in%10 == 0:
				return 0, harness.NotApplied(errAny)
			}
			return 0, nil
		}}
		w := &numbers{gen: counting, class: func(in int) harness.Class {
			return harness.Class{Kind: fmt.Sprint("kind ", in%2)}
		}}
		s := run(t, f, w, harness.Clients(1), harness.Ops(1000), harness.WithScheduler(nil)).Stats
		require.EqualValues(t, 1000, s.Ops)
		require.EqualValues(t, 900, s.OK)
		require.EqualValues(t, 90, s.Failed)
		require.EqualValues(t, 10, s.Unknown)
		require.Equal(t, 500500*time.Millisecond, s.Elapsed)
		require.InEpsilon(t, 900/500.5, s.Throughput, 1e-9)
		require.Len(t, s.Kinds, 4)
		requireKind(t, s.Kinds[0], "kind 0", history.OK, 400, 500, 998)
		requireKind(t, s.Kinds[1], "kind 0", history.Failed, 90, 490, 990)
		requireKind(t, s.Kinds[2], "kind 0", history.Unknown, 10, 500, 1000)
		requireKind(t, s.Kinds[3], "kind 1", history.OK, 500, 500, 999)
		over := harness.KindStats{Count: s.OK, P50: s.P50, P90: s.P90, P99: s.P99, P999: s.P999, Max: s.Max}
		requireKind(t, over, "", history.OK, 900, 500, 999)
		require.InEpsilon(t, float64(500*time.Millisecond), s.Mean, 0.01)
	})
}

func requireKind(t *testing.T, k harness.KindStats, kind string, o history.Outcome, count, median, most int64) {
	t.Helper()
	require.Equal(t, kind, k.Kind)
	require.Equal(t, o, k.Outcome)
	require.Equal(t, count, k.Count)
	ms := float64(time.Millisecond)
	require.InEpsilon(t, float64(median)*ms, k.P50, 0.012)
	require.InEpsilon(t, float64(most)*ms, k.Max, 0.01)
	require.IsNonDecreasing(t, []time.Duration{k.P50, k.P90, k.P99, k.P999, k.Max})
}

// TestStatsOfAHistoryAreThoseOfTheRun compares what was counted on the way with what can be counted after it.
func TestStatsOfAHistoryAreThoseOfTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
			pass(time.Duration(a.in) * time.Microsecond)
			switch {
			case a.client == 2 && a.n == 5:
				<-back
			case a.in%50 == 0:
				return 0, errAny
			case a.in%7 == 0:
				harness.Retried(ctx)
				return 0, harness.NotApplied(errAny)
			}
			return 0, nil
		}}
		w := &numbers{class: func(in int) harness.Class {
			return harness.Class{Kind: fmt.Sprint(in % 3), ReadOnly: in%3 == 0, Key: uint64(in % 5)}
		}, final: []int{1}}
		r, err := harness.Run(t.Context(), f, w, harness.Ops(800), harness.Warmup(80), harness.WithScheduler(nil))
		require.NoError(t, err)
		require.NotZero(t, r.Stats.Retries)
		require.NotZero(t, r.Stats.Contended)
		again := harness.StatsOf(r.History, w)
		require.InDelta(t, r.Stats.Elapsed, again.Elapsed, 10, "it starts at the first call")
		again.Elapsed, again.Throughput = r.Stats.Elapsed, r.Stats.Throughput
		require.Equal(t, r.Stats, again)
		close(back)
	})
}

func TestStatsOfNothing(t *testing.T) {
	w := &numbers{}
	require.Zero(t, harness.StatsOf(&history.History[int, float64]{}, w))
	never := &history.History[int, float64]{Ops: []history.Op[int, float64]{
		{Call: 5, Return: history.Never, Outcome: history.Unknown},
	}}
	s := harness.StatsOf(never, w)
	require.EqualValues(t, 1, s.Unknown)
	require.Zero(t, s.Elapsed)
}

func TestShortLatenciesAreExact(t *testing.T) {
	h := &history.History[int, float64]{Ops: []history.Op[int, float64]{{Return: 150}}}
	k := harness.StatsOf(h, &numbers{}).Kinds[0]
	require.Equal(t, 150*time.Nanosecond, k.P50)
	require.Equal(t, 150*time.Nanosecond, k.Max)
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(_ context.Context, a asked) (float64, error) {
			pass(10 * time.Millisecond)
			if a.in == 3 {
				return 0, harness.NotApplied(errAny)
			}
			return 0, nil
		}}
		var told []harness.Progress
		run(t, f, &numbers{gen: counting}, harness.Clients(1), harness.Ops(25), harness.Warmup(5),
			harness.WithScheduler(nil), harness.Duration(time.Hour),
			harness.OnProgress(100*time.Millisecond+1, func(p harness.Progress) { told = append(told, p) }))
		require.Len(t, told, 3, "two on the way, and the last")
		require.EqualValues(t, 10, told[0].Ops)
		require.EqualValues(t, 20, told[1].Ops)
		require.EqualValues(t, 25, told[2].Ops)
		require.InDelta(t, 100, told[1].Rate, 1)
		require.EqualValues(t, 25, told[2].Total)
		require.Equal(t, time.Hour, told[2].Limit)
	})
}

func TestVacuousRuns(t *testing.T) {
	refuse := &fake{do: func(context.Context, asked) (float64, error) { return 0, harness.NotApplied(errAny) }}
	v := run(t, refuse, &numbers{}, harness.Ops(10)).Verdict
	require.Equal(t, checkers.Undecided, v.Status)
	require.Contains(t, v.Reason, "only 0 of 10 operations were OK")
	v = run(t, &fake{}, &numbers{}, harness.Clients(1)).Verdict
	require.Equal(t, checkers.Undecided, v.Status)
	require.Contains(t, v.Reason, "no two clients' operations on one object overlapped")
	v = run(t, &fake{}, &numbers{}, harness.Clients(1), harness.AllowVacuous()).Verdict
	require.Equal(t, checkers.Verdict{}, v)
	wrong := &numbers{check: func(context.Context, *history.History[int, float64]) checkers.Verdict {
		return checkers.Reject(checkers.Anomaly{Name: "made-up"})
	}}
	v = run(t, &fake{}, wrong, harness.Clients(1)).Verdict
	require.Equal(t, checkers.Invalid, v.Status, "outranks undecided")
}

// TestManyClientsShareTallies: the memory of statistics does not grow with the clients.
func TestManyClientsShareTallies(t *testing.T) {
	r := run(t, &fake{}, &numbers{}, harness.Clients(1000), harness.Ops(3000), harness.WithScheduler(nil))
	require.EqualValues(t, 3000, r.Stats.OK)
	require.EqualValues(t, 3000, r.Stats.Kinds[0].Count)
}
