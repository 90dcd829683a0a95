package monitor_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func TestQueueForgetsWhatCannotMatter(t *testing.T) {
	t.Parallel()
	s := container("queue", pile.first, monitor.Enqueue, monitor.Dequeue, monitor.DequeueEmpty)
	for _, v := range variants(s, monitor.Enqueue, monitor.Dequeue) {
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
