package monitor_test

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// latency is how long an operation lasts in the long histories, in nanoseconds: 0.1 ms, and 1 ms more on average.
func latency(r *rand.Rand) int64 { return 100_000 + int64(r.ExpFloat64()*1e6) }

// busy makes the operations of clients that never rest. It gives them in order of call, and their places in the order in
// which they take effect, each at a random moment of its time.
func busy(r *rand.Rand, n, clients int) (ops []monitor.Op, order []int32) {
	free := make([]int64, clients)
	ops = make([]monitor.Op, n)
	for i := range ops {
		c := &free[i%clients]
		ops[i].Call = *c
		ops[i].Return = *c + latency(r)
		*c = ops[i].Return + 1
	}
	byCall(ops)
	at := make([]int64, n)
	for i, op := range ops {
		at[i], order = op.Call+r.Int64N(op.Return-op.Call+1), append(order, int32(i))
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Compare(at[i], at[j]) })
	return ops, order
}

func byCall(ops []monitor.Op) {
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
}

// loop is a history of a right object, whose n-th operation to take effect is the n-th that is drawn.
func (s *spec[S]) loop(r *rand.Rand, count, clients int) []monitor.Op {
	ops, order := busy(r, count, clients)
	state := s.start
	for n, i := range order {
		if next, right, ok := s.do(state, s.draw(r, n)); ok {
			state, ops[i].Act = next, right
		}
	}
	return ops
}

// registerLoad is a history of a right register. Kinds are those of registerSpec, and the n-th operation writes n times
// step.
func registerLoad(count, clients int, kinds string, step int64) []monitor.Op {
	r := rand.New(rand.NewPCG(uint64(count), uint64(clients)))
	ops, order := busy(r, count, clients)
	state := int64(0)
	for n, i := range order {
		a := monitor.Act{Kind: monitor.CompareAndSet, Value: int64(n+1) * step, Other: whatever}
		switch kinds[r.IntN(len(kinds))] {
		case 'r':
			a = monitor.Act{Kind: monitor.Read}
		case 'w':
			a.Kind = monitor.Write
		}
		state, ops[i].Act, _ = doRegister(state, a)
	}
	return ops
}

// holder is the kinds of operation of a queue or a stack.
type holder struct {
	lifo          bool
	in, out, none monitor.Kind
}

func aQueue() holder {
	return holder{in: monitor.Enqueue, out: monitor.Dequeue, none: monitor.DequeueEmpty}
}

func aStack() holder {
	return holder{lifo: true, in: monitor.Push, out: monitor.Pop, none: monitor.PopEmpty}
}

// load makes a legal history of a container that holds about 32 values at most at a time.
func (c holder) load(count, clients int) []monitor.Op {
	r := rand.New(rand.NewPCG(7, uint64(clients)))
	ops, order := busy(r, count, clients)
	var inside []int64
	for n, i := range order {
		switch act := &ops[i].Act; {
		case r.IntN(32) > len(inside):
			*act = monitor.Act{Kind: c.in, Value: int64(n)}
			inside = append(inside, int64(n))
		case len(inside) == 0:
			act.Kind = c.none
		case c.lifo:
			*act = monitor.Act{Kind: c.out, Value: inside[len(inside)-1]}
			inside = inside[:len(inside)-1]
		default:
			*act = monitor.Act{Kind: c.out, Value: inside[0]}
			inside = slices.Delete(inside, 0, 1)
		}
	}
	return ops
}

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
	byCall(ops)
	return ops
}

// busySet inserts, removes and looks for so many elements.
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
