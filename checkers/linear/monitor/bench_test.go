package monitor_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// subject is a monitor with a legal history for it, of so many operations by so many clients.
type subject struct {
	name  string
	check func(*monitor.Part) monitor.Result
	load  func(n, clients int) *monitor.Part
}

func subjects() []subject {
	part := func(ops []monitor.Op) *monitor.Part { return &monitor.Part{Ops: ops} }
	register := func(kinds string, step int64) func(n, clients int) *monitor.Part {
		return func(n, clients int) *monitor.Part { return part(registerLoad(n, clients, kinds, step)) }
	}
	sums := func(acts ...monitor.Act) func(n, clients int) *monitor.Part {
		s := counterSpec("", nil, 1, acts...)
		return func(n, clients int) *monitor.Part {
			return &monitor.Part{Ops: s.loop(rand.New(rand.NewPCG(1, uint64(clients))), n, clients), Start: s.initial}
		}
	}
	set := func(elements int) func(n, clients int) *monitor.Part {
		return func(n, clients int) *monitor.Part { return busySet(n, clients, elements) }
	}
	return []subject{
		{"register", monitor.Register, register("rw", 1)},
		{"register of far values", monitor.Register, register("rw", 1e9)},
		{"compare-and-set", monitor.Register, register("rwC", 1)},
		{"compare-and-set chain", monitor.Register, register("rC", 1)},
		{"counter", monitor.Counter, sums(add(1), read())},
		{"fetch-and-add", monitor.FetchAndAdd, sums(fetchAdd(1))},
		{"queue", monitor.Queue, func(n, clients int) *monitor.Part { return part(aQueue().load(n, clients)) }},
		{"stack", monitor.Stack, func(n, clients int) *monitor.Part { return part(aStack().load(n, clients)) }},
		{"priority queue", monitor.PriorityQueue, busyPriorities},
		{"set of one element", monitor.Set, set(1)},
		{"set of 1000 elements", monitor.Set, set(1000)},
		{"grow-only set", monitor.GrowSet, func(n, clients int) *monitor.Part { return busyGrowSet(n, clients, min(n, 10_000), 100) }},
		{"mutex", monitor.Mutex, func(n, clients int) *monitor.Part { return part(mutexLoad(n, clients)) }},
	}
}

// BenchmarkHot is one object that a million operations are made on.
func BenchmarkHot(b *testing.B) {
	for _, s := range subjects() {
		for _, clients := range [...]int{10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/clients=%d", s.name, clients), func(b *testing.B) {
				measure(b, s.load(1_000_000, clients), s.check)
			})
		}
	}
}

// BenchmarkGrowth goes from ten thousand to ten million operations by 100 clients.
func BenchmarkGrowth(b *testing.B) {
	for _, s := range subjects() {
		for _, n := range [...]int{10_000, 100_000, 1_000_000, 10_000_000} {
			b.Run(fmt.Sprintf("%s/ops=%d", s.name, n), func(b *testing.B) { measure(b, s.load(n, 100), s.check) })
		}
	}
}

// measure runs a monitor on a legal history, and tells what it costs for each operation and beside sorting the events.
func measure(b *testing.B, part *monitor.Part, check func(*monitor.Part) monitor.Result) {
	b.Helper()
	sorted := sorting(part.Ops)
	b.ReportAllocs()
	for b.Loop() {
		require.Equal(b, monitor.Legal, check(part).Status)
	}
	each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(each/float64(len(part.Ops)), "ns/operation")
	b.ReportMetric(each/float64(sorted.Nanoseconds()), "x-sort")
}

// sorting is how long it takes to sort the events of a history once, the least that a checker without an order could do.
func sorting(ops []monitor.Op) time.Duration {
	type event struct {
		time  int64
		place int32
	}
	least := time.Duration(1 << 62)
	for range 3 {
		events := make([]event, 0, 2*len(ops))
		for i, op := range ops {
			events = append(events, event{op.Call, int32(i)}, event{op.Return, int32(i)})
		}
		begin := time.Now()
		slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
		least = min(least, time.Since(begin))
	}
	return least
}

// BenchmarkIllegal has one wrong answer at the end of a million operations, where a proof has the furthest to go.
func BenchmarkIllegal(b *testing.B) {
	b.Run("compare-and-set chain", func(b *testing.B) {
		ops := registerLoad(1_000_000, 100, "rC", 1)
		end := ops[len(ops)-1].Return + 1e9
		ops = append(ops, writes(-5, end, end), reads(ops[len(ops)/2].Value, end+1, end+1))
		convict(b, &monitor.Part{Ops: ops}, monitor.Register)
	})
	b.Run("set of one element", func(b *testing.B) {
		part := busySet(1_000_000, 100, 1)
		for i := range part.Ops[len(part.Ops)-1000:] {
			op := &part.Ops[len(part.Ops)-1000+i]
			if op.Kind == monitor.Remove && op.Other == 1 {
				op.Other = 0
			}
		}
		convict(b, part, monitor.Set)
	})
}

func convict(b *testing.B, part *monitor.Part, check func(*monitor.Part) monitor.Result) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		require.Equal(b, monitor.Illegal, check(part).Status)
	}
}

// BenchmarkCounterOfSeveral shows how far counters of several deltas are decided.
func BenchmarkCounterOfSeveral(b *testing.B) {
	for _, deltas := range [...][]int64{{1, 2}, {1, 2, 5, 10}, {1, -1}, {2, -3}, {1, 2, -1}} {
		acts := []monitor.Act{}
		for _, delta := range deltas {
			acts = append(acts, add(delta), read())
		}
		for _, clients := range [...]int{10, 20, 50, 100} {
			b.Run(fmt.Sprintf("deltas=%v/clients=%d", deltas, clients), func(b *testing.B) {
				s := counterSpec("", nil, 1, acts...)
				part := &monitor.Part{Ops: s.loop(rand.New(rand.NewPCG(1, 2)), 10_000, clients), Start: s.initial}
				if got := monitor.Counter(part); got.Status != monitor.Legal {
					b.Skip(got.Status, got.Reason)
				}
				measure(b, part, monitor.Counter)
			})
		}
	}
}
