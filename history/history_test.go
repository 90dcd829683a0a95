package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/lostupdate/stress/history"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNamesOfOutcomesAndPhasesReadBack(t *testing.T) {
	for _, outcome := range []history.Outcome{history.OK, history.Failed, history.Unknown} {
		text, err := json.Marshal(outcome)
		require.NoError(t, err)
		require.JSONEq(t, `"`+outcome.String()+`"`, string(text))
		got := history.Outcome(99)
		require.NoError(t, json.Unmarshal(text, &got))
		require.Equal(t, outcome, got)
	}
	for _, phase := range []history.Phase{history.Main, history.Warmup, history.Final} {
		text, err := json.Marshal(phase)
		require.NoError(t, err)
		got := history.Phase(99)
		require.NoError(t, json.Unmarshal(text, &got))
		require.Equal(t, phase, got)
	}
}

func TestNamesThatAreNoneAreErrors(t *testing.T) {
	var outcome history.Outcome
	require.ErrorContains(t, outcome.UnmarshalText([]byte("OK")), "ok, failed, unknown")
	var phase history.Phase
	require.ErrorContains(t, phase.UnmarshalText([]byte("")), "main, warmup, final")
	_, err := history.Outcome(3).MarshalText()
	require.ErrorContains(t, err, "Outcome(3)")
	_, err = history.Phase(3).MarshalText()
	require.ErrorContains(t, err, "Phase(3)")
}

func TestIntervalsAreClosed(t *testing.T) {
	op := func(call, ret time.Duration) *history.Op[int, int] {
		return &history.Op[int, int]{Call: call, Return: ret}
	}
	require.True(t, op(1, 2).Overlaps(op(2, 3)))
	require.True(t, op(2, 3).Overlaps(op(1, 2)))
	require.True(t, op(1, 9).Overlaps(op(2, 3)))
	require.False(t, op(1, 2).Overlaps(op(3, 4)))
	require.False(t, op(3, 4).Overlaps(op(1, 2)))
	require.True(t, op(1, history.Never).Overlaps(op(8, 9)))
}

func TestSortOrdersByCallThenClientAndNotesFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := history.History[int, string]{Notes: map[int]string{}}
		for i := range rapid.IntRange(0, 60).Draw(t, "ops") {
			op := history.Op[int, string]{
				Call:   time.Duration(rapid.IntRange(0, 20).Draw(t, "call")),
				Client: int32(rapid.IntRange(0, 3).Draw(t, "client")),
				Input:  i,
			}
			if rapid.Bool().Draw(t, "noted") {
				op.Output = rapid.StringN(1, 5, -1).Draw(t, "note")
				h.Notes[i] = op.Output
			}
			h.Ops = append(h.Ops, op)
		}
		before := len(h.Ops)
		h.Sort()
		require.Len(t, h.Ops, before)
		requireOrder(t, h.Ops)
		for i, op := range h.Ops {
			require.Equal(t, op.Output, h.Notes[i])
		}
	})
}

// requireOrder holds that operations are in order of call, ties by client, and those of one client as they were made;
// Input counts them.
func requireOrder[O any](t require.TestingT, ops []history.Op[int, O]) {
	for i := 1; i < len(ops); i++ {
		a, b := ops[i-1], ops[i]
		require.LessOrEqual(t, a.Call, b.Call)
		if a.Call == b.Call {
			require.LessOrEqual(t, a.Client, b.Client)
		}
		if a.Call == b.Call && a.Client == b.Client {
			require.Less(t, a.Input, b.Input)
		}
	}
}
