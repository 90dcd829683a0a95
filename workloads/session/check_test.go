package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/session"
)

func wrote(client int32, call, end time.Duration, version int64) op {
	return op{Client: client, Call: call, Return: end, Output: out{Version: version}}
}

func read(client int32, call, end time.Duration, version int64) op {
	return op{Client: client, Call: call, Return: end, Input: in{Kind: session.Read}, Output: out{Version: version}}
}

func lost(client int32, call time.Duration) op {
	return op{Client: client, Call: call, Return: history.Never, Outcome: history.Unknown}
}

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it.
func TestExplanations(t *testing.T) {
	for _, c := range []struct {
		ops  []op
		name string
		want string
		at   []int
	}{
		{
			[]op{wrote(1, 0, 9, 7), wrote(2, 10, 19, 8), read(2, 20, 29, 7)}, checkers.UnreadWrite,
			"key 0: client 2 read version 7 (op #2) after it had written version 8 (op #1).", []int{1, 2},
		}, {
			[]op{wrote(2, 10, 19, 8), read(2, 20, 29, 0), read(2, 30, 39, 0)}, checkers.UnreadWrite,
			"key 0: client 2 read nothing (op #1) after it had written version 8 (op #0); the same happened to another read.",
			[]int{0, 1},
		}, {
			[]op{wrote(1, 0, 9, 7), wrote(1, 10, 19, 8), read(2, 20, 29, 8), read(2, 30, 39, 7), read(2, 40, 49, 7), read(2, 50, 59, 0)},
			checkers.NonMonotonicRead, "key 0: client 2 read version 7 (op #3) after it had read version 8 (op #2); " +
				"the same happened to 2 other reads.", []int{2, 3},
		}, {
			[]op{wrote(1, 0, 9, 7), read(2, 20, 29, 9)}, checkers.PhantomUpdate,
			"key 0: client 2 read version 9 (op #1), which nobody had written.", []int{1},
		}, {
			[]op{read(2, 0, 9, 7), wrote(1, 10, 19, 7)}, checkers.PhantomUpdate,
			"key 0: client 2 read version 7 (op #0), which client 1 began to write (op #1) only after that.", []int{0, 1},
		}, {
			[]op{read(2, 0, 9, 7), lost(1, 10)}, checkers.PhantomUpdate,
			"key 0: client 2 read version 7 (op #0), which nobody had written.", []int{0},
		}, {
			[]op{lost(1, 0), read(2, 10, 19, 7), read(2, 20, 29, 8)}, checkers.PhantomUpdate,
			"key 0: client 2 read version 8 (op #2), which makes 2 versions that nobody was told to have written, but writes " +
				"of unknown outcome by then only 1.", []int{1, 2},
		}, {
			[]op{lost(1, 0), read(2, 10, 19, -5)}, checkers.PhantomUpdate,
			"key 0: client 2 read version -5 (op #1), which no write can make, since versions begin at 1.", []int{1},
		}, {
			[]op{wrote(1, 0, 9, 7), wrote(2, 0, 9, 7)}, checkers.LostUpdate,
			"key 0: client 1 (op #0) and client 2 (op #1) both wrote version 7, so that one overwrote the other.", []int{0, 1},
		}, {
			[]op{wrote(1, 0, 9, 7), wrote(2, 0, 9, 7), wrote(3, 0, 9, 7)}, checkers.LostUpdate,
			"key 0: client 1 (op #0) and client 2 (op #1) both wrote version 7, so that one overwrote the other; the same with " +
				"another write.", []int{0, 1},
		},
	} {
		v := mustNew(t, 8).Check(context.Background(), &hist{Ops: c.ops})
		require.Equal(t, checkers.Invalid, v.Status, c.want)
		for _, a := range v.Anomalies[0].Arrows {
			require.Contains(t, c.at, a.To)
		}
		v.Anomalies[0].Arrows = nil // see TestArrows
		require.Equal(t, []checkers.Anomaly{{Name: c.name, Object: "key 0", Message: c.want, Ops: c.at}}, v.Anomalies)
	}
}

// TestArrows holds that a picture can show which version was not seen, and who wrote the one that was.
func TestArrows(t *testing.T) {
	ops := []op{wrote(1, 0, 1, 1), wrote(2, 2, 3, 2), read(3, 4, 5, 2), read(3, 6, 7, 1)}
	require.Equal(t, []checkers.Arrow{
		{From: 2, To: 3, Relation: checkers.Misses, Text: "version 2 was not seen"},
		{From: 0, To: 3, Relation: checkers.Reads, Text: "read version 1"},
	}, mustNew(t, 1).Check(context.Background(), &hist{Ops: ops}).Anomalies[0].Arrows)
}

// TestTwoWritesOfOneVersionHideNothing holds that what else is proved is told first.
func TestTwoWritesOfOneVersionHideNothing(t *testing.T) {
	ops := []op{wrote(1, 0, 1, 1), read(1, 2, 3, 0), wrote(2, 4, 5, 2), wrote(3, 4, 5, 2), read(4, 6, 7, 2)}
	v := mustNew(t, 1).Check(context.Background(), &hist{Ops: ops})
	require.Equal(t, checkers.Invalid, v.Status)
	require.Len(t, v.Anomalies, 2)
	require.Equal(t, checkers.UnreadWrite, v.Anomalies[0].Name)
	require.Equal(t, checkers.LostUpdate, v.Anomalies[1].Name)
}

// TestOthersMayBeBehind holds that what a client sees of the others' writes is left open, and that each key is for itself.
func TestOthersMayBeBehind(t *testing.T) {
	elsewhere := wrote(2, 50, 59, 1)
	elsewhere.Input.Key = 1
	for name, ops := range map[string][]op{
		"a stale read":         {wrote(1, 0, 9, 7), read(2, 100, 109, 0), read(3, 110, 119, 7), read(2, 120, 129, 0)},
		"others see it first":  {wrote(1, 0, 50, 7), read(2, 10, 19, 7), read(3, 20, 29, 0)},
		"another key's write":  {wrote(2, 0, 9, 7), elsewhere, read(2, 60, 69, 7)},
		"a write nobody knows": {lost(1, 0), read(2, 100, 109, 7), read(3, 200, 209, 7), read(3, 210, 219, 7)},
		"a write that failed": {
			{Client: 2, Call: 0, Return: 9, Outcome: history.Failed, Output: out{Version: 9}}, read(2, 10, 19, 0),
		},
	} {
		v := mustNew(t, 2).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Valid, v.Status, "%s: %s", name, v.Text())
	}
}

func TestMalformed(t *testing.T) {
	for want, ops := range map[string][]op{
		"malformed: operation #0: write key 8: there are keys 0 to 7":               {{Input: in{Key: 8}}},
		"malformed: operation #0: read key -1: there are keys 0 to 7":               {{Input: in{Kind: session.Read, Key: -1}}},
		"malformed: operation #0: Kind(9) is no operation on a key":                 {{Input: in{Kind: 9}}},
		"malformed: operation #0: a write was given version 0: versions begin at 1": {wrote(1, 0, 9, 0)},
	} {
		v := mustNew(t, 8).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Undecide("%s", want), v)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v := mustNew(t, 1).Check(ctx, &hist{Ops: []op{wrote(1, 0, 9, 1)}})
	require.Equal(t, checkers.Undecide("context canceled"), v)
}
