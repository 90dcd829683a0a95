package monitor_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func BenchmarkCounter(b *testing.B) {
	s := counterSpec("", monitor.Counter, 1, add(1), read())
	for _, clients := range [...]int{100, 1000} {
		benchmarkSums(b, s, 1_000_000, clients)
	}
}

func BenchmarkFetchAndAdd(b *testing.B) {
	s := counterSpec("", monitor.FetchAndAdd, 1, fetchAdd(1))
	for _, clients := range [...]int{100, 1000} {
		benchmarkSums(b, s, 1_000_000, clients)
	}
}

// BenchmarkCounterOfSeveral shows how far the sweep goes.
func BenchmarkCounterOfSeveral(b *testing.B) {
	for _, deltas := range [...][]int64{{1, 2}, {1, 2, 5, 10}, {1, -1}, {2, -3}, {1, 2, -1}} {
		acts := []monitor.Act{}
		for _, delta := range deltas {
			acts = append(acts, add(delta), read())
		}
		for _, clients := range [...]int{10, 20, 50, 100} {
			b.Run(fmt.Sprintf("deltas=%v", deltas), func(b *testing.B) {
				benchmarkSums(b, counterSpec("", monitor.Counter, 1, acts...), 10_000, clients)
			})
		}
	}
}

func benchmarkSums(b *testing.B, s spec[int64], count, clients int) {
	ops := s.loop(rand.New(rand.NewPCG(1, uint64(clients))), count, clients)
	sorting := sortingOf(ops)
	b.Run(fmt.Sprintf("ops=%d/clients=%d", count, clients), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got := s.check(&monitor.Part{Ops: ops, Start: s.initial}); got.Status != monitor.Legal {
				b.Skip(got.Status, got.Reason)
			}
		}
		each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		b.ReportMetric(each/float64(count), "ns/operation")
		b.ReportMetric(each/sorting, "x-sort")
	})
}

// sortingOf is how many nanoseconds it takes to sort the events once.
func sortingOf(ops []monitor.Op) float64 {
	type event struct {
		time  int64
		place int32
	}
	best := time.Duration(math.MaxInt64)
	for range 3 {
		events := make([]event, 0, 2*len(ops))
		for i, op := range ops {
			events = append(events, event{op.Call, int32(i)}, event{op.Return, int32(i)})
		}
		start := time.Now()
		slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds())
}

// loop makes a legal history of clients that never rest: an operation lasts 0.1 ms and an exponential time of 1 ms in
// the mean, and takes effect at a random moment of it.
func (s *spec[S]) loop(r *rand.Rand, count, clients int) []monitor.Op {
	ops, at, free := make([]monitor.Op, count), make([]int64, count), make([]int64, clients)
	for n := range ops {
		c := n % clients
		op := monitor.Op{Act: s.draw(r, n), Call: free[c] + 1}
		op.Return = op.Call + int64((0.1+r.ExpFloat64())*1e6)
		free[c], ops[n], at[n] = op.Return, op, op.Call+r.Int64N(op.Return-op.Call)
	}
	order := make([]int, count)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(at[i], at[j]) })
	state := s.start
	for _, i := range order {
		if next, right, ok := s.do(state, ops[i].Act); ok {
			state, ops[i].Act = next, right
		}
	}
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}
