package monitor

import (
	"cmp"
	"fmt"
	"slices"
)

// Set decides histories of [Insert], [Remove] and [Contains]; values may repeat. It is exact for every such history whose
// known answers are 0 or 1, operations of unknown outcome included, in O(n log n).
//
// An element is an object of its own (Herlihy & Wing, "Linearizability", 1990, locality), and its state is one bit. An
// operation either changes the bit (an insert that answered 1, a remove that answered 1), or it observes it: one that
// answered 0 saw what Contains would have seen. One of unknown outcome may change the bit whenever that is the other way,
// or not at all; when it takes effect on a bit that is that way already, nobody can tell from its never taking effect.
//
// The bit is changed as late as possible. An observer that finds at its call what it saw is done. When another operation
// is about to return and has had no effect yet, the bit is brought to where it is legal with the fewest changes, one or
// two, each by the waiting operation that must return first, one of unknown outcome last. If there is none, the history
// is illegal. Changes in the two directions alternate, so whoever schedules otherwise has changed the bit at least as
// often at every instant; exchanging the earliest returns to the front keeps any such schedule legal, so this one fails
// only if all do.
func Set(p *Part) Result {
	w := newSetWalk(p.Ops, p.Witness)
	reason, ok := w.run(Never)
	switch {
	case reason != "":
		return unsuited(reason)
	case !ok:
		return setIllegal(p.Ops, w.failed)
	}
	return Result{Status: Legal, Order: w.order()}
}

// run goes through the history up to a time after its last call. It says why the history does not suit the monitor, or
// whether there was a way.
func (w *setWalk) run(until int64) (reason string, ok bool) {
	numbers := newNumbering(w.ops, func(Kind) bool { return true })
	for i := range w.ops {
		op := &w.ops[i]
		if reason := setMisfit(op); reason != "" {
			return reason, false
		}
		of := numbers.add(op.Value)
		if int(of) == len(w.elements) {
			w.elements = append(w.elements, newElement())
		}
		if !w.settle(&w.elements[of], op.Call) {
			return "", false
		}
		w.enter(&w.elements[of], int32(i))
	}
	for of := range w.elements {
		if !w.settle(&w.elements[of], until) {
			return "", false
		}
	}
	return "", true
}

// setMisfit says why an operation is none of a set's.
func setMisfit(op *Op) string {
	switch {
	case op.Kind != Insert && op.Kind != Remove && op.Kind != Contains:
		return "an operation is none of a set"
	case op.known() && op.Other != 0 && op.Other != 1:
		return fmt.Sprintf("an operation on element %d answered %d, neither yes nor no", op.Value, op.Other)
	}
	return ""
}

// changes says whether an operation changes the bit, if it takes effect.
func (op *Op) changes() bool { return op.Kind != Contains && (op.Other == 1 || !op.known()) }

// bit is what the bit must be after an operation: what it sets it to, or what it saw.
func (op *Op) bit() int {
	if op.Kind == Insert || op.Kind == Contains && op.Other == 1 {
		return 1
	}
	return 0
}

// element is the state of one element, and who waits for it to change.
type element struct {
	bit      int
	due      [2]int32 // heaps of those that must set the bit to 0 and to 1
	spare    [2]int32 // lists of those of unknown outcome that may
	watchers int32    // list of observers that have not seen yet what they saw
	urgent   int32    // the one of them that returns first
	last     instant  // the last change of the bit
}

func newElement() element {
	none := [2]int32{noPlace, noPlace}
	return element{due: none, spare: none, watchers: noPlace, urgent: noPlace}
}

// instant is when an operation takes effect.
type instant struct {
	time  int64
	place int32
}

// setWalk goes through a history in order of time.
type setWalk struct {
	leftist  // also the links of the lists, in left
	elements []element
	witness  bool
	moments  []instant // when operations took effect, if a witness is wanted; in order within an element
	failed   setFailure
}

// setFailure is an operation that must take effect now and cannot, as nobody is there to change the bit.
type setFailure struct {
	place int32
	to    int // the bit that nobody sets
}

func newSetWalk(ops []Op, witness bool) *setWalk {
	return &setWalk{leftist: newLeftist(ops), witness: witness}
}

// settle lets all those take effect that return before a time. It gives false if one cannot.
func (w *setWalk) settle(e *element, before int64) bool {
	for {
		next := noPlace
		for _, i := range [3]int32{e.due[0], e.due[1], e.urgent} {
			if i != noPlace && (next == noPlace || w.ops[i].Return < w.ops[next].Return) {
				next = i
			}
		}
		if next == noPlace || w.ops[next].Return >= before {
			return true
		}
		if !w.serve(e, next) {
			return false
		}
	}
}

// serve changes the bit so that an operation that is about to return takes effect.
func (w *setWalk) serve(e *element, place int32) bool {
	to := w.ops[place].bit()
	if e.bit == to && !w.flip(e, place) {
		return false
	}
	return w.flip(e, place)
}

// flip changes the bit when an operation returns.
func (w *setWalk) flip(e *element, returns int32) bool {
	to := 1 - e.bit
	var by int32
	switch {
	case e.due[to] != noPlace:
		by = e.due[to]
		e.due[to] = w.pop(by)
	case e.spare[to] != noPlace:
		by = e.spare[to]
		e.spare[to] = w.nodes[by].left
	default:
		w.failed = setFailure{returns, to}
		return false
	}
	e.bit = to
	time := w.ops[returns].Return
	e.last = instant{time, by}
	w.note(time, by)
	for i := e.watchers; i != noPlace && w.witness; i = w.nodes[i].left {
		w.note(time, i)
	}
	e.watchers, e.urgent = noPlace, noPlace
	return true
}

// enter lets an operation begin.
func (w *setWalk) enter(e *element, place int32) {
	op := &w.ops[place]
	to := op.bit()
	switch {
	case !op.known():
		if op.changes() {
			e.spare[to] = w.link(place, e.spare[to])
		}
	case op.changes():
		e.due[to] = w.push(e.due[to], place)
	case e.bit == to:
		w.note(op.Call, place)
	default:
		e.watchers = w.link(place, e.watchers)
		if e.urgent == noPlace || op.Return < w.ops[e.urgent].Return {
			e.urgent = place
		}
	}
}

// link puts an operation before a list.
func (w *setWalk) link(place, list int32) int32 {
	w.nodes[place].left = list
	return place
}

func (w *setWalk) note(time int64, place int32) {
	if w.witness {
		w.moments = append(w.moments, instant{time, place})
	}
}

// order merges the elements' orders. What happens to different elements at one time may happen in any order.
func (w *setWalk) order() []int32 {
	if !w.witness {
		return nil
	}
	slices.SortStableFunc(w.moments, func(a, b instant) int { return cmp.Compare(a.time, b.time) })
	order := make([]int32, len(w.moments))
	for i, m := range w.moments {
		order[i] = m.place
	}
	return order
}
