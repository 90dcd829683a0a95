package linear

import (
	"context"

	"github.com/lostupdate/stress/checkers/linear/monitor"
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
	joint := len(objects) == 1 && objects[0].joint
	if c.model.Type != nil && c.prune.has(monitors) && !joint {
		t := newTranslation(c, objects)
		for from := 0; from < len(objects) && ctx.Err() == nil; {
			to := t.fitting(from)
			c.decide(ctx, t, from, to, findings, decided)
			from = to
		}
		for i := range objects { // the memory may have been with others
			if findings[i].halt == outOfMemory {
				c.decide(ctx, t, i, i+1, findings, decided)
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

// decide has the objects of a range decided by monitors, if they are suited.
func (c *check[S, I, O]) decide(
	ctx context.Context, t *translation[S, I, O], from, to int, findings []finding, decided []bool,
) {
	columns := t.bytes(from, to)
	if !c.budget.take(columns) {
		if to-from == 1 {
			findings[from] = finding{halt: outOfMemory}
			return
		}
		half := from + (to-from)/2
		c.decide(ctx, t, from, half, findings, decided)
		c.decide(ctx, t, half, to, findings, decided)
		return
	}
	defer c.budget.give(columns)
	parts := t.parts(from, to)
	share(to-from, t.before[to]-t.before[from], func(next func() int) {
		for n := next(); n < len(parts); n = next() {
			i := from + n
			findings[i], decided[i] = c.monitor(ctx, t.objects[i], &parts[n])
		}
	})
}

// monitor decides an object by a monitor, if one is suited; see convict for what is illegal.
func (c *check[S, I, O]) monitor(ctx context.Context, o object, p *monitor.Part) (f finding, decided bool) {
	if ctx.Err() != nil {
		return finding{}, false
	}
	need := monitor.Bytes(p)
	if !c.budget.take(need) {
		return finding{halt: outOfMemory}, false
	}
	defer c.budget.give(need)
	switch r := monitor.Check(p); r.Status {
	case monitor.Legal:
		return c.acquit(o, r)
	case monitor.Illegal:
		return c.convict(ctx, o, p, r)
	default:
		return finding{}, false
	}
}
