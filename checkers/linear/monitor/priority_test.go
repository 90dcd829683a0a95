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
	agree(t, prioritySpec("any order", 0.5, func(_ *rand.Rand, n int) int64 { return int64(5 * n % 11) }))
	agree(t, prioritySpec("ascending", 0.5, func(_ *rand.Rand, n int) int64 { return int64(n) }))
	agree(t, prioritySpec("descending", 0.6, func(_ *rand.Rand, n int) int64 { return int64(20 - n) }))
	agree(t, prioritySpec("random", 0.6, func(r *rand.Rand, n int) int64 { return int64(16*r.IntN(3) + n) }))
}

func TestPriorityQueueSaysWhatItIsNotFor(t *testing.T) {
	t.Parallel()
	require.Equal(t, monitor.Result{Status: monitor.Legal}, monitor.PriorityQueue(&monitor.Part{}), "nothing happened")
}
