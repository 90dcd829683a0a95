package monitor_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// agreeLonger holds a monitor to Porcupine on histories too long for the brute force, which it makes from right ones: with
// ties in time, some outcomes unknown, and some answers or times wrong. Of a core it sees only whether it is few operations
// that have no order.
func agreeLonger[S comparable](t *testing.T, s spec[S], fewest int, right func(seed, clients int) []monitor.Op) {
	t.Run(s.name, func(t *testing.T) {
		t.Parallel()
		seen := map[monitor.Status]int{}
		count := histories(t) / 20
		for seed := range count {
			r := rand.New(rand.NewPCG(uint64(seed), 2))
			ops := right(seed, 1+r.IntN(4))
			s.spoil(r, ops)
			got := s.check(&monitor.Part{Ops: ops, Start: s.initial, Witness: true})
			seen[got.Status]++
			require.Equal(t, s.porcupine(ops), got.Status == monitor.Legal, "seed %d: %+v: %+v", seed, got, ops)
			if got.Status == monitor.Legal {
				s.replay(t, "longer", ops, got.Order)
				continue
			}
			near := func(i int) bool { return slices.Contains(slices.Concat(got.Core, got.Support), int32(i)) }
			core := func(i int) bool { return slices.Contains(got.Core, int32(i)) }
			require.False(t, s.linearizable(ops, near, core), "seed %d: %+v: %+v", seed, got, ops)
			require.LessOrEqual(t, len(got.Core), fewest, "seed %d: %+v: %+v", seed, got, ops)
		}
		t.Logf("%d histories: %v", count, seen)
		require.Greater(t, min(seen[monitor.Legal], seen[monitor.Illegal]), count/20)
	})
}

// spoil changes a history of a right object.
func (s *spec[S]) spoil(r *rand.Rand, ops []monitor.Op) {
	coarse := []int64{1, 100_000, 400_000}[r.IntN(3)]
	unknown := []float64{0, 0.05, 0.1}[r.IntN(3)]
	for i := range ops {
		ops[i].Call, ops[i].Return = ops[i].Call/coarse, ops[i].Return/coarse
		if r.Float64() < unknown {
			ops[i].Return = monitor.Never
			ops[i].Act = s.forget(ops[i].Act)
		}
	}
	for range r.IntN(3) {
		op := &ops[r.IntN(len(ops))]
		switch {
		case op.Return == monitor.Never:
		case r.IntN(2) == 0:
			op.Act = s.wrong(r, op.Act)
		default: // it returned too early
			op.Return = op.Call + (op.Return-op.Call)/int64(1+r.IntN(4))
		}
	}
	slices.SortStableFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
}

func TestRegisterAgreesWithPorcupineOnLongerHistories(t *testing.T) {
	for _, kinds := range []string{"rw", "rrwC", "rC", "rrwCCC"} {
		s := registerSpec(kinds, 0, 1, kinds)
		s.wrong = func(r *rand.Rand, a monitor.Act) monitor.Act {
			switch {
			case a.Kind == monitor.Read:
				a.Value += int64(r.IntN(5) - 2)
			case a.Kind == monitor.CompareAndSet && a.Other != a.Value+1:
				a.Other--
			}
			return a
		}
		s.forget = func(a monitor.Act) monitor.Act { return a }
		agreeLonger(t, s, 4, func(seed, clients int) []monitor.Op {
			return registerLoad(20+seed%41, clients, kinds, 1)
		})
	}
}

func TestMutexAgreesWithPorcupineOnLongerHistories(t *testing.T) {
	s := mutexSpec("longer", 0)
	s.forget = func(a monitor.Act) monitor.Act { return a }
	agreeLonger(t, s, 22, func(seed, clients int) []monitor.Op { return mutexLoad(12+seed%11, 1+clients) })
}
