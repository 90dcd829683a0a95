package monitor_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// mutexLoad is a history of a right lock and clients that wait for it all the time, first come, first served.
func mutexLoad(count, clients int) []monitor.Op {
	r := rand.New(rand.NewPCG(uint64(count), uint64(clients)))
	asked := make([]int64, clients) // when the client next in line called
	ops := make([]monitor.Op, 0, count)
	for free := int64(0); len(ops) < count; {
		c := len(ops) / 2 % clients
		free = max(free, asked[c]) + 1
		got := free + latency(r)
		ops = append(ops, acquires(asked[c], got))
		done := got + latency(r)
		ops = append(ops, releases(got, done))
		free = got + r.Int64N(done-got+1)
		asked[c] = done
	}
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

func BenchmarkMutex(b *testing.B) {
	for _, clients := range []int{10, 100, 1000} {
		const count = 1_000_000
		benchmarkLegal(b, fmt.Sprintf("ops=%d/clients=%d", count, clients), mutexLoad(count, clients), monitor.Mutex)
	}
}
