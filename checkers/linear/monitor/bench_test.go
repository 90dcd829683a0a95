package monitor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/gauge"
	"github.com/lostupdate/stress/internal/loads"
)

// BenchmarkHot is one object that a million operations are made on.
func BenchmarkHot(b *testing.B) {
	for _, s := range loads.Subjects() {
		for _, clients := range [...]int{10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/clients=%d", s.Name, clients), func(b *testing.B) {
				measure(b, s.Load(1_000_000, clients), s.Check)
			})
		}
	}
}

// BenchmarkGrowth goes from ten thousand to ten million operations by 100 clients.
func BenchmarkGrowth(b *testing.B) {
	for _, s := range loads.Subjects() {
		for _, n := range [...]int{10_000, 100_000, 1_000_000, 10_000_000} {
			b.Run(fmt.Sprintf("%s/ops=%d", s.Name, n), func(b *testing.B) { measure(b, s.Load(n, 100), s.Check) })
		}
	}
}

// measure runs a monitor on a legal history, and tells what processor time it costs for each operation and beside sorting
// the events.
func measure(b *testing.B, part *monitor.Part, check func(*monitor.Part) monitor.Result) {
	b.Helper()
	sorted := sorting(part.Ops)
	b.ReportAllocs()
	begin := gauge.CPU()
	for b.Loop() {
		require.Equal(b, monitor.Legal, check(part).Status)
	}
	each := float64((gauge.CPU() - begin).Nanoseconds()) / float64(b.N)
	b.ReportMetric(each/float64(len(part.Ops)), "cpu-ns/operation")
	b.ReportMetric(each/float64(sorted.Nanoseconds()), "x-sort")
}

// sorting is what it takes to sort the events of a history once.
func sorting(ops []monitor.Op) time.Duration {
	least := time.Duration(1 << 62)
	for range 3 {
		events := loads.Events(ops)
		begin := gauge.CPU()
		loads.Sort(events)
		least = min(least, gauge.CPU()-begin)
	}
	return max(least, 1)
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
				part := loads.CounterActs(10_000, clients, acts...)
				if got := monitor.Counter(part); got.Status != monitor.Legal {
					b.Skip(got.Status, got.Reason)
				}
				measure(b, part, monitor.Counter)
			})
		}
	}
}
