package loads

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// What follows are histories in the monitors' words, up to ten million operations of them. Here the n-th operation to take
// effect is the n-th that is drawn, so that no operation depends on a state that is not known yet.

// latency is how long an operation lasts, in nanoseconds: 0.1 ms, and 1 ms more on average.
func latency(r *rand.Rand) int64 { return 100_000 + int64(r.ExpFloat64()*1e6) }

// Busy makes the operations of clients that never rest. It gives them in order of call, and their places in the order in
// which they take effect, each at a random moment of its time.
func Busy(r *rand.Rand, n, clients int) (ops []monitor.Op, order []int32) {
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
	order = make([]int32, n)
	for i, op := range ops {
		at[i], order[i] = op.Call+r.Int64N(op.Return-op.Call+1), int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Compare(at[i], at[j]) })
	return ops, order
}

func byCall(ops []monitor.Op) {
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
}

// RegisterActs is a history of a right register. Each operation is of one of the kinds, some of which may stand more often: a
// read 'r', a write 'w', a compare-and-set that succeeds 'C'. The n-th operation writes n times step.
func RegisterActs(count, clients int, kinds string, step int64) []monitor.Op {
	r := rand.New(rand.NewPCG(uint64(count), uint64(clients)))
	ops, order := Busy(r, count, clients)
	state := int64(0)
	for n, i := range order {
		value := int64(n+1) * step
		switch act := &ops[i].Act; kinds[r.IntN(len(kinds))] {
		case 'r':
			*act = monitor.Act{Kind: monitor.Read, Value: state}
		case 'w':
			*act = monitor.Act{Kind: monitor.Write, Value: value}
			state = value
		default:
			*act = monitor.Act{Kind: monitor.CompareAndSet, Value: value, Other: state}
			state = value
		}
	}
	return ops
}

// CounterActs is a history of a right counter that starts at 3, with acts drawn from a list; what those say of the answer
// is ignored.
func CounterActs(count, clients int, acts ...monitor.Act) *monitor.Part {
	r := rand.New(rand.NewPCG(1, uint64(clients)))
	ops, order := Busy(r, count, clients)
	state := int64(3)
	for _, i := range order {
		act := acts[r.IntN(len(acts))]
		switch act.Kind {
		case monitor.Read:
			act.Value = state
		case monitor.FetchAdd:
			act.Other = state
			state += act.Value
		default:
			state += act.Value
		}
		ops[i].Act = act
	}
	return &monitor.Part{Ops: ops, Start: 3}
}

// Holder is the kinds of operation of a queue or a stack.
type Holder struct {
	lifo          bool
	in, out, none monitor.Kind
}

// AQueue gives the kinds of a queue.
func AQueue() Holder {
	return Holder{in: monitor.Enqueue, out: monitor.Dequeue, none: monitor.DequeueEmpty}
}

// AStack gives the kinds of a stack.
func AStack() Holder {
	return Holder{lifo: true, in: monitor.Push, out: monitor.Pop, none: monitor.PopEmpty}
}

// Acts makes a legal history of a container that holds about 32 values at most at a time.
func (c Holder) Acts(count, clients int) []monitor.Op {
	r := rand.New(rand.NewPCG(7, uint64(clients)))
	ops, order := Busy(r, count, clients)
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
