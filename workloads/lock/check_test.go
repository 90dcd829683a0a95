package lock_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/lock"
)

// at has an operation of a client take from one moment to another.
func at(client int32, call, end time.Duration, kind lock.Kind, output out) op {
	return op{Client: client, Call: call, Return: end, Input: in{Kind: kind}, Output: output}
}

func got(client int32, call, end time.Duration, token int64) op {
	return at(client, call, end, lock.Acquire, out{Got: true, Token: token})
}

func used(client int32, call, end time.Duration, seq int64) op {
	return at(client, call, end, lock.Use, out{Accepted: true, Seq: seq})
}

func released(client int32, call, end time.Duration) op {
	return at(client, call, end, lock.Release, out{Held: true})
}

func lost(client int32, call, end time.Duration) op {
	return at(client, call, end, lock.Release, out{})
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
			[]op{got(1, 0, 9, 0), got(2, 0, 9, 0), used(1, 10, 30, 5), used(2, 10, 30, 5)}, checkers.MutualExclusion,
			"lock 0: client 1 (op #2) and client 2 (op #3) were both given access 5.", []int{2, 3},
		}, {
			[]op{got(1, 0, 9, 0), got(2, 0, 9, 0), used(1, 10, 90, 7), used(2, 11, 90, 8), used(1, 91, 99, 9)},
			checkers.MutualExclusion,
			"lock 0: client 2 (op #3, access 8) used the resource between client 1's accesses 7 (op #2) and 9 (op #4) under " +
				"one grant.", []int{2, 3, 4},
		}, {
			[]op{got(1, 0, 9, 0), used(1, 10, 20, 7), used(1, 21, 29, 6)}, checkers.MutualExclusion,
			"lock 0: client 1 (op #2, access 6) came after client 1 (op #1, access 7) had ended, and must have been given a " +
				"higher number.", []int{1, 2},
		}, {
			[]op{got(1, 0, 9, 0), got(2, 10, 19, 0), used(2, 20, 29, 1), used(1, 30, 39, 2)}, checkers.MutualExclusion,
			"lock 0: client 1 (op #3, access 2) used the resource after client 2 (op #2, access 1), who was granted the lock " +
				"later: client 1 (op #0) had it before client 2 (op #1) asked for it.", []int{0, 1, 2, 3},
		}, {
			[]op{got(1, 0, 9, 0), got(2, 0, 9, 0), used(2, 20, 29, 1), released(2, 30, 35), used(1, 40, 49, 2)},
			checkers.MutualExclusion,
			"lock 0: client 1 (op #4, access 2) used the resource after client 2 (op #2, access 1), who was granted the lock " +
				"later: client 1 (op #0) had it before client 2 (op #3) released it.", []int{0, 2, 3, 4},
		}, {
			[]op{got(1, 0, 9, 0), got(2, 10, 19, 0), released(1, 20, 29)}, checkers.MutualExclusion,
			"lock 0: client 2 (op #1) was granted it while client 1 held it, from its grant (op #0) to its release (op #2).",
			[]int{0, 1, 2},
		}, {
			[]op{got(1, 0, 9, 0), got(2, 0, 9, 0), released(2, 20, 25), released(1, 26, 29)}, checkers.MutualExclusion,
			"lock 0: client 2 (op #2) still held and released it while client 1 held it, from its grant (op #0) to its release " +
				"(op #3).", []int{0, 2, 3},
		}, {
			[]op{got(1, 0, 9, 0), got(2, 0, 9, 0), released(1, 20, 29), released(2, 20, 29)}, checkers.MutualExclusion,
			"lock 0: client 1 (op #0 to #2) and client 2 (op #1 to #3) both held it, from the grant to the release.",
			[]int{0, 1, 2, 3},
		}, {
			// Client 2 came before client 3, whose release says so, and client 3 before client 1; the accesses say otherwise.
			[]op{
				got(3, 0, 9, 0), got(2, 5, 15, 0), got(1, 10, 30, 0), released(3, 25, 40), used(1, 31, 60, 1), used(2, 41, 60, 2),
			},
			checkers.MutualExclusion,
			"lock 0: client 1 (op #4, access 1) used the resource before client 2 (op #5, access 2), but was granted the lock " +
				"later: client 2 (op #1) had it before client 3 (op #3) released it, and client 3 (op #0) had it before client 1 " +
				"(op #2) asked for it.", []int{0, 1, 2, 3, 4, 5},
		}, {
			[]op{got(1, 0, 9, 34), got(2, 0, 9, 33), used(1, 10, 19, 1), used(2, 10, 19, 2)}, checkers.StaleToken,
			"lock 0: the resource accepted client 2 (op #3, token 33) as access 2, although it had accepted client 1 (op #2, " +
				"token 34) as access 1.", []int{2, 3},
		}, {
			[]op{got(1, 0, 9, 33), got(2, 0, 9, 33)}, checkers.StaleToken,
			"lock 0: client 1 (op #0) and client 2 (op #1) were both given token 33.", []int{0, 1},
		}, {
			[]op{got(1, 0, 9, 34), lost(1, 10, 19), got(2, 20, 29, 33)}, checkers.StaleToken,
			"lock 0: client 2 was given token 33, below token 34 of an earlier grant: client 1 (op #0) had it before client 2 " +
				"(op #2) asked for it.", []int{0, 2},
		}, {
			[]op{got(1, 0, 9, 34), got(2, 0, 30, 33), released(2, 31, 39)}, checkers.StaleToken,
			"lock 0: client 2 was given token 33, below token 34 of an earlier grant: client 1 (op #0) had it before client 2 " +
				"(op #2) released it.", []int{0, 1, 2},
		}, {
			[]op{got(1, 0, 9, 34), got(2, 20, 29, 0)}, checkers.StaleToken,
			"lock 0: client 2 was given token 0, below token 34 of an earlier grant: client 1 (op #0) had it before client 2 " +
				"(op #1) asked for it.", []int{0, 1},
		},
	} {
		v := mustNew(t, 8).Check(context.Background(), &hist{Ops: c.ops})
		require.Equal(t, checkers.Invalid, v.Status, c.want)
		require.Equal(t, []checkers.Anomaly{{Name: c.name, Object: "lock 0", Message: c.want, Ops: c.at}}, v.Anomalies)
	}
}

// TestTokensOfTwoAtOnce holds that tokens are not blamed where two held the lock at once, whichever came first.
func TestTokensOfTwoAtOnce(t *testing.T) {
	for _, tokens := range [][2]int64{{1, 2}, {2, 1}, {1, 1}} {
		ops := []op{got(1, 0, 1, tokens[0]), got(2, 2, 3, tokens[1]), released(1, 4, 5), released(2, 6, 7)}
		v := mustNew(t, 1).Check(context.Background(), &hist{Ops: ops})
		require.Len(t, v.Anomalies, 1, v.Text())
		require.Equal(t, checkers.MutualExclusion, v.Anomalies[0].Name)
	}
}

// TestWhatTheRestProvesStands holds that an access which nobody can judge hides nothing.
func TestWhatTheRestProvesStands(t *testing.T) {
	ops := []op{
		used(3, 0, 1, 1), got(1, 0, 9, 0), used(1, 0, 9, 0), got(2, 10, 19, 0), released(1, 20, 29),
	}
	v := mustNew(t, 1).Check(context.Background(), &hist{Ops: ops})
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, "malformed: operation #0: the resource accepted client 3, which has no grant of lock 0", v.Reason)
	require.Equal(t, []int{1, 3, 4}, v.Anomalies[0].Ops)
}

// TestThePlainestLockIsTold holds that each anomaly is told once, of the lock where the resource shows it best.
func TestThePlainestLockIsTold(t *testing.T) {
	on := func(lock int32, ops ...op) []op {
		for i := range ops {
			ops[i].Input.Lock = lock
		}
		return ops
	}
	twice := func(lock int32) []op { return on(lock, got(1, 0, 9, 0), got(2, 10, 19, 0), released(1, 20, 29)) }
	ops := append(twice(1), on(2, got(1, 0, 9, 0), got(2, 0, 9, 0), used(1, 30, 39, 5), used(2, 30, 39, 5))...)
	want := "lock 2: client 1 (op #5) and client 2 (op #6) were both given access 5; the same on "
	tell := func() string { return mustNew(t, 8).Check(context.Background(), &hist{Ops: ops}).Anomalies[0].Message }
	require.Equal(t, want+"another lock.", tell())
	ops = append(ops, twice(3)...)
	require.Equal(t, want+"2 other locks.", tell())
}

// TestLostLeasesAreRight holds that a holder which has lost its lock is wrong only where the resource shows it.
func TestLostLeasesAreRight(t *testing.T) {
	refused := at(1, 50, 59, lock.Use, out{})
	for name, ops := range map[string][]op{
		"refused": {
			got(1, 0, 9, 1), used(1, 10, 19, 1), got(2, 20, 29, 2), used(2, 30, 39, 2), refused, lost(1, 60, 69),
		},
		"served before the next":  {got(1, 0, 9, 1), got(2, 20, 29, 2), used(1, 30, 39, 1), used(2, 40, 49, 2), released(2, 60, 69)},
		"not known to be held":    {got(1, 0, 9, 1), got(2, 20, 29, 2), lost(1, 60, 69), released(2, 70, 79)},
		"granted at one moment":   {got(1, 0, 9, 0), got(2, 9, 10, 0), used(2, 11, 12, 1), used(1, 13, 14, 2)},
		"released as it was told": {got(1, 0, 9, 0), released(1, 10, 30), got(2, 20, 25, 0), released(2, 30, 40)},
	} {
		v := mustNew(t, 1).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Valid, v.Status, "%s: %s", name, v.Text())
	}
}

// TestUnknown holds that what nobody knows proves nothing: neither a grant, nor an access, nor an end.
func TestUnknown(t *testing.T) {
	unknown := func(o op) op { o.Outcome = history.Unknown; o.Output = out{}; o.Return = history.Never; return o }
	failed := func(o op) op { o.Outcome = history.Failed; o.Output = out{}; return o }
	for name, ops := range map[string][]op{
		"acquire": {unknown(got(1, 0, 9, 0)), got(2, 10, 19, 0), released(2, 20, 29)},
		"use":     {got(1, 0, 9, 0), got(2, 10, 19, 0), used(2, 20, 29, 1), unknown(used(1, 30, 39, 2))},
		"release": {got(1, 0, 9, 0), unknown(released(1, 30, 39)), got(2, 10, 19, 0)},
		"failed":  {got(1, 0, 9, 0), got(2, 10, 19, 0), failed(released(1, 20, 29)), failed(used(1, 30, 39, 2))},
	} {
		v := mustNew(t, 1).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Valid, v.Status, "%s: %s", name, v.Text())
	}
	ops := []op{got(1, 0, 9, 0), failed(released(1, 10, 11)), got(2, 12, 19, 0), released(1, 20, 29)}
	v := mustNew(t, 1).Check(context.Background(), &hist{Ops: ops})
	require.Equal(t, checkers.Invalid, v.Status, "a release that failed has left the lock held")
}

func TestMalformed(t *testing.T) {
	for want, ops := range map[string][]op{
		"malformed: operation #0: acquire lock 8: there are locks 0 to 7": {{Input: in{Lock: 8}}},
		"malformed: operation #0: use lock -1: there are locks 0 to 7":    {{Input: in{Kind: lock.Use, Lock: -1}}},
		"malformed: operation #0: Kind(9) is no operation on a lock":      {{Input: in{Kind: 9}}},
		"malformed: operation #1: access 0: accesses are numbered from 1": {got(1, 0, 9, 0), used(1, 10, 19, 0)},

		"malformed: operation #0: the resource accepted client 1, which has no grant of lock 0": {used(1, 10, 19, 1)},
		"malformed: operation #2: the resource accepted client 1, which has no grant of lock 0": {
			got(1, 0, 9, 0), released(1, 10, 11), used(1, 12, 19, 1),
		},
	} {
		v := mustNew(t, 8).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Undecide("%s", want), v)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v := mustNew(t, 1).Check(ctx, &hist{Ops: []op{got(1, 0, 9, 0)}})
	require.Equal(t, checkers.Undecide("context canceled"), v)
}
