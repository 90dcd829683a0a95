package invariant

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

// explain tells the pair's story in one line, and claims no more than is known: who overwrote whom only where somebody
// saw it.
func explain[I, O any](h *history.History[I, O], s *Sheet, r race) string {
	a, b := &s.Updates[r.a], &s.Updates[r.b]
	both := "both read %d; "
	if !s.Additive { // a compare-and-set says what it replaced, not that it was read
		both = "both took effect on the value %d; "
	}
	text := fmt.Sprintf("%s and %s "+both, who(h, s.Words, a.Op), who(h, s.Words, b.Op), a.Before)
	first, second := h.Ops[a.Op].Client, h.Ops[b.Op].Client
	switch {
	case a.After == b.After:
		text += fmt.Sprintf("both wrote %d", a.After)
	case r.witness >= 0:
		text += fmt.Sprintf("client %d's write of %d overwrote client %d's %d", second, b.After, first, a.After)
	default:
		text += fmt.Sprintf("client %d wrote %d and client %d wrote %d, and one overwrote the other",
			first, a.After, second, b.After)
	}
	return text + r.price(s)
}

// price says what the pair should have come to, where updates add.
func (r race) price(s *Sheet) string {
	expected, ok := r.expected(s)
	lost := r.lost(s)
	switch {
	case !ok:
		return ""
	case s.Floor && expected < 0:
		return r.uncovered(s)
	case r.witness >= 0 && lost > 0:
		return fmt.Sprintf("; expected %d, found %d; %d lost", expected, r.saw, lost)
	case lost > 0:
		return fmt.Sprintf("; together they should have left %d; %d lost", expected, lost)
	}
	return fmt.Sprintf("; together they should have left %d", expected)
}

// uncovered says what is wrong with a pair that together goes below the floor. Where only one of them takes something
// out, that one goes below it alone: then it is no matter of the pair.
func (r race) uncovered(s *Sheet) string {
	a, b := &s.Updates[r.a], &s.Updates[r.b]
	if max(a.Delta, b.Delta) >= 0 {
		return ""
	}
	return fmt.Sprintf("; %d does not cover both: one should have been refused", a.Before)
}

// expected is the value that both updates together lead to.
func (r race) expected(s *Sheet) (value int64, ok bool) {
	if !s.Additive {
		return 0, false
	}
	a, b := &s.Updates[r.a], &s.Updates[r.b]
	return plus(a.Before, a.Delta, b.Delta)
}

// lost is by how much the state was wrong after both, or 0 where that is not known.
func (r race) lost(s *Sheet) int64 {
	expected, ok := r.expected(s)
	a, b := &s.Updates[r.a], &s.Updates[r.b]
	switch {
	case !ok:
		return 0
	case r.witness >= 0:
		return distance(expected, r.saw)
	case a.After == b.After:
		return distance(expected, a.After)
	}
	return 0
}
