package invariant

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/history"
)

// candidates is how many pairs of one object are looked at for the one that explains best.
const candidates = 256

// overwrite is a proved lost update: two updates that both took effect and both found the same value, with nothing
// between that could have restored it. Whatever their order, the second had not seen the first.
type overwrite struct {
	a, b int // places in Sheet.Updates; if known, b's write overwrote a's
	// Witness is the operation that saw what was left, where one did before anything else could change it; otherwise -1.
	witness int
	found   int64
}

// timeline holds the updates of one object in order of call, to ask which of them were under way in a window.
type timeline[I, O any] struct {
	h       *history.History[I, O]
	s       *Sheet
	updates []int           // in order of call
	latest  []time.Duration // latest return of the updates up to this one
	reads   []int           // in order of call
}

func newTimeline[I, O any](h *history.History[I, O], s *Sheet, o *byKey) *timeline[I, O] {
	t := &timeline[I, O]{h: h, s: s, updates: slices.Clone(o.updates), reads: slices.Clone(o.reads)}
	slices.SortStableFunc(t.updates, func(i, j int) int { return cmp.Compare(t.call(i), t.call(j)) })
	slices.SortStableFunc(t.reads, func(i, j int) int {
		return cmp.Compare(h.Ops[s.Reads[i].Op].Call, h.Ops[s.Reads[j].Op].Call)
	})
	t.latest = make([]time.Duration, len(t.updates))
	var last time.Duration
	for n, i := range t.updates {
		last = max(last, t.end(i))
		t.latest[n] = last
	}
	return t
}

func (t *timeline[I, O]) call(i int) time.Duration { return t.h.Ops[t.s.Updates[i].Op].Call }

// end is when the update can last have taken effect.
func (t *timeline[I, O]) end(i int) time.Duration {
	op := &t.h.Ops[t.s.Updates[i].Op]
	if op.Outcome == history.Unknown {
		return history.Never
	}
	return op.Return
}

// during calls f for every update that may have taken effect in the window, until f gives false.
func (t *timeline[I, O]) during(from, to time.Duration, f func(i int) bool) {
	n := sort.Search(len(t.updates), func(n int) bool { return t.call(t.updates[n]) > to })
	for n--; n >= 0 && t.latest[n] >= from; n-- {
		if i := t.updates[n]; t.end(i) >= from && !f(i) {
			return
		}
	}
}

// proved reports whether the two updates, which found the same value, prove a lost update: nothing that was under way
// from the first call to the last return can have restored the value.
func (t *timeline[I, O]) proved(a, b int) bool {
	value := t.s.Updates[a].Before
	proof := true
	t.during(min(t.call(a), t.call(b)), max(t.end(a), t.end(b)), func(i int) bool {
		u := &t.s.Updates[i]
		if i != a && i != b && (!u.Seen || u.After == value) {
			proof = false
		}
		return proof
	})
	return proof
}

// overwrites finds a pair that proves a lost update on the object, the first whose end is known if there is one among
// the candidates.
func (t *timeline[I, O]) overwrite() (overwrite, bool) {
	var best overwrite
	found, tried := false, 0
	for _, group := range t.sameBefore() {
		for n := 1; n < len(group) && tried < candidates; n++ {
			a, b := group[n-1], group[n]
			tried++
			if !t.proved(a, b) {
				continue
			}
			if o := t.aftermath(a, b); o.witness >= 0 {
				return o, true
			} else if !found {
				best, found = o, true
			}
		}
	}
	return best, found
}

// sameBefore groups the updates that found the same value and changed it, each group in order of call, groups in
// order of their first.
func (t *timeline[I, O]) sameBefore() [][]int {
	var seen []int
	for _, i := range t.updates {
		if u := &t.s.Updates[i]; u.Seen && u.Before != u.After {
			seen = append(seen, i)
		}
	}
	before := func(i int) int64 { return t.s.Updates[i].Before }
	slices.SortStableFunc(seen, func(i, j int) int { return cmp.Compare(before(i), before(j)) })
	var groups [][]int
	for len(seen) > 0 {
		n := 1
		for n < len(seen) && before(seen[n]) == before(seen[0]) {
			n++
		}
		if n > 1 {
			groups = append(groups, seen[:n:n])
		}
		seen = seen[n:]
	}
	slices.SortStableFunc(groups, func(g, h []int) int { return cmp.Compare(t.call(g[0]), t.call(h[0])) })
	return groups
}

// aftermath finds out which of the two overwrote the other, from the first observation after both.
func (t *timeline[I, O]) aftermath(a, b int) overwrite {
	o := overwrite{a: a, b: b, witness: -1}
	from, to := min(t.call(a), t.call(b)), max(t.end(a), t.end(b))
	op, value, ok := t.firstSight(to)
	if !ok {
		return o
	}
	t.during(from, t.h.Ops[op].Return, func(i int) bool {
		ok = i == a || i == b || t.s.Updates[i].Op == op
		return ok
	})
	switch {
	case !ok:
	case value == t.s.Updates[b].After:
		o.witness, o.found = op, value
	case value == t.s.Updates[a].After:
		o.a, o.b, o.witness, o.found = b, a, op, value
	}
	return o
}

// firstSight is the first operation called at or after a time that tells the object's value.
func (t *timeline[I, O]) firstSight(from time.Duration) (op int, value int64, ok bool) {
	call := history.Never
	n := sort.Search(len(t.reads), func(n int) bool { return t.h.Ops[t.s.Reads[t.reads[n]].Op].Call >= from })
	if n < len(t.reads) {
		r := &t.s.Reads[t.reads[n]]
		op, value, ok, call = r.Op, r.Value, true, t.h.Ops[r.Op].Call
	}
	n = sort.Search(len(t.updates), func(n int) bool { return t.call(t.updates[n]) >= from })
	for ; n < len(t.updates) && t.call(t.updates[n]) < call; n++ {
		if u := &t.s.Updates[t.updates[n]]; u.Seen {
			return u.Op, u.Before, true
		}
	}
	return op, value, ok
}
