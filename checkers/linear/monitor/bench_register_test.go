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

// latency is how long an operation of a benchmark lasts, in nanoseconds: 0.1 ms, and 1 ms more on average.
func latency(r *rand.Rand) int64 { return 100_000 + int64(r.ExpFloat64()*1e6) }

// registerLoad is a history of a right register that clients use without pause; each operation takes effect somewhere
// in its time. Kinds are those of registerSpec, and an operation writes place times step.
func registerLoad(count, clients int, kinds string, step int64) []monitor.Op {
	r := rand.New(rand.NewPCG(uint64(count), uint64(clients)))
	free := make([]int64, clients)
	ops, at := make([]monitor.Op, count), make([]int64, count)
	for i := range ops {
		c := i % clients
		call := free[c]
		free[c] = call + latency(r)
		a := monitor.Act{Kind: monitor.CompareAndSet, Value: int64(i+1) * step, Other: whatever}
		switch kinds[r.IntN(len(kinds))] {
		case 'r':
			a = monitor.Act{Kind: monitor.Read}
		case 'w':
			a.Kind = monitor.Write
		}
		ops[i] = monitor.Op{Act: a, Call: call, Return: free[c]}
		at[i] = call + r.Int64N(free[c]-call+1)
	}
	state := int64(0)
	for _, i := range inOrder(at) {
		state, ops[i].Act, _ = doRegister(state, ops[i].Act)
	}
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

// inOrder gives the places of times in their order.
func inOrder(at []int64) []int32 {
	order := make([]int32, len(at))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Compare(at[i], at[j]) })
	return order
}

// sortEvents is how long it takes to sort the calls and returns of a history once: what nobody can do without.
func sortEvents(ops []monitor.Op) time.Duration {
	type event struct {
		time  int64
		place int32
	}
	events := make([]event, 0, 2*len(ops))
	for i, op := range ops {
		events = append(events, event{op.Call, int32(i)}, event{op.Return, int32(i)})
	}
	start := time.Now()
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	return time.Since(start)
}

// benchmarkLegal measures a monitor on a history that is legal.
func benchmarkLegal(b *testing.B, name string, ops []monitor.Op, check func(p *monitor.Part) monitor.Result) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		sorted := sortEvents(ops)
		b.ResetTimer()
		for b.Loop() {
			require.Equal(b, monitor.Legal, check(&monitor.Part{Ops: ops}).Status)
		}
		each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		b.ReportMetric(each/float64(len(ops)), "ns/operation")
		b.ReportMetric(each/float64(sorted.Nanoseconds()), "x-sort")
	})
}

func BenchmarkRegister(b *testing.B) {
	for _, mix := range []struct {
		name, kinds string
		step        int64
	}{{"", "rw", 1}, {"/far", "rw", 1e9}, {"/cas", "rwC", 1}, {"/chain", "rC", 1}} {
		for _, clients := range []int{10, 100, 1000} {
			const count = 1_000_000
			name := fmt.Sprintf("ops=%d/clients=%d%s", count, clients, mix.name)
			benchmarkLegal(b, name, registerLoad(count, clients, mix.kinds, mix.step), monitor.Register)
		}
	}
}

// The worst that can happen to a proof: it is at the end of everything.
func BenchmarkRegisterIllegal(b *testing.B) {
	ops := registerLoad(1_000_000, 100, "rC", 1)
	end := ops[len(ops)-1].Return + 1e9
	ops = append(ops, writes(-5, end, end), reads(ops[len(ops)/2].Value, end+1, end+1))
	b.ReportAllocs()
	for b.Loop() {
		require.Equal(b, monitor.Illegal, monitor.Register(&monitor.Part{Ops: ops}).Status)
	}
}
