package quota_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/quota"
)

func took(client int32, n int64) op {
	return op{Client: client, Return: 10, Input: in{Quota: 7, Amount: n}}
}

func refused(client int32, n int64) op {
	o := took(client, n)
	o.Output.Refused = true
	return o
}

func unknown(client int32, n int64) op {
	o := took(client, n)
	o.Outcome, o.Return = history.Unknown, history.Never
	return o
}

func found(client int32, n int64) op {
	return op{Client: client, Return: 10, Input: in{Kind: quota.Used, Quota: 7}, Output: out{Used: n}}
}

// late moves operations behind those that end at 10.
func late(o op) op {
	o.Call, o.Return = 20, 30
	return o
}

// first ends an operation a little before the others.
func first(o op) op {
	o.Return = 9
	return o
}

// last makes an operation one of those after all else.
func last(o op) op {
	o.Phase = history.Final
	return o
}

func of(key int32, o op) op {
	o.Input.Quota = key
	return o
}

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it. The limit is 3.
func TestExplanations(t *testing.T) {
	for _, c := range []struct {
		ops  []op
		want checkers.Anomaly
	}{
		{
			[]op{took(3, 2), took(5, 2)}, checkers.Anomaly{
				Name: checkers.OverLimit, Ops: []int{0, 1}, Lost: 1,
				Message: "quota 7: 4 were given out of 3: client 3 (op #0) took 2 and client 5 (op #1) took 2.",
			},
		}, {
			[]op{took(1, 1), took(3, 2), refused(4, 1), took(5, 3), unknown(6, 1)}, checkers.Anomaly{
				Name: checkers.OverLimit, Ops: []int{1, 3}, Lost: 3, Message: "quota 7: 6 were given out of 3, by 3 takes; " +
					"too much already is that client 3 (op #1) took 2 and client 5 (op #3) took 3.",
			},
		}, {
			[]op{took(1, 4)}, checkers.Anomaly{
				Name: checkers.OverLimit, Ops: []int{0}, Lost: 1, Message: "quota 7: 4 were given out of 3: client 1 (op #0) took 4.",
			},
		}, {
			[]op{took(1, 2), unknown(2, 2), found(3, 4)}, checkers.Anomaly{
				Name: checkers.OverLimit, Ops: []int{2}, Lost: 1, Message: "quota 7: client 3 (op #2) found 4 given out of 3.",
			},
		}, {
			[]op{took(1, 1), late(refused(2, 2))}, checkers.Anomaly{
				Name: checkers.FalseRefusal, Ops: []int{1},
				Message: "quota 7: client 2 (op #1, take 2) was refused, although at most 1 of 3 were given out by then.",
			},
		}, {
			[]op{took(1, 1), late(refused(2, 2)), late(refused(3, 1)), late(refused(4, 3))}, checkers.Anomaly{
				Name: checkers.FalseRefusal, Ops: []int{1, 3},
				Message: "quota 7: client 2 (op #1, take 2) was refused, although at most 1 of 3 were given out by then; " +
					"client 4 (op #3, take 3) was under way, and was refused too.",
			},
		}, {
			[]op{refused(2, 2), unknown(3, 1)}, checkers.Anomaly{
				Name: checkers.FalseRefusal, Ops: []int{0},
				Message: "quota 7: client 2 (op #0, take 2) was refused, although at most 1 of 3 were given out by then.",
			},
		}, {
			[]op{took(1, 1), late(found(2, 0))}, checkers.Anomaly{
				Name: checkers.LostUpdate, Ops: []int{0, 1}, Lost: 1, Updates: 1, Of: 1,
				Message: "quota 7: client 2 (op #1) found 0 given out, although client 1 (op #0) took 1 before.",
			},
		}, {
			[]op{took(1, 1), took(3, 1), took(4, 1), of(1, took(5, 1)), late(found(2, 1))}, checkers.Anomaly{
				Name: checkers.LostUpdate, Ops: []int{0, 1, 4}, Lost: 2, Updates: 2, Of: 4,
				Message: "quota 7: client 2 (op #4) found 1 given out, although client 1 (op #0) took 1 and client 3 (op #1) " +
					"took 1 before; 3 takes together took 3.",
			},
		}, {
			[]op{took(1, 1), late(found(2, 0)), {Client: 3, Call: 40, Return: 50, Input: found(3, 1).Input, Output: out{Used: 1}}},
			checkers.Anomaly{
				Name: checkers.StaleRead, Ops: []int{0, 1}, Lost: 1,
				Message: "quota 7: client 2 (op #1) found 0 given out, although client 1 (op #0) took 1 before.",
			},
		}, {
			// What one found and a later one did not is there, as long as that is not the last of all.
			[]op{took(1, 1), first(found(3, 1)), late(found(2, 0))}, checkers.Anomaly{
				Name: checkers.StaleRead, Ops: []int{0, 2}, Lost: 1,
				Message: "quota 7: client 2 (op #2) found 0 given out, although client 1 (op #0) took 1 before.",
			},
		}, {
			[]op{took(1, 1), first(found(3, 1)), last(late(found(2, 0)))}, checkers.Anomaly{
				Name: checkers.LostUpdate, Ops: []int{0, 2}, Lost: 1, Updates: 1, Of: 1,
				Message: "quota 7: client 2 (op #2) found 0 given out, although client 1 (op #0) took 1 before.",
			},
		}, {
			[]op{took(1, 1), late(found(2, -1)), late(found(3, -2))}, checkers.Anomaly{
				Name: checkers.PhantomUpdate, Ops: []int{1},
				Message: "quota 7: client 2 (op #1) found -1 given out, which is less than nothing.",
			},
		}, {
			[]op{took(1, 1), found(2, 2), late(took(3, 1))}, checkers.Anomaly{
				Name: checkers.PhantomUpdate, Ops: []int{1},
				Message: "quota 7: client 2 (op #1) found 2 given out, although at most 1 were by then.",
			},
		},
	} {
		c.want.Object = "quota 7"
		v := mustNew(t, 8, 3).Check(context.Background(), &hist{Ops: c.ops})
		require.Equal(t, checkers.Invalid, v.Status, c.want)
		require.Equal(t, []checkers.Anomaly{c.want}, v.Anomalies)
	}
}

// TestManyTakesAreNotAllTold holds that a long proof is told in a short sentence, and names all of its operations.
func TestManyTakesAreNotAllTold(t *testing.T) {
	var ops []op
	for client := range int32(7) {
		ops = append(ops, took(client, 1))
	}
	v := mustNew(t, 8, 6).Check(context.Background(), &hist{Ops: ops})
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6}, v.Anomalies[0].Ops)
	require.Equal(t, "quota 7: 7 were given out of 6: client 0 (op #0) took 1, client 1 (op #1) took 1, client 2 (op #2) took 1, "+
		"client 3 (op #3) took 1 and 3 more took 3.", v.Anomalies[0].Message)
}

// TestThePlainestQuotaIsTold holds that each anomaly is told once, of the quota that takes fewest operations to tell.
func TestThePlainestQuotaIsTold(t *testing.T) {
	ops := []op{took(1, 1), took(2, 1), took(3, 2), of(1, took(4, 3)), of(1, took(5, 3)), of(2, refused(6, 1))}
	tell := func(ops []op) (found []string) {
		for _, a := range mustNew(t, 8, 3).Check(context.Background(), &hist{Ops: ops}).Anomalies {
			found = append(found, a.Text())
		}
		return found
	}
	over := "over-limit: quota 1: 6 were given out of 3: client 4 (op #3) took 3 and client 5 (op #4) took 3"
	early := "false-refusal: quota 2: client 6 (op #5, take 1) was refused, although at most 0 of 3 were given out by then."
	require.Equal(t, []string{over + "; the same on another quota.", early}, tell(ops))
	ops = append(ops, of(3, took(7, 3)), of(3, took(8, 1)))
	require.Equal(t, []string{over + "; the same on 2 other quotas.", early}, tell(ops))
}

// TestOneAfterTheOther holds that what no sum can tell is left to the search: of two refusals each has room for itself in
// what others took, and the second came after the first read.
func TestOneAfterTheOther(t *testing.T) {
	ops := []op{took(1, 1), late(found(2, 1)), late(took(3, 1)), late(took(4, 1)), late(found(5, 3)), late(refused(3, 1))}
	ops[4].Call, ops[4].Return = 21, 22
	ops[1].Call, ops[1].Return = 23, 24
	ops[5].Client = 6
	v := mustNew(t, 8, 3).Check(context.Background(), &hist{Ops: ops})
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, checkers.NonLinearizable, v.Anomalies[0].Name)
	require.Contains(t, v.Anomalies[0].Message, "quota 7")
}

// polls is a context that counts how often it is asked whether it is done, and is done from some time on.
type polls struct {
	context.Context
	n, until int
}

func (p *polls) Err() error {
	if p.n++; p.n > p.until {
		return context.Canceled
	}
	return nil
}

// TestTheCheckHeedsItsContext holds that it does so at every step, and keeps what it has found by then.
func TestTheCheckHeedsItsContext(t *testing.T) {
	w, h := mustNew(t, 8, 3), &hist{Ops: []op{took(1, 2), took(2, 2), late(found(3, 0))}}
	seen := map[checkers.Status]int{}
	for until := range 8 {
		v := w.Check(&polls{Context: t.Context(), until: until}, h)
		seen[v.Status]++
		if v.Status == checkers.Invalid {
			require.Equal(t, checkers.OverLimit, v.Anomalies[0].Name)
		}
	}
	require.Equal(t, map[checkers.Status]int{checkers.Undecided: 3, checkers.Invalid: 5}, seen)
}

// TestManyReadsOfLessThanNothing holds that they are told of before the search, which would take for ever: a context that is
// soon done is enough.
func TestManyReadsOfLessThanNothing(t *testing.T) {
	const n = 20_000
	ops := make([]op, 0, 2*n)
	for i := range 2 * n {
		o := took(1, 1)
		if i >= n {
			o = found(1, -1)
		}
		o.Call, o.Return = time.Duration(2*i), time.Duration(2*i+1)
		ops = append(ops, o)
	}
	p := &polls{Context: t.Context(), until: 100}
	v := mustNew(t, 8, n).Check(p, &hist{Ops: ops})
	require.Equal(t, checkers.Invalid, v.Status, v.Text())
	require.Equal(t, checkers.PhantomUpdate, v.Anomalies[0].Name)
	require.Equal(t, []int{n}, v.Anomalies[0].Ops)
}

func TestMalformed(t *testing.T) {
	for want, bad := range map[string]in{
		"malformed: operation #0: take 1 of quota 8: there are quotas 0 to 7":                     {Quota: 8, Amount: 1},
		"malformed: operation #0: used of quota -1: there are quotas 0 to 7":                      {Kind: quota.Used, Quota: -1},
		"malformed: operation #0: take 0 of quota 1: the amount must be 1 to 1000000000":          {Quota: 1},
		"malformed: operation #0: take 1000000001 of quota 1: the amount must be 1 to 1000000000": {Quota: 1, Amount: 1e9 + 1},
		"malformed: operation #0: Kind(9) is no operation on a quota":                             {Kind: 9},
	} {
		v := mustNew(t, 8, 3).Check(context.Background(), &hist{Ops: []op{{Input: bad}}})
		require.Equal(t, checkers.Undecide("%s", want), v)
	}
}

// TestUnknownTake holds that a take of unknown outcome may have been given, at any time, or refused.
func TestUnknownTake(t *testing.T) {
	w := mustNew(t, 8, 3)
	for _, ops := range [][]op{
		{unknown(1, 2), late(refused(2, 2))},
		{unknown(1, 2), late(took(2, 3))},
		{unknown(1, 2), late(found(2, 0))},
		{unknown(1, 2), late(found(2, 2))},
		{unknown(1, 4), late(found(2, 0))},
	} {
		v := w.Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Valid, v.Status, v.Text())
	}
	v := w.Check(context.Background(), &hist{Ops: []op{unknown(1, 2), took(2, 3), late(found(3, 5))}})
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, checkers.OverLimit, v.Anomalies[0].Name)
}
