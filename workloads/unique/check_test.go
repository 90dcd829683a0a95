package unique_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/unique"
)

func created(client int32, id int64) op {
	return op{Client: client, Return: 10, Input: in{Key: 7}, Output: out{Found: true, ID: id, Created: true}}
}

func given(client int32, kind unique.Kind, id int64) op {
	return op{Client: client, Return: 10, Input: in{Kind: kind, Key: 7}, Output: out{Found: true, ID: id}}
}

func counted(client int32, n int64) op {
	return op{Client: client, Return: 10, Input: in{Kind: unique.Count, Key: 7}, Output: out{Count: n}}
}

func nothing(client int32) op { return op{Client: client, Return: 10, Input: in{Key: 7}} }

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it.
func TestExplanations(t *testing.T) {
	late := created(3, 12)
	late.Call, late.Return = 11, 12
	for _, c := range []struct {
		ops  []op
		name string
		want string
		at   []int
	}{
		{
			[]op{created(3, 12), created(5, 13)}, checkers.DuplicateEffect,
			"key 7: client 3 (op #0) created id 12 and client 5 (op #1) created id 13, where there must be one.", []int{0, 1},
		}, {
			[]op{
				given(1, unique.Create, 12), created(3, 12), created(5, 13), created(6, 14), created(7, 15), counted(2, 3),
				counted(8, 4),
			},
			checkers.DuplicateEffect, "key 7: client 3 (op #1) created id 12 and client 5 (op #2) created id 13, as did 2 more, " +
				"where there must be one; a count found 4.", []int{1, 2},
		}, {
			[]op{created(3, 12), created(5, 12)}, checkers.DuplicateEffect,
			"key 7: client 3 (op #0) and client 5 (op #1) were both told that they created id 12.", []int{0, 1},
		}, {
			[]op{created(3, 12), given(5, unique.Get, 13), given(6, unique.Get, 14)}, checkers.DuplicateEffect,
			"key 7: client 3 (op #0, create) was given id 12 and client 5 (op #1, get) was given id 13, for one key.", []int{0, 1},
		}, {
			[]op{created(3, 12), counted(5, 2)}, checkers.DuplicateEffect,
			"key 7: client 5 (op #1, count) found 2 results, where there must be one.", []int{1},
		}, {
			[]op{created(3, 12), nothing(5)}, checkers.LostResult,
			"key 7: client 5 (op #1, create) was given nothing, although client 3 (op #0) created id 12.", []int{0, 1},
		}, {
			[]op{nothing(5), given(3, unique.Get, 12)}, checkers.LostResult,
			"key 7: client 5 (op #0, create) was given nothing, although client 3 (op #1, get) was given id 12.", []int{0, 1},
		}, {
			[]op{nothing(5), late}, checkers.LostResult,
			"key 7: client 5 (op #0, create) was given nothing, and should have been given the key's result.", []int{0},
		},
	} {
		v := mustNew(t, 8).Check(context.Background(), &hist{Ops: c.ops})
		require.Equal(t, checkers.Invalid, v.Status, c.want)
		if v.Anomalies[0].Arrows != nil {
			require.Equal(t, []checkers.Arrow{{
				From: c.at[0], To: c.at[1], Relation: checkers.Excludes, Text: "one key, two results",
			}}, v.Anomalies[0].Arrows)
		}
		v.Anomalies[0].Arrows = nil
		require.Equal(t, []checkers.Anomaly{{Name: c.name, Object: "key 7", Message: c.want, Ops: c.at}}, v.Anomalies)
	}
}

// TestThePlainestKeyIsTold holds that each anomaly is told once, of the key on which fewest clients met.
func TestThePlainestKeyIsTold(t *testing.T) {
	on := func(key int32, o op) op { o.Input.Key = key; return o }
	ops := []op{created(1, 1), created(2, 2), created(3, 3), on(1, created(4, 4)), on(1, created(5, 5)), nothing(6)}
	tell := func(ops []op) (found []string) {
		for _, a := range mustNew(t, 8).Check(context.Background(), &hist{Ops: ops}).Anomalies {
			found = append(found, a.Text())
		}
		return found
	}
	want := "duplicate-effect: key 1: client 4 (op #3) created id 4 and client 5 (op #4) created id 5, where there must be one"
	lost := "lost-result: key 7: client 6 (op #5, create) was given nothing, although client 1 (op #0) created id 1."
	require.Equal(t, []string{want + "; the same on another key.", lost}, tell(ops))
	ops = append(ops, on(3, created(7, 7)), on(3, created(8, 7)))
	require.Equal(t, []string{want + "; the same on 2 other keys.", lost}, tell(ops))
}

// TestAResultOfTwoKeys holds that a result which was given for two keys is found, whoever made it and when.
func TestAResultOfTwoKeys(t *testing.T) {
	on := func(key int32, o op) op { o.Input.Key = key; return o }
	check := func(ops ...op) []checkers.Anomaly {
		return mustNew(t, 8).Check(context.Background(), &hist{Ops: ops}).Anomalies
	}
	of := func(want string, ops ...int) []checkers.Anomaly {
		return []checkers.Anomaly{{Name: checkers.LostResult, Object: "key 7", Message: want, Ops: ops}}
	}
	want := "key 7: client 5 (op #1, create) was given id 12, which client 3 (op #0, create) was given for key 3"
	three := []op{on(3, created(3, 12)), created(5, 12), given(6, unique.Get, 12), on(3, given(7, unique.Create, 12))}
	require.Equal(t, of(want+".", 0, 1), check(three...))
	require.Equal(t, of("key 7: client 5 (op #2, get) was given id 12, which client 3 (op #1, create) was given for key 3.", 1, 2),
		check(counted(1, 1), on(3, created(3, 12)), given(5, unique.Get, 12)), "even if a key of its own has no other")
	another := []op{on(1, created(1, 20)), on(2, created(2, 20))}
	require.Equal(t, of(want+"; the same of another id.", 0, 1), check(append(three, another...)...))
	another = append(another, on(4, created(1, 21)), on(5, created(2, 21)))
	require.Equal(t, of(want+"; the same of 2 other ids.", 0, 1), check(append(three, another...)...))
	lost := op{Client: 5, Outcome: history.Unknown, Input: in{Key: 7}, Output: out{Found: true, ID: 12}}
	require.Empty(t, check(on(3, created(3, 12)), lost), "an answer that nobody got")
}

// TestUntoldCreates holds that of creates which don't tell whether they made the result, the first may have.
func TestUntoldCreates(t *testing.T) {
	untold := func(client int32, id int64) op {
		o := given(client, unique.Create, id)
		o.Output.Untold = true
		return o
	}
	check := func(ops ...op) checkers.Verdict { return mustNew(t, 8).Check(context.Background(), &hist{Ops: ops}) }
	require.Equal(t, checkers.Valid, check(untold(1, 12), untold(2, 12), given(3, unique.Get, 12), counted(4, 1)).Status)
	require.Equal(t, []checkers.Anomaly{{
		Name: checkers.DuplicateEffect, Object: "key 7", Ops: []int{0, 1},
		Arrows:  []checkers.Arrow{{From: 0, To: 1, Relation: checkers.Excludes, Text: "one key, two results"}},
		Message: "key 7: client 1 (op #0, create) was given id 12 and client 2 (op #1, create) was given id 13, for one key.",
	}}, check(untold(1, 12), untold(2, 13)).Anomalies)
	late := given(2, unique.Get, 12)
	late.Call, late.Return = 11, 12
	first := untold(1, 12)
	first.Call, first.Return = 13, 14
	require.Equal(t, checkers.NonLinearizable, check(late, first).Anomalies[0].Name, "it was there before anybody made it")
}

// TestStaleGet holds that what the sentence can't tell is left to the search.
func TestStaleGet(t *testing.T) {
	get := op{Client: 2, Call: 20, Return: 30, Input: in{Kind: unique.Get, Key: 7}}
	v := mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{created(1, 12), get}})
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, checkers.NonLinearizable, v.Anomalies[0].Name)
	require.Equal(t, []int{0, 1}, v.Anomalies[0].Ops)
	require.Contains(t, v.Anomalies[0].Message, "key 7")
}

func TestMalformed(t *testing.T) {
	for want, bad := range map[string]in{
		"malformed: operation #0: create key 8: there are keys 0 to 7": {Key: 8},
		"malformed: operation #0: get key -1: there are keys 0 to 7":   {Kind: unique.Get, Key: -1},
		"malformed: operation #0: Kind(9) is no operation on a key":    {Kind: 9},
	} {
		v := mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{{Input: bad}}})
		require.Equal(t, checkers.Undecide("%s", want), v)
	}
}

// TestUnknownCreate holds that a create of unknown outcome may be the one whose result all are given, at any time.
func TestUnknownCreate(t *testing.T) {
	unknown := op{Client: 1, Call: 0, Return: history.Never, Outcome: history.Unknown, Input: in{Key: 7}}
	get := given(2, unique.Get, 12)
	get.Call, get.Return = 500, 510
	before := op{Client: 3, Call: 400, Return: 410, Input: in{Kind: unique.Get, Key: 7}}
	other := given(4, unique.Create, 12)
	other.Call, other.Return = 600, 610
	v := mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{unknown, before, get, other}})
	require.Equal(t, checkers.Valid, v.Status, v.Text())
	v = mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{before, get, other}})
	require.Equal(t, checkers.Invalid, v.Status, "nobody can have created it")
}
