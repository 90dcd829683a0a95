package monitor_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// did is the kind, value, call and return of an operation.
type did [4]int64

// timeline makes operations.
func timeline(all ...did) []monitor.Op {
	ops := make([]monitor.Op, 0, len(all))
	for _, o := range all {
		ops = append(ops, monitor.Op{Act: monitor.Act{Kind: monitor.Kind(o[0]), Value: o[1]}, Call: o[2], Return: o[3]})
	}
	return ops
}

// TestContainerCores holds the monitors to the very operations that prove a history illegal.
func TestContainerCores(t *testing.T) {
	t.Parallel()
	const (
		in, out, none    = int64(monitor.Enqueue), int64(monitor.Dequeue), int64(monitor.DequeueEmpty)
		push, pop, blank = int64(monitor.Push), int64(monitor.Pop), int64(monitor.PopEmpty)
		never            = monitor.Never
	)
	for name, c := range map[string]struct {
		ops           []monitor.Op
		check         func(*monitor.Part) monitor.Result
		rule          string
		core, support []int32
	}{
		"nobody put it in": {
			timeline(did{in, 1, 0, 1}, did{out, 2, 2, 3}, did{out, 1, 2, 3}),
			monitor.Queue, monitor.RulePhantomRead, []int32{1}, nil,
		},
		"put in later": {
			timeline(did{out, 1, 0, 1}, did{in, 1, 2, 3}),
			monitor.Queue, monitor.RuleFutureRead, []int32{0, 1}, nil,
		},
		"twice": {
			timeline(did{push, 1, 0, 1}, did{pop, 1, 2, 3}, did{pop, 1, 2, never}, did{pop, 1, 2, 3}),
			monitor.Stack, monitor.RuleDuplicateDelivery, []int32{0, 1, 3}, nil,
		},
		"overtaken": {
			timeline(did{in, 1, 0, 1}, did{in, 9, 0, 1}, did{in, 2, 2, 3}, did{out, 2, 4, 5}, did{out, 9, 4, 5},
				did{out, 1, 6, 7}),
			monitor.Queue, monitor.RuleOutOfOrder, []int32{0, 2, 3, 5}, nil,
		},
		"lost": {
			timeline(did{in, 1, 0, 1}, did{in, 2, 2, 3}, did{out, 2, 4, 5}, did{out, 0, 6, never}),
			monitor.Queue, monitor.RuleLostElement, []int32{0, 1, 2}, nil,
		},
		"one of two lost, for there was one dequeue": {
			timeline(did{out, 0, 0, never}, did{in, 1, 0, 1}, did{in, 3, 0, 1}, did{in, 2, 2, 3}, did{out, 2, 4, 5}),
			monitor.Queue, monitor.RuleLostElement, []int32{1, 2, 3, 4}, []int32{0},
		},
		"never empty": {
			timeline(did{in, 1, 0, 1}, did{in, 3, 0, 1}, did{none, 0, 2, 9}, did{in, 2, 3, 4}, did{out, 3, 4, 5},
				did{out, 1, 5, 6}, did{out, 2, 10, 11}),
			monitor.Queue, monitor.RuleNotEmpty, []int32{0, 2, 3, 5, 6}, nil,
		},
		"not empty, or lost": {
			timeline(did{push, 1, 0, 1}, did{blank, 0, 2, 9}, did{pop, 0, 10, never}),
			monitor.Stack, monitor.RuleLostElement, []int32{0, 1}, nil,
		},
		"first in, first out of a stack": {
			timeline(did{push, 1, 0, 1}, did{push, 9, 1, 2}, did{push, 2, 2, 3}, did{pop, 1, 4, 5}, did{pop, 9, 5, 6},
				did{pop, 2, 6, 7}),
			monitor.Stack, monitor.RuleOutOfOrder, []int32{0, 2, 3, 5}, nil,
		},
		"lost under another, for there was one pop": {
			timeline(did{push, 1, 0, 1}, did{push, 2, 2, 3}, did{push, 3, 2, 3}, did{pop, 0, 4, never}, did{pop, 1, 5, 6}),
			monitor.Stack, monitor.RuleLostElement, []int32{0, 1, 2, 4}, []int32{3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := monitor.Result{Status: monitor.Illegal, Rule: c.rule, Core: c.core, Support: c.support}
			require.Equal(t, want, c.check(&monitor.Part{Ops: c.ops}))
		})
	}
}

// TestContainerUnsuited holds them to say what they cannot judge.
func TestContainerUnsuited(t *testing.T) {
	t.Parallel()
	twice := timeline(did{int64(monitor.Enqueue), 7, 0, 1}, did{int64(monitor.Enqueue), 7, 0, monitor.Never})
	require.Equal(t, monitor.Result{Reason: "value 7 was enqueued twice"}, monitor.Queue(&monitor.Part{Ops: twice}))
	require.Equal(t, monitor.Result{Reason: "it has operations of another data type"}, monitor.Stack(&monitor.Part{Ops: twice}))
}

// TestStackForgetsGuesses has a history that was once legal by a wrong witness: guesses that were made to find out whether
// it is illegal at best were kept for values that need no guess.
func TestStackForgetsGuesses(t *testing.T) {
	t.Parallel()
	const push, pop, never = int64(monitor.Push), int64(monitor.Pop), monitor.Never
	ops := timeline(did{pop, 0, 2, 6}, did{pop, 99, 3, never}, did{push, 1, 8, 13}, did{push, 2, 13, 19},
		did{push, 3, 20, 21}, did{push, 4, 24, 28}, did{pop, 99, 29, never}, did{pop, 99, 33, never},
		did{pop, 3, 42, 45})
	ops[0].Kind = monitor.PopEmpty
	got := monitor.Stack(&monitor.Part{Ops: ops, Witness: true})
	require.Equal(t, monitor.Legal, got.Status)
	stacks().follows(t, "kept guesses", ops, got.Order)
}

// TestContainersOfAnyValue are judged alike, whether values lie close together or as far apart as can be.
func TestContainersOfAnyValue(t *testing.T) {
	t.Parallel()
	const in, out = int64(monitor.Enqueue), int64(monitor.Dequeue)
	for _, v := range [][2]int64{{1, 2}, {-1, 0}, {math.MinInt64, math.MaxInt64}, {math.MaxInt64, 0}, {1 << 40, 1}} {
		ops := timeline(did{in, v[0], -9, -8}, did{in, v[1], -7, -6}, did{out, v[0], -5, -4}, did{out, v[1], -3, -2})
		require.Equal(t, monitor.Legal, monitor.Queue(&monitor.Part{Ops: ops}).Status, v)
		ops[2].Value, ops[3].Value = v[1], v[0]
		require.Equal(t, monitor.RuleOutOfOrder, monitor.Queue(&monitor.Part{Ops: ops}).Rule, v)
		for _, nobody := range []int64{v[0] + 7, v[1] - 7} {
			ops[3].Value = nobody
			require.Equal(t, monitor.RulePhantomRead, monitor.Queue(&monitor.Part{Ops: ops}).Rule, v)
		}
		ops[1].Value = v[0]
		require.Equal(t, monitor.Unsuited, monitor.Queue(&monitor.Part{Ops: ops}).Status, v)
	}
}

// TestContainersOfNothing are legal.
func TestContainersOfNothing(t *testing.T) {
	t.Parallel()
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.Queue(&monitor.Part{Witness: true}))
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.Stack(&monitor.Part{Witness: true}))
}
