package monitor_test

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// closedLoop is what clients do that ask again as soon as they have been answered, after 0.1 ms and about 1 ms more.
// Each operation takes effect at some time in between; they come in the order of their effects.
type closedLoop struct{ pending []effect }

type effect struct {
	at int64
	op monitor.Op
}

func (c *closedLoop) Len() int           { return len(c.pending) }
func (c *closedLoop) Less(i, j int) bool { return c.pending[i].at < c.pending[j].at }
func (c *closedLoop) Swap(i, j int)      { c.pending[i], c.pending[j] = c.pending[j], c.pending[i] }
func (c *closedLoop) Push(x any)         { c.pending = append(c.pending, x.(effect)) }
func (c *closedLoop) Pop() any {
	last := c.pending[len(c.pending)-1]
	c.pending = c.pending[:len(c.pending)-1]
	return last
}

// fifoOrLifo makes a legal history of a queue or a stack, of about 32 values at most at a time.
func fifoOrLifo(clients, count int, lifo bool, in, out, none monitor.Kind) []monitor.Op {
	r := rand.New(rand.NewPCG(7, uint64(clients)))
	call := func(at int64) effect {
		op := monitor.Op{Call: at, Return: at + 100_000 + int64(r.ExpFloat64()*1e6)}
		return effect{at + r.Int64N(op.Return-at), op}
	}
	var c closedLoop
	for range clients {
		c.pending = append(c.pending, call(r.Int64N(1_000_000)))
	}
	heap.Init(&c)
	var inside []int64
	ops := make([]monitor.Op, 0, count)
	for n := range int64(count) {
		op := c.pending[0].op
		switch {
		case r.IntN(32) > len(inside):
			inside, op.Act = append(inside, n), monitor.Act{Kind: in, Value: n}
		case len(inside) == 0:
			op.Kind = none
		case lifo:
			op.Act = monitor.Act{Kind: out, Value: inside[len(inside)-1]}
			inside = inside[:len(inside)-1]
		default:
			op.Act = monitor.Act{Kind: out, Value: inside[0]}
			inside = slices.Delete(inside, 0, 1)
		}
		ops = append(ops, op)
		c.pending[0] = call(op.Return)
		heap.Fix(&c, 0)
	}
	slices.SortFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

// sortOnce is how long it takes to sort the calls and returns: no checker that reads a history can do without.
func sortOnce(ops []monitor.Op) time.Duration {
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

func benchmarkContainer(b *testing.B, lifo bool, in, out, none monitor.Kind, check func(*monitor.Part) monitor.Result) {
	b.Helper()
	for _, count := range []int{10_000, 1_000_000} {
		for _, clients := range []int{10, 100, 1_000} {
			b.Run(fmt.Sprintf("ops=%d/clients=%d", count, clients), func(b *testing.B) {
				ops := fifoOrLifo(clients, count, lifo, in, out, none)
				sorting := sortOnce(ops)
				b.ReportAllocs()
				for b.Loop() {
					if got := check(&monitor.Part{Ops: ops}); got.Status != monitor.Legal {
						b.Fatalf("%+v", got)
					}
				}
				each := b.Elapsed() / time.Duration(b.N)
				b.ReportMetric(float64(each)/float64(count), "ns/operation")
				b.ReportMetric(float64(each)/float64(sorting), "x-sort")
			})
		}
	}
}

func BenchmarkQueue(b *testing.B) {
	benchmarkContainer(b, false, monitor.Enqueue, monitor.Dequeue, monitor.DequeueEmpty, monitor.Queue)
}

func BenchmarkStack(b *testing.B) {
	benchmarkContainer(b, true, monitor.Push, monitor.Pop, monitor.PopEmpty, monitor.Stack)
}
