package monitor_test

import (
	"container/heap"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/loads"
)

// BenchmarkUnknownPolls has a few polls that answered nothing, so that what they took is missing.
func BenchmarkUnknownPolls(b *testing.B) {
	part := busyPriorities(1_000_000, 100)
	polls := 0
	for i := range part.Ops {
		if op := &part.Ops[i]; op.Kind == monitor.Poll {
			if polls++; polls%5000 == 0 {
				op.Value, op.Return = 0, monitor.Never
			}
		}
	}
	measure(b, part, monitor.PriorityQueue)
}

func TestPriorityQueueExplainsALongHistory(t *testing.T) {
	t.Parallel()
	part := busyPriorities(20_000, 50)
	part.Witness = true
	got := monitor.PriorityQueue(part)
	require.Equal(t, monitor.Legal, got.Status)
	waiting := &loads.Least{}
	latest := part.Ops[0].Call
	for _, i := range got.Order {
		op := part.Ops[i]
		latest = max(latest, op.Call)
		require.LessOrEqual(t, latest, op.Return)
		if op.Kind == monitor.Put {
			heap.Push(waiting, int(op.Value))
		} else {
			require.EqualValues(t, op.Value, heap.Pop(waiting))
		}
	}
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(got.Order))), len(part.Ops))
}

// One swap of two answers puts a later value in front, far from where it was waiting.
func TestPriorityQueueFindsOneSwapInALongHistory(t *testing.T) {
	t.Parallel()
	part := busyPriorities(20_000, 50)
	var polls []int
	for i, op := range part.Ops {
		if op.Kind == monitor.Poll {
			polls = append(polls, i)
		}
	}
	a, b := &part.Ops[polls[4000]], &part.Ops[polls[6000]]
	a.Value, b.Value = b.Value, a.Value
	got := monitor.PriorityQueue(part)
	require.Equal(t, monitor.Illegal, got.Status)
	require.LessOrEqual(t, len(got.Core), 4)
}
