package linear

import (
	"context"
	"time"

	"github.com/lostupdate/stress/history"
)

// layer lays parts out, one at a time in the same memory: it sweeps over time and keeps what is open.
type layer[S comparable, I, O any] struct {
	part
	h     *history.History[I, O]
	model *Model[S, I, O]
	eager bool // take pure operations eagerly
	spare bool // leave loose ones out that are pure
	alike alike[I, O]
	open  []opened // a heap by time of return
	free  []int32  // slots that nobody has
	next  int32    // the next number for those alike

	openFirst [startOpen]opened // where open and free begin
	freeFirst [startOpen]int32
}

// opened is a called operation that has not returned.
type opened struct {
	at     time.Duration // of return
	nth    int32         // its place in called, until its rank is known
	place  int32
	slot   int32
	number int32 // equal for those that are alike
	lonely bool  // it is like no other
}

// before orders operations by return, those that return together by place, so that ranks do not depend on what else is
// open.
func (o *opened) before(other *opened) bool {
	return o.at < other.at || o.at == other.at && o.place < other.place
}

// init makes a layer of a check's operations.
func (l *layer[S, I, O]) init(c *check[S, I, O]) {
	l.h, l.model, l.alike = c.h, &c.model, newAlike[I, O](c.prune.has(symmetry))
	l.eager = c.model.Pure != nil && c.prune.has(eager)
	l.spare = c.model.Pure != nil && c.prune.has(useless)
	l.open, l.free = l.openFirst[:0], l.freeFirst[:0]
}

// lay makes the part of the operations at these places, which are in order of call; loose says of the n-th of them
// whether it is. The part is good until the next.
func (l *layer[S, I, O]) lay(ctx context.Context, places []int32, loose func(n int) bool) (*part, error) {
	l.empty(len(places))
	l.open, l.free, l.next = l.open[:0], l.free[:0], 0
	for n, i := range places {
		if n%(1<<14) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for len(l.open) > 0 && l.open[0].at < l.h.Ops[i].Call {
			l.rank(l.pop())
		}
		if loose(n) {
			l.callLoose(i)
		} else {
			l.call(i)
		}
	}
	for len(l.open) > 0 {
		l.rank(l.pop())
	}
	return &l.part, nil
}

// call opens a bound operation.
func (l *layer[S, I, O]) call(i int32) {
	op := &l.h.Ops[i]
	o := opened{at: op.Return, nth: int32(len(l.called)), place: i, slot: l.take(), lonely: !l.alike.comparable(op, true)}
	o.number = l.numberOf(op, o.lonely)
	l.called = append(l.called, -1)
	l.push(o)
}

// numberOf gives the number of an open operation that is alike, or a new one. To look at all that are open costs no more
// than the search will, which does the same in every layer.
func (l *layer[S, I, O]) numberOf(op *history.Op[I, O], lonely bool) int32 {
	for n := 0; n < len(l.open) && !lonely; n++ {
		if o := &l.open[n]; !o.lonely && l.alike.both(op, &l.h.Ops[o.place]) {
			return o.number
		}
	}
	l.next++
	return l.next
}

// lookBack is among how many loose operations one like another is looked for.
const lookBack = 64

// callLoose opens a loose operation, for ever. What an operation of unknown outcome returned means nothing.
func (l *layer[S, I, O]) callLoose(i int32) {
	op, prior := &l.h.Ops[i], int32(-1)
	whole := op.Outcome == history.OK
	if whole && l.spare && l.model.Pure(op.Input, op.Output) {
		return // an order that has it is as good without
	}
	if l.alike.comparable(op, whole) {
		for x := len(l.loose) - 1; x >= max(0, len(l.loose)-lookBack) && prior < 0; x-- {
			before := &l.h.Ops[l.loose[x]]
			if before.Outcome == op.Outcome && l.alike.comparable(before, whole) && l.alike.inputs(op, before) &&
				(!whole || l.alike.both(op, before)) {
				prior = int32(x)
			}
		}
	}
	l.loose, l.prior = append(l.loose, i), append(l.prior, prior)
}

// take gives a slot that nobody has.
func (l *layer[S, I, O]) take() int32 {
	if n := len(l.free); n > 0 {
		s := l.free[n-1]
		l.free = l.free[:n-1]
		return s
	}
	l.slots++
	return int32(l.slots - 1)
}

// rank closes an operation: the next rank is its.
func (l *layer[S, I, O]) rank(o opened) {
	op := &l.h.Ops[o.place]
	l.called[o.nth] = int32(len(l.place))
	l.place, l.slot, l.twins = append(l.place, o.place), append(l.slot, o.slot), append(l.twins, o.number)
	l.pure = append(l.pure, l.eager && l.model.Pure(op.Input, op.Output))
	l.upTo = append(l.upTo, int32(len(l.called)))
	if len(l.loose) > 0 {
		for len(l.looseUpTo) < len(l.place)-1 {
			l.looseUpTo = append(l.looseUpTo, 0)
		}
		l.looseUpTo = append(l.looseUpTo, int32(len(l.loose)))
	}
	l.free = append(l.free, o.slot)
}

// push and pop keep open as a heap, the earliest return on top.
func (l *layer[S, I, O]) push(o opened) {
	l.open = append(l.open, o)
	i := len(l.open) - 1
	for up := (i - 1) / 2; i > 0 && l.open[i].before(&l.open[up]); up = (i - 1) / 2 {
		l.open[i], l.open[up] = l.open[up], l.open[i]
		i = up
	}
}

func (l *layer[S, I, O]) pop() opened {
	top, last := l.open[0], len(l.open)-1
	l.open[0] = l.open[last]
	l.open = l.open[:last]
	for i := 0; ; {
		least := i
		for down := 2*i + 1; down <= 2*i+2 && down < last; down++ {
			if l.open[down].before(&l.open[least]) {
				least = down
			}
		}
		if least == i {
			return top
		}
		l.open[i], l.open[least] = l.open[least], l.open[i]
		i = least
	}
}
