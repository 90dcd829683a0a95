package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
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
	f.forgetsLong(t, "short queue", 20)
}

func TestQueueStaysSmall(t *testing.T) {
	t.Parallel()
	for clients, most := range fewLeft() {
		load := func() []monitor.Op { return aQueue().load(100_000, clients) }
		name := fmt.Sprint(clients, " clients")
		stays(t, name, monitor.Part{Ops: load()}, 1000, most)
		ops := unsettled(load(), 100, monitor.Dequeue, monitor.Enqueue)
		stays(t, name+", unknown outcomes", monitor.Part{Ops: ops}, 1000, most)
		ops = inVain(ops, monitor.Act{Kind: monitor.Dequeue}, 20)
		stays(t, name+", dequeues in vain", monitor.Part{Ops: ops}, 1000, most+20)
	}
}
