package monitor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// setSpec is a set of so many elements. Kinds are drawn from a list, in which some may stand more often.
func setSpec(name string, elements int, kinds ...monitor.Kind) spec[uint8] {
	yes := map[bool]int64{true: 1}
	return spec[uint8]{
		name: name,
		do: func(state uint8, a monitor.Act) (uint8, monitor.Act, bool) {
			bit := uint8(1) << a.Value
			switch in := state&bit != 0; a.Kind {
			case monitor.Insert:
				a.Other = yes[!in]
				return state | bit, a, true
			case monitor.Remove:
				a.Other = yes[in]
				return state &^ bit, a, true
			default:
				a.Other = yes[in]
				return state, a, true
			}
		},
		draw: func(r *rand.Rand, _ int) monitor.Act {
			return monitor.Act{Kind: kinds[r.IntN(len(kinds))], Value: int64(r.IntN(elements))}
		},
		wrong: func(_ *rand.Rand, a monitor.Act) monitor.Act {
			a.Other = 1 - a.Other
			return a
		},
		forget: func(a monitor.Act) monitor.Act {
			a.Other = 77
			return a
		},
		check:  monitor.Set,
		accept: 1,
	}
}

func TestSetAgrees(t *testing.T) {
	t.Parallel()
	agree(t, setSpec("one", 1, monitor.Insert, monitor.Remove, monitor.Contains))
	agree(t, setSpec("changes", 1, monitor.Insert, monitor.Remove))
	agree(t, setSpec("looks", 1, monitor.Insert, monitor.Remove, monitor.Contains, monitor.Contains, monitor.Contains))
	agree(t, setSpec("two", 2, monitor.Insert, monitor.Remove, monitor.Contains))
	agree(t, setSpec("five", 5, monitor.Insert, monitor.Insert, monitor.Remove, monitor.Contains))
	agreeLong(t, setSpec("three", 3, monitor.Insert, monitor.Remove, monitor.Contains))
	far := setSpec("far apart", 3, monitor.Insert, monitor.Remove, monitor.Contains)
	far.check = farApart(far.check)
	agree(t, far)
}

func insert(element, answer, call, ret int64) monitor.Op {
	return op(monitor.Insert, element, answer, call, ret)
}

func op(kind monitor.Kind, value, other, call, ret int64) monitor.Op {
	return monitor.Op{Act: monitor.Act{Kind: kind, Value: value, Other: other}, Call: call, Return: ret}
}

func remove(element, answer, call, ret int64) monitor.Op {
	return op(monitor.Remove, element, answer, call, ret)
}

func contains(element, answer, call, ret int64) monitor.Op {
	return op(monitor.Contains, element, answer, call, ret)
}

func TestSetNamesWhatWentWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		ops     []monitor.Op
		rule    string
		core    []int32
		support []int32
	}{
		{
			"two clients were told that they had put it in",
			[]monitor.Op{insert(7, 1, 0, 9), contains(7, 1, 1, 9), insert(8, 1, 1, 5), insert(7, 1, 2, 9)},
			monitor.RuleLostUpdate, []int32{0, 3}, nil,
		},
		{
			"it was put in, never taken out, and is gone",
			[]monitor.Op{insert(7, 1, 0, 1), contains(7, 1, 2, 3), contains(7, 0, 4, 5)},
			monitor.RuleLostUpdate, []int32{0, 2}, nil,
		},
		{
			"it was taken twice",
			[]monitor.Op{insert(7, 1, 0, 1), remove(7, 1, 2, 9), remove(7, 1, 3, 9)},
			monitor.RuleDuplicateDelivery, []int32{1, 2}, []int32{0},
		},
		{
			"it was seen before anybody put it in",
			[]monitor.Op{contains(7, 1, 0, 1), insert(7, 1, 2, 3)},
			monitor.RulePhantomRead, []int32{0}, nil,
		},
		{
			"it was seen after it was taken out",
			[]monitor.Op{insert(7, 1, 0, 1), remove(7, 1, 2, 3), contains(7, 1, 4, 5)},
			monitor.RuleStaleRead, []int32{1, 2}, []int32{0},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := monitor.Set(&monitor.Part{Ops: c.ops})
			require.Equal(t, monitor.Result{Status: monitor.Illegal, Core: c.core, Support: c.support, Rule: c.rule}, got)
		})
	}
}

func TestSetInsertOfUnknownOutcomeMayDoNothing(t *testing.T) {
	t.Parallel()
	ops := []monitor.Op{
		insert(7, 1, 0, 1), insert(7, 9, 0, monitor.Never), remove(7, 1, 2, 3), contains(7, 0, 4, 5), contains(7, 1, 6, 7),
	}
	got := monitor.Set(&monitor.Part{Ops: ops, Witness: true})
	require.Equal(t, monitor.Result{Status: monitor.Legal, Order: []int32{0, 2, 3, 1, 4}}, got)
	got = monitor.Set(&monitor.Part{Ops: ops[:4]})
	require.Equal(t, monitor.Result{Status: monitor.Legal}, got, "no order where none is asked for")
}

func TestSetSaysWhatItIsNotFor(t *testing.T) {
	t.Parallel()
	for reason, foreign := range map[string]monitor.Op{
		"an operation is none of a set":                            op(monitor.Write, 1, 0, 0, 1),
		"an operation on element 3 answered 2, neither yes nor no": insert(3, 2, 0, 1),
	} {
		require.Equal(t, monitor.Result{Reason: reason}, monitor.Set(&monitor.Part{Ops: []monitor.Op{foreign}}))
	}
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.Set(&monitor.Part{}), "nothing happened")
}

func TestSetExplainsALongHistory(t *testing.T) {
	t.Parallel()
	part := busySet(20_000, 50, 8)
	part.Witness = true
	got := monitor.Set(part)
	require.Equal(t, monitor.Legal, got.Status)
	s := setSpec("", 8)
	s.replay(t, "a long history", part.Ops, got.Order)
}

// One answer turned around far from the end is found, and what happened after it is not to blame.
func TestSetFindsOneWrongAnswerInALongHistory(t *testing.T) {
	t.Parallel()
	part := busySet(20_000, 50, 1000)
	place := slices.IndexFunc(part.Ops[10_000:], func(op monitor.Op) bool { return op.Kind == monitor.Remove && op.Other == 1 })
	part.Ops = append(part.Ops, part.Ops[10_000+place])
	last := &part.Ops[20_000]
	last.Call = part.Ops[19_999].Return + 1_000_000_000
	last.Return = last.Call
	part.Ops = append(part.Ops, *last)
	got := monitor.Set(part)
	require.Equal(t, monitor.Illegal, got.Status)
	require.Subset(t, got.Core, []int32{20_001})
	for _, i := range slices.Concat(got.Core, got.Support) {
		require.Equal(t, last.Value, part.Ops[i].Value, "only operations on the element count")
	}
}
