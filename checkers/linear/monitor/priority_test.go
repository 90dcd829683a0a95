package monitor_test

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// prioritySpec is a priority queue whose state is a mask of the values that are in it. The n-th operation puts a value
// that no other puts.
func prioritySpec(name string, puts float64, value func(r *rand.Rand, n int) int64) spec[uint64] {
	return spec[uint64]{
		name: name,
		do: func(state uint64, a monitor.Act) (uint64, monitor.Act, bool) {
			switch {
			case a.Kind == monitor.Put:
				return state | 1<<a.Value, a, true
			case state == 0:
				return 0, monitor.Act{Kind: monitor.PollEmpty}, true
			}
			return state & (state - 1), monitor.Act{Kind: monitor.Poll, Value: int64(bits.TrailingZeros64(state))}, true
		},
		draw: func(r *rand.Rand, n int) monitor.Act {
			if r.Float64() < puts {
				return monitor.Act{Kind: monitor.Put, Value: value(r, n)}
			}
			return monitor.Act{Kind: monitor.Poll}
		},
		wrong: func(r *rand.Rand, a monitor.Act) monitor.Act {
			switch {
			case a.Kind == monitor.Put:
				return a
			case r.IntN(3) == 0:
				return monitor.Act{Kind: monitor.PollEmpty}
			}
			return monitor.Act{Kind: monitor.Poll, Value: value(r, r.IntN(9))}
		},
		forget: func(a monitor.Act) monitor.Act {
			if a.Kind == monitor.Poll {
				a.Value = 63
			}
			return a
		},
		check:  monitor.PriorityQueue,
		accept: 0.99,
	}
}

func TestPriorityQueueAgrees(t *testing.T) {
	t.Parallel()
	mixed := func(_ *rand.Rand, n int) int64 { return int64(5 * n % 11) }
	agree(t, prioritySpec("mixed", 0.5, mixed))
	agree(t, prioritySpec("ascending", 0.5, func(_ *rand.Rand, n int) int64 { return int64(n) }))
	agree(t, prioritySpec("descending", 0.6, func(_ *rand.Rand, n int) int64 { return int64(20 - n) }))
	agree(t, prioritySpec("random", 0.6, func(r *rand.Rand, n int) int64 { return int64(16*r.IntN(3) + n) }))
	agreeLong(t, prioritySpec("mixed", 0.5, func(_ *rand.Rand, n int) int64 { return int64(23 * n % 61) }))
	far := prioritySpec("far apart", 0.5, mixed)
	far.check = farApart(far.check)
	agree(t, far)
}

func put(value, call, ret int64) monitor.Op { return op(monitor.Put, value, 0, call, ret) }

func poll(value, call, ret int64) monitor.Op { return op(monitor.Poll, value, 0, call, ret) }

func pollEmpty(call, ret int64) monitor.Op { return op(monitor.PollEmpty, 0, 0, call, ret) }

func TestPriorityQueueNamesWhatWentWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		ops     []monitor.Op
		rule    string
		core    []int32
		support []int32
	}{
		{
			"a smaller one was there",
			[]monitor.Op{put(3, 0, 1), put(5, 0, 1), put(4, 0, 9), poll(5, 2, 4), poll(3, 5, 6), poll(4, 7, 8)},
			monitor.RuleOutOfOrder, []int32{0, 3}, []int32{1, 4},
		},
		{
			"one smaller one was there until another one was",
			[]monitor.Op{put(3, 0, 1), put(5, 0, 1), put(4, 1, 2), poll(5, 2, 9), poll(3, 4, 5), poll(4, 10, 11)},
			monitor.RuleOutOfOrder, []int32{0, 2, 3}, []int32{1, 4, 5},
		},
		{
			"it was taken twice",
			[]monitor.Op{put(3, 0, 1), poll(3, 2, 4), poll(3, 3, 5)},
			monitor.RuleDuplicateDelivery, []int32{1, 2}, []int32{0},
		},
		{
			"nobody put it",
			[]monitor.Op{put(3, 0, 1), poll(4, 2, 4)},
			monitor.RulePhantomRead, []int32{1}, nil,
		},
		{
			"it was put too late",
			[]monitor.Op{poll(4, 0, 1), put(4, 2, 4)},
			monitor.RulePhantomRead, []int32{0}, []int32{1},
		},
		{
			"something was there",
			[]monitor.Op{put(3, 0, 1), pollEmpty(2, 3), poll(3, 4, 5)},
			monitor.RuleNotEmpty, []int32{0, 1}, []int32{2},
		},
		{
			"what was there is lost",
			[]monitor.Op{put(3, 0, 1), pollEmpty(2, 3)},
			monitor.RuleLostUpdate, []int32{0, 1}, nil,
		},
		{
			"a poll of unknown outcome cannot have taken what another poll took",
			[]monitor.Op{put(3, 0, 1), poll(9, 0, monitor.Never), pollEmpty(2, 3), poll(3, 4, 5)},
			monitor.RuleNotEmpty, []int32{0, 2, 3}, []int32{1},
		},
		{
			"a poll of unknown outcome cannot have taken two",
			[]monitor.Op{put(1, 0, 1), put(3, 0, 1), put(5, 0, 1), poll(9, 0, monitor.Never), pollEmpty(2, 3), poll(1, 2, 3)},
			monitor.RuleLostUpdate, []int32{1, 2, 4}, []int32{3},
		},
		{
			"nor can one that was called just too late",
			[]monitor.Op{put(3, 0, 1), put(5, 0, 1), poll(9, 0, monitor.Never), pollEmpty(2, 3), poll(9, 4, monitor.Never)},
			monitor.RuleLostUpdate, []int32{0, 1, 3}, []int32{2},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := monitor.PriorityQueue(&monitor.Part{Ops: c.ops})
			require.Equal(t, monitor.Result{Status: monitor.Illegal, Core: c.core, Support: c.support, Rule: c.rule}, got)
		})
	}
}

func TestPriorityQueueLetsPollsOfUnknownOutcomeTakeWhatIsMissing(t *testing.T) {
	t.Parallel()
	ops := []monitor.Op{
		put(3, 0, 1), put(5, 0, 1), poll(9, 2, monitor.Never), poll(9, 2, monitor.Never), pollEmpty(3, 4),
		poll(9, 5, monitor.Never), put(4, 6, 7),
	}
	got := monitor.PriorityQueue(&monitor.Part{Ops: ops, Witness: true})
	require.Equal(t, monitor.Result{Status: monitor.Legal, Order: []int32{0, 1, 3, 2, 4, 6}}, got)
	got = monitor.PriorityQueue(&monitor.Part{Ops: ops})
	require.Equal(t, monitor.Result{Status: monitor.Legal}, got, "no order where none is asked for")
}

// The poll that found nothing could be early, when one value more is missing than polls can have taken, or late, when one
// more of each is there. Neither is legal, but that is not what the monitor looks at.
func TestPriorityQueueLeavesWhetherToWaitForAPollOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	ops := []monitor.Op{
		put(1, 3, 9), put(2, 3, 7), poll(0, 9, monitor.Never), pollEmpty(10, 17), put(3, 11, 12), poll(0, 13, monitor.Never),
	}
	reason := "which values the polls of unknown outcome took cannot be told"
	require.Equal(t, monitor.Result{Reason: reason}, monitor.PriorityQueue(&monitor.Part{Ops: ops}))
}

// The poll of 5 waits until there are as many polls of unknown outcome as values in front of it.
func TestPriorityQueueWaitsForAPollOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	ops := []monitor.Op{
		put(3, 0, 1), put(4, 0, 1), put(5, 0, 1), poll(0, 2, monitor.Never), poll(5, 2, 9), poll(0, 8, monitor.Never),
	}
	got := monitor.PriorityQueue(&monitor.Part{Ops: ops, Witness: true})
	require.Equal(t, monitor.Legal, got.Status)
	require.Equal(t, int32(4), got.Order[len(got.Order)-1], "it is the last that takes effect")
}

func TestPriorityQueueSaysWhatItIsNotFor(t *testing.T) {
	t.Parallel()
	for reason, foreign := range map[string]monitor.Op{
		"an operation is none of a priority queue": op(monitor.Enqueue, 1, 0, 2, 3),
		"value 1 was put twice":                    put(1, 2, 3),
	} {
		ops := []monitor.Op{put(1, 0, 1), foreign}
		require.Equal(t, monitor.Result{Reason: reason}, monitor.PriorityQueue(&monitor.Part{Ops: ops}))
	}
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.PriorityQueue(&monitor.Part{}), "nothing happened")
}
