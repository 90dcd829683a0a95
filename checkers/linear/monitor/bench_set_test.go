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

// busy makes the operations of clients that never rest, in nanoseconds: each lasts 0.1 ms and an exponential time of mean
// 1 ms. It gives them in order of call, and their places in the order in which they take effect.
func busy(r *rand.Rand, n, clients int) (ops []monitor.Op, order []int32) {
	free := make([]int64, clients)
	ops = make([]monitor.Op, n)
	for i := range ops {
		c := &free[i%clients]
		ops[i].Call = *c
		ops[i].Return = *c + 100_000 + int64(r.ExpFloat64()*1_000_000)
		*c = ops[i].Return + 1
	}
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	at := make([]int64, n)
	for i, op := range ops {
		at[i], order = op.Call+r.Int64N(op.Return-op.Call+1), append(order, int32(i))
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Compare(at[i], at[j]) })
	return ops, order
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

// measure runs a monitor on a legal history.
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

func busySet(n, clients, elements int) *monitor.Part {
	r := rand.New(rand.NewPCG(1, 2))
	s := setSpec("", 1)
	ops, order := busy(r, n, clients)
	state := make([]uint8, elements)
	for _, i := range order {
		act := monitor.Act{Kind: []monitor.Kind{monitor.Insert, monitor.Remove, monitor.Contains}[r.IntN(3)]}
		e := r.IntN(elements)
		state[e], act, _ = s.do(state[e], act)
		act.Value = int64(e)
		ops[i].Act = act
	}
	return &monitor.Part{Ops: ops}
}

func BenchmarkSet(b *testing.B) {
	for _, elements := range []int{1, 1000, 1_000_000} {
		for _, clients := range []int{100, 1000} {
			b.Run(fmt.Sprintf("elements=%d/ops=1000000/clients=%d", elements, clients), func(b *testing.B) {
				measure(b, busySet(1_000_000, clients, elements), monitor.Set)
			})
		}
	}
}

// BenchmarkSetIllegal has one wrong answer near the end of a hot element's history.
func BenchmarkSetIllegal(b *testing.B) {
	part := busySet(1_000_000, 100, 1)
	for i := range part.Ops[len(part.Ops)-1000:] {
		op := &part.Ops[len(part.Ops)-1000+i]
		if op.Kind == monitor.Remove && op.Other == 1 {
			op.Other = 0
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		require.Equal(b, monitor.Illegal, monitor.Set(part).Status)
	}
}
