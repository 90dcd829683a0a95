package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/loads"
)

func TestQueueForgetsWhatCannotMatter(t *testing.T) {
	t.Parallel()
	s := container("queue", pile.first, monitor.Enqueue, monitor.Dequeue, monitor.DequeueEmpty)
	for i, v := range variants(s, monitor.Enqueue, monitor.Dequeue) {
		if i == 1 {
			continue // with more enqueues of unknown outcome, brute force takes too long
		}
		draw := v.draw
		v.draw = func(r *rand.Rand, n int) monitor.Act {
			a := draw(r, n)
			a.Value %= 15 // what a pile can hold
			return a
		}
		forgets(t, v)
	}
}

func TestQueueForgetsAgainAndAgain(t *testing.T) {
	t.Parallel()
	f := flow{
		in: monitor.Enqueue, out: monitor.Dequeue, none: monitor.DequeueEmpty, unsure: true,
		value: func(_ *rand.Rand, n int) int64 { return int64(n) },
	}
	f.forgetsLong(t, "queue", 60)
	f.forgetsLong(t, "short", 20)
	f.forgetsLong(t, "shorter", 12)
}

func TestQueueStaysSmall(t *testing.T) {
	t.Parallel()
	for clients, most := range fewLeft() {
		load := func() []monitor.Op { return loads.AQueue().Acts(100_000, clients) }
		name := fmt.Sprint(clients, " clients")
		stays(t, name, monitor.Part{Ops: load()}, 1000, most)
		ops := unsettled(load(), 100, monitor.Dequeue, monitor.Enqueue)
		stays(t, name+", unknown outcomes", monitor.Part{Ops: ops}, 1000, most)
		ops = inVain(ops, monitor.Act{Kind: monitor.Dequeue}, 20)
		stays(t, name+", dequeues in vain", monitor.Part{Ops: ops}, 1000, most+20)
	}
}

// A dequeue found nothing either at 4, when value 1 was gone and a dequeue of unknown outcome took value 2, or at 2, if 1
// had not been there. So that 1 is forgotten must not mean that it was at 2, or else another may take 2 later.
func TestQueueForgetsNotWhatKeptItFromBeingEmpty(t *testing.T) {
	t.Parallel()
	const in, out, none, never = int64(monitor.Enqueue), int64(monitor.Dequeue), int64(monitor.DequeueEmpty), monitor.Never
	before := timeline(did{in, 1, 0, 1}, did{in, 2, 2, 2}, did{none, 0, 2, 8}, did{out, 1, 3, 3}, did{out, 0, 4, never},
		did{in, 3, 6, 6}, did{out, 3, 6, 11})
	rest, _ := monitor.Forget(&monitor.Part{Ops: before}, 10)
	for _, after := range [][]monitor.Op{timeline(did{out, 2, 11, 12}), timeline(did{none, 0, 12, 13})} {
		want := monitor.Queue(&monitor.Part{Ops: join(before, after)}).Status
		require.Equal(t, want, monitor.Queue(&monitor.Part{Ops: join(rest.Ops, after)}).Status)
	}
	require.Less(t, len(rest.Ops), len(before))
}

// Value 1 is gone for sure, and the first dequeue of unknown outcome took it. If the last were forgotten with it, the first
// could take 3 before 4 was put in.
func TestQueueForgetsTheDequeuesThatWereCalledFirst(t *testing.T) {
	t.Parallel()
	const in, out, none, never = int64(monitor.Enqueue), int64(monitor.Dequeue), int64(monitor.DequeueEmpty), monitor.Never
	before := timeline(did{in, 1, 0, 1}, did{out, 0, 2, never}, did{in, 2, 3, 4}, did{out, 2, 5, 6}, did{in, 3, 7, 8},
		did{none, 0, 10, 50}, did{in, 4, 11, 12}, did{out, 0, 20, never})
	rest, _ := monitor.Forget(&monitor.Part{Ops: before}, 40)
	require.Less(t, len(rest.Ops), len(before))
	for call, want := range map[int64]monitor.Status{40: monitor.Legal, 60: monitor.Illegal} {
		after := timeline(did{out, 4, call, call + 1})
		require.Equal(t, want, monitor.Queue(&monitor.Part{Ops: join(before, after)}).Status)
		require.Equal(t, want, monitor.Queue(&monitor.Part{Ops: join(rest.Ops, after)}).Status)
	}
}
