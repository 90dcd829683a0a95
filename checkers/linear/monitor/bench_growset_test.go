package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// busyGrowSet has so many reads, spread evenly among includes of so many elements, each of which is included more than once
// where there are more operations than that.
func busyGrowSet(n, clients, elements, reads int) *monitor.Part {
	r := rand.New(rand.NewPCG(1, 2))
	ops, order := busy(r, n, clients)
	part := &monitor.Part{Ops: ops}
	in := make([]bool, elements)
	var all []int64
	for k, i := range order {
		if k%(n/reads) == n/reads-1 {
			ops[i].Act = monitor.Act{Kind: monitor.ReadAll, Value: int64(len(part.Members))}
			part.Members = append(part.Members, all[:len(all):len(all)])
			continue
		}
		e := k * elements / n
		if n > elements && r.IntN(2) == 0 {
			e = r.IntN(e + 1)
		}
		ops[i].Act = monitor.Act{Kind: monitor.Include, Value: int64(e)}
		if !in[e] {
			in[e], all = true, append(all, int64(e))
		}
	}
	return part
}

func BenchmarkGrowSet(b *testing.B) {
	for _, n := range []int{10_100, 1_000_000} {
		for _, clients := range []int{100, 1000} {
			b.Run(fmt.Sprintf("elements=10000/reads=100/ops=%d/clients=%d", n, clients), func(b *testing.B) {
				measure(b, busyGrowSet(n, clients, 10_000, 100), monitor.GrowSet)
			})
		}
	}
}
