package linear

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// extension goes on from the beginning of an order as long as some operation of known outcome can come next, whichever, and
// never back.
type extension[S comparable, I, O any] struct {
	*check[S, I, O]
	ctx context.Context
	object

	ops    []int32 // the order, as places
	in     []bool  // whether it has the operation, by place
	latest time.Duration
	states []S // in which it may leave the object
	spare  []S

	waiting []int32 // what must come and is not in the order, first to return first
	calls   int     // how many of the object's operations were called by the time that the first of these returned
	open    []int32 // of these, what must come and is not in the order, first to return first
	tries   int
}

// follow takes over an order, unless it is not legal.
func (e *extension[S, I, O]) follow(ops []int32) bool {
	e.ops, e.in, e.states = slices.Clip(ops), make([]bool, len(e.h.Ops)), []S{e.model.Init(e.key)}
	for _, i := range ops {
		if e.in[i] = true; !e.fits(i) {
			return false
		}
	}
	for _, i := range e.object.ops {
		if !e.in[i] && e.h.Ops[i].Outcome == history.OK {
			e.waiting = append(e.waiting, i)
		}
	}
	slices.SortFunc(e.waiting, func(i, j int32) int { return e.sooner(i, j) })
	return len(e.waiting) == 0 || e.latest <= e.h.Ops[e.waiting[0]].Return
}

func (e *extension[S, I, O]) sooner(i, j int32) int {
	return cmp.Or(cmp.Compare(e.h.Ops[i].Return, e.h.Ops[j].Return), cmp.Compare(i, j))
}

// fits puts an operation at the end of what was replayed, if it is legal there.
func (e *extension[S, I, O]) fits(i int32) bool {
	op := &e.h.Ops[i]
	to := e.model.after(append(e.spare[:0], e.states...), op)
	if len(to) == 0 {
		return false
	}
	e.states, e.spare = to, e.states
	e.latest = max(e.latest, op.Call)
	return true
}

// grow goes on until no operation can come next, which then are those that are open, and says whether there are any. It gives
// up if the time is over, unless that is little work.
func (e *extension[S, I, O]) grow() (stuck bool) {
	for {
		for len(e.waiting) > 0 && e.in[e.waiting[0]] {
			e.waiting = e.waiting[1:]
		}
		if len(e.waiting) == 0 || e.late() {
			return false
		}
		e.call(e.h.Ops[e.waiting[0]].Return)
		k := e.next()
		if k < 0 {
			return true
		}
		e.ops, e.in[e.open[k]] = append(e.ops, e.open[k]), true
		e.open = slices.Delete(e.open, k, k+1)
	}
}

// late says that there is too much to do for the time that there is.
func (e *extension[S, I, O]) late() bool {
	e.tries++
	return e.tries%fuel == 1 && e.ctx.Err() != nil && len(e.object.ops) > mostInHurry
}

// call opens what was called by a moment.
func (e *extension[S, I, O]) call(until time.Duration) {
	for ; e.calls < len(e.object.ops) && e.h.Ops[e.object.ops[e.calls]].Call <= until; e.calls++ {
		i := e.object.ops[e.calls]
		if !e.in[i] && e.h.Ops[i].Outcome == history.OK {
			at, _ := slices.BinarySearchFunc(e.open, i, e.sooner)
			e.open = slices.Insert(e.open, at, i)
		}
	}
}

// next puts an open operation into the order and gives its place among the open ones, or -1 if none is legal. Pure ones come
// before others, since they leave everything as it is.
func (e *extension[S, I, O]) next() int {
	for _, pure := range []bool{true, false} {
		for k, i := range e.open {
			if e.pure(i) == pure && e.fits(i) {
				return k
			}
		}
	}
	return -1
}

func (e *extension[S, I, O]) pure(i int32) bool {
	op := &e.h.Ops[i]
	return e.model.Pure != nil && e.model.Pure(op.Input, op.Output)
}
