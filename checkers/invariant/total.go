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
	start       int64
	low, high   int64
	sure, maybe int   // updates
	down, up    int64 // sums of the deltas below and above 0 of those that are sure
	delta       int64 // what every update adds, if one is all there is; otherwise 0
	exact       bool  // no sum can overflow; otherwise nothing is known
	floor       bool  // of the sheet
	named       []int // the updates, by their place in the sheet, if they are so few that they can be named, and sure
}

// mostNamed is how many updates are named one by one.
const mostNamed = 3

// totalAt adds up the object's updates as the operation must find them.
func totalAt[I, O any](h *history.History[I, O], s *Sheet, o *object, at *history.Op[I, O]) total {
	start := s.initial(o.key)
	t := total{start: start, low: start, high: start, exact: true, floor: s.Floor}
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
		t.named = append(t.named, int(i))
	}
	if t.maybe > 0 || len(t.named) > mostNamed {
		t.named = nil
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
	text := fmt.Sprintf("%s; ", t.account(found, excess))
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

// gone gives the one update whose absence explains the value, if there is exactly one such.
func (t *total) gone(s *Sheet, found int64) (update int, ok bool) {
	for _, i := range t.named {
		if t.low-s.Updates[i].Delta == found { // no sum of these overflows
			if ok {
				return 0, false
			}
			update, ok = i, true
		}
	}
	return update, ok
}

// account holds the value that was found against what was right. A sum below the floor is no value that anybody could
// have found: then it says that the updates together are impossible.
func (t *total) account(found, excess int64) string {
	low := t.low
	if t.floor && excess > 0 {
		low = max(low, 0) // the sum of some outcomes that cannot all be
	}
	switch {
	case t.floor && t.start >= 0 && t.high < 0:
		return fmt.Sprintf("its %s took out %s net, but it began with only %d: %s should have been refused; found %d",
			t.applied(), t.net(), t.start, t.whom(), found)
	case t.sure+t.maybe == 0:
		return fmt.Sprintf("the final value should be %d, as it was never updated, found %d", t.low, found)
	}
	return fmt.Sprintf("the final value should be %s after %s, found %d", between(low, t.high), t.applied(), found)
}

// net is what the updates took out, at least, less what they put in.
func (t *total) net() string {
	net := fmt.Sprint(t.start - t.high)
	if t.low != t.high {
		return "at least " + net
	}
	return net
}

func (t *total) whom() string {
	if t.sure == 1 {
		return "it"
	}
	return "some"
}

// applied names the updates that count.
func (t *total) applied() string {
	switch {
	case t.maybe == 0:
		return count(t.sure, "acknowledged update")
	case t.sure == 0:
		return count(t.maybe, "update") + " of unknown outcome"
	}
	return fmt.Sprintf("%s and %d of unknown outcome", count(t.sure, "acknowledged update"), t.maybe)
}
