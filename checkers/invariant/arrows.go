package invariant

import (
	"fmt"

	"github.com/lostupdate/stress/checkers"
)

// arrows draws a lost update: two that read one state, and which of them wrote over the other, where somebody saw it.
func (t *timeline[I, O]) arrows(r race) []checkers.Arrow {
	a, b := &t.s.Updates[r.a], &t.s.Updates[r.b]
	from, text := t.source(r), fmt.Sprintf("read %d", a.Before)
	all := []checkers.Arrow{
		{From: from, To: a.Op, Relation: checkers.Reads, Text: text},
		{From: from, To: b.Op, Relation: checkers.Reads, Text: text},
	}
	if r.witness >= 0 && a.After != b.After {
		all = append(all,
			checkers.Arrow{From: a.Op, To: b.Op, Relation: checkers.Overwrites, Text: fmt.Sprintf("overwrote %d", a.After)},
			checkers.Arrow{From: b.Op, To: r.witness, Relation: checkers.Reads, Text: fmt.Sprintf("read %d", r.saw)})
	}
	return all
}

// source gives the only operation that can have left what both found, or [checkers.Earlier].
func (t *timeline[I, O]) source(r race) int {
	if len(t.hidden.calls) > 0 { // one of these may have left it
		return checkers.Earlier
	}
	a, b := t.op(r.a), t.op(r.b)
	value := t.s.Updates[r.a].Before
	last, from := checkers.Earlier, checkers.Earlier
	for _, m := range t.leaving(value) {
		op := t.op(m.i)
		switch {
		case m.i == r.a || m.i == r.b || op.Call > min(a.Return, b.Return):
		case last == checkers.Earlier || op.Call > t.op(int32(last)).Return:
			last, from = int(m.i), t.s.Updates[m.i].Op
		default: // two at once, of which either may have been the last
			return checkers.Earlier
		}
	}
	return from
}
