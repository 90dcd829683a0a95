package invariant

import (
	"fmt"
	"math"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// total is what an object must hold when it is read: all updates that had ended by then, and any part of those whose
// outcome is unknown, or that were still under way.
type total struct {
	low, high   int64
	sure, maybe int   // updates
	down, up    int64 // sums of the deltas below and above 0 of those that are sure
	delta       int64 // what every update adds, if one is all there is; otherwise 0
	exact       bool  // no sum can overflow; otherwise nothing is known
}

// totalAt adds up the object's updates as the operation must find them.
func totalAt[I, O any](h *history.History[I, O], s *Sheet, o *object, at *history.Op[I, O]) total {
	start := s.initial(o.key)
	t := total{low: start, high: start, exact: true}
	room := math.MaxInt64 - min(magnitude(start), math.MaxInt64)
	for n, i := range o.updates {
		u := &s.Updates[i]
		if n == 0 {
			t.delta = u.Delta
		}
		if u.Delta != t.delta {
			t.delta = 0
		}
		op := &h.Ops[u.Op]
		if op.Call > at.Return {
			continue
		}
		size := magnitude(u.Delta)
		if size > room {
			return total{}
		}
		room -= size
		t.add(u.Delta, u.Certain && end(op) < at.Call)
	}
	return t
}

func (t *total) add(delta int64, sure bool) {
	down, up := min(delta, 0), max(delta, 0)
	if !sure {
		t.maybe++
		t.low, t.high = t.low+down, t.high+up
		return
	}
	t.sure++
	t.low, t.high = t.low+delta, t.high+delta
	t.down, t.up = t.down+down, t.up+up
}

// off is how far a value lies below the range, or above it; 0 and 0 if it is within.
func (t *total) off(value int64) (missing, excess int64) {
	switch {
	case !t.exact:
		return 0, 0
	case value < t.low:
		return distance(value, t.low), 0
	case value > t.high:
		return 0, distance(value, t.high)
	}
	return 0, 0
}

// name tells a lost update from a phantom. What is missing was lost if the updates that add can account for it, and
// what is in excess if those that take can; beyond that, something was done that nobody asked for.
func (t *total) name(missing, excess int64) string {
	if uint64(missing) > magnitude(t.up) || uint64(excess) > magnitude(t.down) {
		return checkers.PhantomUpdate
	}
	return checkers.LostUpdate
}

// updates is how many updates the amount stands for, where all add the same, or 0 where that can't be told.
func (t *total) updates(amount int64) int64 {
	if t.delta == 0 || uint64(amount)%magnitude(t.delta) != 0 {
		return 0
	}
	return int64(uint64(amount) / magnitude(t.delta))
}

// explain says what is wrong with the value read at the end.
func (t *total) explain(found, missing, excess int64) string {
	text := fmt.Sprintf("the final value should be %s%s, found %d; ", between(t.low, t.high), t.after(), found)
	if t.low != t.high {
		text += "at least "
	}
	n := t.updates(missing + excess)
	switch {
	case n > 0 && t.name(missing, excess) == checkers.LostUpdate:
		return text + count(n, "update") + " lost"
	case n > 0 && (missing > 0) != (t.delta > 0):
		return text + count(n, "update") + " too many"
	case missing > 0:
		return text + fmt.Sprintf("%d missing", missing)
	}
	return text + fmt.Sprintf("%d too much", excess)
}

func (t *total) after() string {
	switch {
	case t.sure+t.maybe == 0:
		return ", as it was never updated"
	case t.maybe == 0:
		return " after " + count(t.sure, "acknowledged update")
	case t.sure == 0:
		return " after " + count(t.maybe, "update") + " of unknown outcome"
	}
	return fmt.Sprintf(" after %s and %d of unknown outcome", count(t.sure, "acknowledged update"), t.maybe)
}
