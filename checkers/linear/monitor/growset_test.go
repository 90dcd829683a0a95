package monitor_test

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// growSpec is a grow-only set whose state is a mask of its elements. A read's Value is the mask that it returned, until
// the monitor is given its members. An element may be drawn again unless each is to be drawn once.
func growSpec(name string, elements int, reads float64, once bool) spec[int64] {
	return spec[int64]{
		name: name,
		do: func(state int64, a monitor.Act) (int64, monitor.Act, bool) {
			if a.Kind == monitor.ReadAll {
				return state, monitor.Act{Kind: monitor.ReadAll, Value: state}, true
			}
			return state | 1<<a.Value, a, true
		},
		draw: func(r *rand.Rand, n int) monitor.Act {
			switch {
			case r.Float64() < reads:
				return monitor.Act{Kind: monitor.ReadAll}
			case once:
				return monitor.Act{Kind: monitor.Include, Value: int64(n)}
			}
			return monitor.Act{Kind: monitor.Include, Value: int64(r.IntN(elements))}
		},
		wrong: func(r *rand.Rand, a monitor.Act) monitor.Act {
			if a.Kind == monitor.ReadAll {
				a.Value ^= 1 << r.IntN(elements)
			}
			return a
		},
		forget: func(a monitor.Act) monitor.Act {
			if a.Kind == monitor.ReadAll {
				a.Value = -77
			}
			return a
		},
		check:  func(p *monitor.Part) monitor.Result { return monitor.GrowSet(withMembers(p)) },
		accept: 1,
	}
}

// withMembers gives reads that returned masks their members, in an order that differs from read to read.
func withMembers(p *monitor.Part) *monitor.Part {
	with := &monitor.Part{Ops: slices.Clone(p.Ops), Witness: p.Witness}
	for i := range with.Ops {
		op := &with.Ops[i]
		if op.Kind != monitor.ReadAll || op.Return == monitor.Never {
			continue
		}
		members := []int64{}
		for mask := uint64(op.Value); mask != 0; mask &= mask - 1 {
			members = append(members, int64(bits.TrailingZeros64(mask)))
		}
		if i%2 == 1 {
			slices.Reverse(members)
		}
		op.Value = int64(len(with.Members))
		with.Members = append(with.Members, members)
	}
	return with
}

func TestGrowSetAgrees(t *testing.T) {
	t.Parallel()
	agree(t, growSpec("once", 10, 0.5, true))
	agree(t, growSpec("repeated", 3, 0.4, false))
	agree(t, growSpec("many reads", 4, 0.7, false))
	agree(t, growSpec("one", 1, 0.5, false))
	agreeLong(t, growSpec("once", 40, 0.3, true))
	agreeLong(t, growSpec("repeated", 20, 0.3, false))
	far := growSpec("far apart", 4, 0.5, false)
	far.check = func(p *monitor.Part) monitor.Result { return farApart(monitor.GrowSet)(withMembers(p)) }
	agree(t, far)
}

func include(element, call, ret int64) monitor.Op { return op(monitor.Include, element, 0, call, ret) }

func readAll(members, call, ret int64) monitor.Op { return op(monitor.ReadAll, members, 0, call, ret) }

func TestGrowSetNamesWhatWentWrong(t *testing.T) {
	t.Parallel()
	members := [][]int64{{}, {1}, {2}, {1, 2}}
	cases := []struct {
		name    string
		ops     []monitor.Op
		rule    string
		core    []int32
		support []int32
	}{
		{
			"an element is lost",
			[]monitor.Op{include(1, 0, 1), include(2, 0, 1), readAll(2, 2, 3), readAll(2, 4, 5)},
			monitor.RuleLostUpdate, []int32{0, 3}, nil,
		},
		{
			"an element is missed and comes back",
			[]monitor.Op{include(1, 0, 1), readAll(0, 2, 3), readAll(1, 4, 5)},
			monitor.RuleStaleRead, []int32{0, 1}, nil,
		},
		{
			"an element that was read is lost",
			[]monitor.Op{include(1, 0, 9), include(2, 0, 9), readAll(3, 2, 3), readAll(2, 4, 5)},
			monitor.RuleLostUpdate, []int32{2, 3}, nil,
		},
		{
			"nobody included it",
			[]monitor.Op{include(1, 0, 1), readAll(3, 2, 3)},
			monitor.RulePhantomRead, []int32{1}, nil,
		},
		{
			"it was included too late",
			[]monitor.Op{include(1, 0, 1), readAll(3, 2, 3), include(2, 4, 5), include(2, 4, monitor.Never)},
			monitor.RulePhantomRead, []int32{1}, []int32{2, 3},
		},
		{
			"two clients saw them in two orders",
			[]monitor.Op{include(1, 0, 9), include(2, 0, 9), readAll(1, 2, 5), readAll(2, 3, 6)},
			monitor.RuleNonLinearizable, []int32{2, 3}, nil,
		},
		{
			"one was included before the other, and read after it",
			[]monitor.Op{readAll(2, 0, 9), include(1, 1, 2), include(2, 3, 4)},
			monitor.RuleLostUpdate, []int32{0, 1}, []int32{2},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := monitor.GrowSet(&monitor.Part{Ops: c.ops, Members: members})
			require.Equal(t, monitor.Result{Status: monitor.Illegal, Core: c.core, Support: c.support, Rule: c.rule}, got)
		})
	}
}

func TestGrowSetSaysWhatItIsNotFor(t *testing.T) {
	t.Parallel()
	members := [][]int64{{1, 1}}
	for reason, foreign := range map[string]monitor.Op{
		"an operation is none of a grow-only set": op(monitor.Insert, 1, 0, 0, 1),
		"a read returned element 1 twice":         readAll(0, 2, 3),
		"a read returned members 1 of 1":          readAll(1, 0, 1),
		"a read returned members -1 of 1":         readAll(-1, 0, 1),
	} {
		ops := []monitor.Op{include(1, 0, 1), foreign}
		require.Equal(t, monitor.Result{Reason: reason}, monitor.GrowSet(&monitor.Part{Ops: ops, Members: members}))
	}
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.GrowSet(&monitor.Part{}), "nothing happened")
}

func TestGrowSetIncludeOfUnknownOutcomeLetsItsElementIn(t *testing.T) {
	t.Parallel()
	ops := []monitor.Op{
		include(1, 0, monitor.Never), include(1, 1, 9), readAll(0, 2, 3), readAll(1, 4, 5), include(3, 6, monitor.Never),
	}
	got := monitor.GrowSet(&monitor.Part{Ops: ops, Members: [][]int64{{}, {1}}, Witness: true})
	require.Equal(t, monitor.Result{Status: monitor.Legal, Order: []int32{2, 0, 1, 3}}, got)
}

func TestGrowSetExplainsALongHistory(t *testing.T) {
	t.Parallel()
	part := busyGrowSet(20_000, 50, 1_000, 100)
	part.Witness = true
	got := monitor.GrowSet(part)
	require.Equal(t, monitor.Legal, got.Status)
	in, latest := map[int64]bool{}, part.Ops[0].Call
	for _, i := range got.Order {
		op := part.Ops[i]
		latest = max(latest, op.Call)
		require.LessOrEqual(t, latest, op.Return)
		if op.Kind == monitor.Include {
			in[op.Value] = true
			continue
		}
		require.Len(t, in, len(part.Members[op.Value]))
		for _, value := range part.Members[op.Value] {
			require.True(t, in[value])
		}
	}
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(got.Order))), len(part.Ops))
}
