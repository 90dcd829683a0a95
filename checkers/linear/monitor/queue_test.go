package monitor_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// pile is what a queue or a stack of small values holds, as digits of base 16: the first in is the highest digit.
type pile uint64

func (p pile) put(v int64) pile { return p<<4 | pile(v+1) }

// first takes out the highest digit.
func (p pile) first() (pile, int64) {
	shift := 0
	for p>>shift > 15 {
		shift += 4
	}
	return p &^ (15 << shift), int64(p>>shift) - 1
}

// last takes out the lowest digit.
func (p pile) last() (pile, int64) { return p >> 4, int64(p&15) - 1 }

// container is the spec of a container: how it takes out, with which kinds.
func container(name string, take func(pile) (pile, int64), in, out, none monitor.Kind) spec[pile] {
	return spec[pile]{
		name: name,
		do: func(p pile, a monitor.Act) (pile, monitor.Act, bool) {
			if a.Kind == in {
				return p.put(a.Value), a, true
			}
			if p == 0 {
				return p, monitor.Act{Kind: none}, true
			}
			p, v := take(p)
			return p, monitor.Act{Kind: out, Value: v}, true
		},
		draw: func(r *rand.Rand, n int) monitor.Act {
			if r.IntN(2) == 0 {
				return monitor.Act{Kind: in, Value: int64(n)}
			}
			return monitor.Act{Kind: out}
		},
		wrong: func(r *rand.Rand, a monitor.Act) monitor.Act {
			switch {
			case a.Kind == in:
				return a
			case r.IntN(4) == 0:
				return monitor.Act{Kind: none}
			default:
				return monitor.Act{Kind: out, Value: int64(r.IntN(8))}
			}
		},
		forget: func(a monitor.Act) monitor.Act {
			if a.Kind == in {
				return a
			}
			return monitor.Act{Kind: out, Value: 99}
		},
		accept: 1,
	}
}

// variants are the specs of a container: even, mostly putting in, mostly taking out, and with values that repeat.
func variants(s spec[pile], in, out monitor.Kind) []spec[pile] {
	mostly := func(name string, of int, kind, other monitor.Kind) spec[pile] {
		v := s
		v.name += " " + name
		v.draw = func(r *rand.Rand, n int) monitor.Act {
			if r.IntN(of) > 0 {
				return monitor.Act{Kind: kind, Value: int64(n)}
			}
			return monitor.Act{Kind: other, Value: int64(n)}
		}
		return v
	}
	repeats := mostly("repeats", 2, in, out)
	draw := repeats.draw
	repeats.draw = func(r *rand.Rand, n int) monitor.Act {
		a := draw(r, n)
		a.Value %= 6
		return a
	}
	repeats.accept = 0.3
	return []spec[pile]{s, mostly("fills", 3, in, out), mostly("drains", 3, out, in), repeats}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	s := container("queue", pile.first, monitor.Enqueue, monitor.Dequeue, monitor.DequeueEmpty)
	s.check = monitor.Queue
	for _, v := range variants(s, monitor.Enqueue, monitor.Dequeue) {
		agree(t, v)
	}
}
