package monitor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// timeline makes operations out of kind, value, call and return.
func timeline(all ...[4]int64) []monitor.Op {
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
			timeline([4]int64{in, 1, 0, 1}, [4]int64{out, 2, 2, 3}, [4]int64{out, 1, 2, 3}),
			monitor.Queue, monitor.RulePhantomRead, []int32{1}, nil,
		},
		"put in later": {
			timeline([4]int64{out, 1, 0, 1}, [4]int64{in, 1, 2, 3}),
			monitor.Queue, monitor.RuleFutureRead, []int32{0, 1}, nil,
		},
		"twice": {
			timeline([4]int64{push, 1, 0, 1}, [4]int64{pop, 1, 2, 3}, [4]int64{pop, 1, 2, never}, [4]int64{pop, 1, 2, 3}),
			monitor.Stack, monitor.RuleDuplicateDelivery, []int32{0, 1, 3}, nil,
		},
		"overtaken": {
			timeline([4]int64{in, 1, 0, 1}, [4]int64{in, 9, 0, 1}, [4]int64{in, 2, 2, 3}, [4]int64{out, 2, 4, 5}, [4]int64{out, 9, 4, 5},
				[4]int64{out, 1, 6, 7}),
			monitor.Queue, monitor.RuleOutOfOrder, []int32{0, 2, 3, 5}, nil,
		},
		"lost": {
			timeline([4]int64{in, 1, 0, 1}, [4]int64{in, 2, 2, 3}, [4]int64{out, 2, 4, 5}, [4]int64{out, 0, 6, never}),
			monitor.Queue, monitor.RuleLostElement, []int32{0, 1, 2}, nil,
		},
		"one of two lost, for there was one dequeue": {
			timeline([4]int64{out, 0, 0, never}, [4]int64{in, 1, 0, 1}, [4]int64{in, 3, 0, 1}, [4]int64{in, 2, 2, 3}, [4]int64{out, 2, 4, 5}),
			monitor.Queue, monitor.RuleLostElement, []int32{1, 2, 3, 4}, []int32{0},
		},
		"never empty": {
			timeline([4]int64{in, 1, 0, 1}, [4]int64{in, 3, 0, 1}, [4]int64{none, 0, 2, 9}, [4]int64{in, 2, 3, 4}, [4]int64{out, 3, 4, 5},
				[4]int64{out, 1, 5, 6}, [4]int64{out, 2, 10, 11}),
			monitor.Queue, monitor.RuleNotEmpty, []int32{0, 2, 3, 5, 6}, nil,
		},
		"not empty, or lost": {
			timeline([4]int64{push, 1, 0, 1}, [4]int64{blank, 0, 2, 9}, [4]int64{pop, 0, 10, never}),
			monitor.Stack, monitor.RuleLostElement, []int32{0, 1}, nil,
		},
		"first in, first out of a stack": {
			timeline([4]int64{push, 1, 0, 1}, [4]int64{push, 9, 1, 2}, [4]int64{push, 2, 2, 3}, [4]int64{pop, 1, 4, 5}, [4]int64{pop, 9, 5, 6},
				[4]int64{pop, 2, 6, 7}),
			monitor.Stack, monitor.RuleOutOfOrder, []int32{0, 2, 3, 5}, nil,
		},
		"lost under another, for there was one pop": {
			timeline([4]int64{push, 1, 0, 1}, [4]int64{push, 2, 2, 3}, [4]int64{push, 3, 2, 3}, [4]int64{pop, 0, 4, never}, [4]int64{pop, 1, 5, 6}),
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
	twice := timeline([4]int64{int64(monitor.Enqueue), 7, 0, 1}, [4]int64{int64(monitor.Enqueue), 7, 0, monitor.Never})
	require.Equal(t, monitor.Result{Reason: "value 7 was enqueued twice"}, monitor.Queue(&monitor.Part{Ops: twice}))
	require.Equal(t, monitor.Result{Reason: "it has operations of another data type"}, monitor.Stack(&monitor.Part{Ops: twice}))
}

// TestStackForgetsGuesses has a history that was once legal by a wrong witness: guesses that were made to find out whether
// it is illegal at best were kept for values that need no guess.
func TestStackForgetsGuesses(t *testing.T) {
	t.Parallel()
	const push, pop, never = int64(monitor.Push), int64(monitor.Pop), monitor.Never
	ops := timeline([4]int64{pop, 0, 2, 6}, [4]int64{pop, 99, 3, never}, [4]int64{push, 1, 8, 13}, [4]int64{push, 2, 13, 19},
		[4]int64{push, 3, 20, 21}, [4]int64{push, 4, 24, 28}, [4]int64{pop, 99, 29, never}, [4]int64{pop, 99, 33, never},
		[4]int64{pop, 3, 42, 45})
	ops[0].Kind = monitor.PopEmpty
	got := monitor.Stack(&monitor.Part{Ops: ops, Witness: true})
	require.Equal(t, monitor.Legal, got.Status)
	stacks().follows(t, "kept guesses", ops, got.Order)
}

// TestContainersOfNothing are legal.
func TestContainersOfNothing(t *testing.T) {
	t.Parallel()
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.Queue(&monitor.Part{Witness: true}))
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.Stack(&monitor.Part{Witness: true}))
}
