package monitor

// forgetSet leaves one insert that is over for each element that is there, and what waits: the operations under way that
// change an element and have not done so, those of unknown outcome that may, and observers under way that have not seen yet
// what they saw.
//
// That is all that the monitor remembers of an element when it has gone through a history up to a time: the bit, who can
// change it, and who watches. Up to then it does not look at what is called later. So it goes on from what is left as it
// would from the whole, whatever comes; and it is exact. For that the insert must have taken effect before any observer that
// is left was called, as an observer whose answer is true at its call is done: all were called after the last change, or
// else they would have seen it. Where there are none the insert may be as it was, if it is over: it returns before all that
// is under way, and is thus the first to be taken.
//
// Nothing is left of an element that is absent and that nobody waits for.
func forgetSet(p *Part, until int64) (rest *Part, from []int32) {
	w := newSetWalk(p.Ops, false)
	if _, ok := w.run(until); !ok {
		return keepAll(p)
	}
	k := newKept(p)
	for i := range w.elements {
		w.leave(k, &w.elements[i], until)
	}
	return k.rest()
}

// leave keeps what is left of an element.
func (w *setWalk) leave(k *kept, e *element, until int64) {
	if e.bit == 1 {
		place, changed := e.last.place, e.last.time
		op := w.ops[place]
		if op.Return == changed || e.watchers == noPlace && !op.underWay(until) {
			k.keep(place)
		} else {
			op.Other, op.Return = 1, changed
			k.stand(op, place)
		}
	}
	for bit := range e.due {
		for i := e.due[bit]; i != noPlace; i = w.pop(i) {
			k.keep(i)
		}
		for i := e.spare[bit]; i != noPlace; i = w.nodes[i].left {
			k.keep(i)
		}
	}
	for i := e.watchers; i != noPlace; i = w.nodes[i].left {
		k.keep(i)
	}
}
