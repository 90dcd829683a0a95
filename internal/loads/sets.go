package loads

import (
	"container/heap"
	"math/rand/v2"
	"sort"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// MutexActs is a history of a right lock and clients that wait for it all the time, first come, first served.
func MutexActs(count, clients int) []monitor.Op {
	r := rand.New(rand.NewPCG(uint64(count), uint64(clients)))
	asked := make([]int64, clients) // when the client next in line called
	ops := make([]monitor.Op, 0, count)
	for free := int64(0); len(ops) < count; {
		c := len(ops) / 2 % clients
		free = max(free, asked[c]) + 1
		got := free + latency(r)
		done := got + latency(r)
		ops = append(ops,
			monitor.Op{Act: monitor.Act{Kind: monitor.Acquire}, Call: asked[c], Return: got},
			monitor.Op{Act: monitor.Act{Kind: monitor.Release}, Call: got, Return: done})
		free = got + r.Int64N(done-got+1)
		asked[c] = done
	}
	byCall(ops)
	return ops
}

// SetActs inserts, removes and looks for so many elements.
func SetActs(n, clients, elements int) *monitor.Part {
	r := rand.New(rand.NewPCG(1, 2))
	ops, order := Busy(r, n, clients)
	state := make([]bool, elements)
	yes := map[bool]int64{true: 1}
	for _, i := range order {
		k := r.IntN(3)
		e := r.IntN(elements)
		var found bool
		state[e], found = DoElement(state[e], Change{Kind: "irc"[k]})
		kind := [...]monitor.Kind{monitor.Insert, monitor.Remove, monitor.Contains}[k]
		ops[i].Act = monitor.Act{Kind: kind, Value: int64(e), Other: yes[found]}
	}
	return &monitor.Part{Ops: ops}
}

// GrowSetActs has so many reads, spread evenly among includes of so many elements, each of which is included more than once
// where there are more operations than that.
func GrowSetActs(n, clients, elements, reads int) *monitor.Part {
	r := rand.New(rand.NewPCG(1, 2))
	ops, order := Busy(r, n, clients)
	part := &monitor.Part{Ops: ops}
	in := make([]bool, elements)
	var all []int64
	for k, i := range order {
		if every := max(1, n/reads); k%every == every-1 {
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

// Least is a heap of numbers whose first is the smallest.
type Least struct{ sort.IntSlice }

// Push is for package heap.
func (l *Least) Push(x any) { l.IntSlice = append(l.IntSlice, x.(int)) }

// Pop is for package heap.
func (l *Least) Pop() any {
	last := l.IntSlice[len(l.IntSlice)-1]
	l.IntSlice = l.IntSlice[:len(l.IntSlice)-1]
	return last
}

// PriorityActs has about 32 values waiting, of priorities in any order.
func PriorityActs(n, clients int) *monitor.Part {
	r := rand.New(rand.NewPCG(1, 2))
	ops, order := Busy(r, n, clients)
	values := r.Perm(n)
	waiting := &Least{}
	for k, i := range order {
		switch act := &ops[i].Act; {
		case r.IntN(64) >= waiting.Len():
			*act = monitor.Act{Kind: monitor.Put, Value: int64(values[k])}
			heap.Push(waiting, values[k])
		case waiting.Len() == 0:
			*act = monitor.Act{Kind: monitor.PollEmpty}
		default:
			*act = monitor.Act{Kind: monitor.Poll, Value: int64(heap.Pop(waiting).(int))}
		}
	}
	return &monitor.Part{Ops: ops}
}
