package linear

import (
	"context"
	"unsafe"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// Type says which of the well-known data types an object is, in the vocabulary of package monitor: a register, a
// counter, a queue. Where the operations on an object meet a monitor's conditions, such as that every value was written
// once, its history is then decided exactly in O(n log n), with any number of clients; elsewhere it is searched as ever.
type Type[I, O any] struct {
	// Act says what an operation did, or [monitor.Other] where that cannot be said, which leaves the object to the search.
	// Where known is false its outcome is unknown, and out means nothing. It must agree with the model's Step and Effect:
	// what it calls a read of 7 is legal in the state that stands for 7, and in no other; else a verdict may be wrong, above
	// all one of Valid. Required.
	Act func(in I, out O, known bool) monitor.Act

	// Start gives what a register or a counter holds in the state of Init(key); nil means 0.
	Start func(key uint64) int64

	// Members gives the elements that a [monitor.ReadAll] returned; the Value of its Act is ignored. It may be nil if there
	// are none.
	Members func(out O) []int64
}

// plan decides what the monitors can, and gives the objects that are left to the search.
func (c *check[S, I, O]) plan(ctx context.Context, objects []object, findings []finding) (open []int) {
	decided := make([]bool, len(objects))
	if c.model.Type != nil && c.prune.has(monitors) {
		share(len(objects), len(c.h.Ops), func(next func() int) {
			for i := next(); i < len(objects); i = next() {
				findings[i], decided[i] = c.monitor(ctx, objects[i])
			}
		})
		for i := range objects { // the memory may have been with others
			if findings[i].halt == outOfMemory {
				findings[i], decided[i] = c.monitor(ctx, objects[i])
			}
		}
	}
	for i := range objects {
		if !decided[i] {
			open = append(open, i)
		}
	}
	return open
}

// monitor decides an object by a monitor, if one is suited; see convict for what is illegal.
func (c *check[S, I, O]) monitor(ctx context.Context, o object) (f finding, decided bool) {
	if o.joint || ctx.Err() != nil {
		return finding{}, false
	}
	columns := int64(unsafe.Sizeof(monitor.Op{})) * int64(len(o.ops))
	if !c.budget.take(columns) {
		return finding{halt: outOfMemory}, false
	}
	defer c.budget.give(columns)
	p := c.part(o)
	need := monitor.Bytes(p)
	if !c.budget.take(need) {
		return finding{halt: outOfMemory}, false
	}
	defer c.budget.give(need)
	switch r := monitor.Check(p); r.Status {
	case monitor.Legal:
		return c.acquit(o, r)
	case monitor.Illegal:
		return c.convict(ctx, o, r)
	default:
		return finding{}, false
	}
}

// part translates an object's history for the monitors.
func (c *check[S, I, O]) part(o object) *monitor.Part {
	p := &monitor.Part{Ops: make([]monitor.Op, len(o.ops)), Witness: c.orders}
	if c.model.Type.Start != nil {
		p.Start = c.model.Type.Start(o.key)
	}
	for n, i := range o.ops {
		p.Ops[n] = c.model.Type.translate(&c.h.Ops[i], p)
	}
	return p
}

// translate puts an operation into the monitors' words, and what it returned of a whole set into the part.
func (t *Type[I, O]) translate(op *history.Op[I, O], p *monitor.Part) monitor.Op {
	known := op.Outcome == history.OK
	to := monitor.Op{Act: t.Act(op.Input, op.Output, known), Call: int64(op.Call), Return: monitor.Never}
	if known {
		to.Return = min(int64(op.Return), monitor.Never-1) // at the end of time is not never
	}
	if known && to.Kind == monitor.ReadAll && t.Members != nil {
		to.Value, p.Members = int64(len(p.Members)), append(p.Members, t.Members(op.Output))
	}
	return to
}
