package monitor_test

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/loads"
)

// The tests' names for the long histories of package loads.

func registerLoad(count, clients int, kinds string, step int64) []monitor.Op {
	return loads.RegisterActs(count, clients, kinds, step)
}

func mutexLoad(count, clients int) []monitor.Op { return loads.MutexActs(count, clients) }

func busySet(n, clients, elements int) *monitor.Part { return loads.SetActs(n, clients, elements) }

func busyGrowSet(n, clients, elements, reads int) *monitor.Part {
	return loads.GrowSetActs(n, clients, elements, reads)
}

func busyPriorities(n, clients int) *monitor.Part { return loads.PriorityActs(n, clients) }

func byCall(ops []monitor.Op) {
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
}

// loop is a history of a right object, whose n-th operation to take effect is the n-th that is drawn.
func (s *spec[S]) loop(r *rand.Rand, count, clients int) []monitor.Op {
	ops, order := loads.Busy(r, count, clients)
	state := s.start
	for n, i := range order {
		if next, right, ok := s.do(state, s.draw(r, n)); ok {
			state, ops[i].Act = next, right
		}
	}
	return ops
}
