package invariant

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/history"
)

// enough is how many proved pairs of one object are looked at for one of which it is known how it ended.
const enough = 256

// race is a proved lost update: two updates that both took effect and both found the same value, with nothing between
// that can have restored it. Whatever their order, the second had not seen the first.
type race struct {
	a, b int32 // places in Sheet.Updates; if there is a witness, b's write overwrote a's, or both wrote the same
	// Witness is the operation that saw what was left, where one did before anything else could change it; otherwise -1.
	witness int
	saw     int64
}

// mark is a value that an update found or left.
type mark struct {
	value int64
	i     int32 // place in Sheet.Updates
}

// timeline holds one object's updates in order of call, to find those that raced.
type timeline[I, O any] struct {
	h *history.History[I, O]
	s *Sheet
	object
	groups [][]mark // updates that found the same value and changed it, two or more
	left   []mark   // what updates are known to leave, by value, then in order of call
	flows  *ledger  // all updates
	hidden spans    // the updates of which it is not known what they left
}

func newTimeline[I, O any](h *history.History[I, O], s *Sheet, o object) *timeline[I, O] {
	t := &timeline[I, O]{h: h, s: s, object: o}
	inOrder(t.updates, func(i int32) time.Duration { return t.op(i).Call })
	inOrder(t.reads, func(i int32) time.Duration { return h.Ops[s.Reads[i].Op].Call })
	return t
}

func inOrder(places []int32, call func(int32) time.Duration) {
	byCall := func(i, j int32) int { return cmp.Compare(call(i), call(j)) }
	if !slices.IsSortedFunc(places, byCall) {
		slices.SortStableFunc(places, byCall)
	}
}

func (t *timeline[I, O]) op(i int32) *history.Op[I, O] { return &t.h.Ops[t.s.Updates[i].Op] }

// race finds a pair that proves a lost update on the object: the first of which it is known how it ended, if there is
// one among the first few, otherwise the first.
func (t *timeline[I, O]) race() (best race, found bool) {
	t.groups = t.sameBefore()
	if len(t.groups) == 0 {
		return race{}, false
	}
	t.index()
	proofs := 0
	for a, b := range t.pairs() {
		r := t.aftermath(a, b)
		if r.witness >= 0 {
			return r, true
		}
		if proofs++; proofs == 1 {
			best = r
		}
		if proofs == enough {
			break
		}
	}
	return best, proofs > 0
}

// pairs gives the pairs that are proved: of each group, updates that were called one after the other.
func (t *timeline[I, O]) pairs() iter.Seq2[int32, int32] {
	return func(yield func(a, b int32) bool) {
		var restorers spans
		for _, g := range t.groups {
			t.restorers(&restorers, g[0].value)
			for n := 1; n < len(g); n++ {
				if t.proved(g[n-1].i, g[n].i, &restorers) && !yield(g[n-1].i, g[n].i) {
					return
				}
			}
		}
	}
}

// sameBefore makes the groups, each in order of call, in order of their first.
func (t *timeline[I, O]) sameBefore() [][]mark {
	found := make([]mark, 0, len(t.updates))
	for _, i := range t.updates {
		if u := &t.s.Updates[i]; u.found() && u.Before != u.After {
			found = append(found, mark{u.Before, i})
		}
	}
	sortMarks(found)
	var groups [][]mark
	for len(found) > 0 {
		n := 1
		for n < len(found) && found[n].value == found[0].value {
			n++
		}
		if n > 1 {
			groups = append(groups, found[:n:n])
		}
		found = found[n:]
	}
	slices.SortStableFunc(groups, func(g, h []mark) int { return cmp.Compare(t.op(g[0].i).Call, t.op(h[0].i).Call) })
	return groups
}

func sortMarks(marks []mark) {
	byValue := func(a, b mark) int { return cmp.Compare(a.value, b.value) }
	if !slices.IsSortedFunc(marks, byValue) {
		slices.SortStableFunc(marks, byValue)
	}
}

// index prepares what proofs ask for.
func (t *timeline[I, O]) index() {
	flows := make([]flow, 0, len(t.updates))
	t.left = make([]mark, 0, len(t.updates))
	for _, i := range t.updates {
		u, op := &t.s.Updates[i], t.op(i)
		flows = append(flows, flow{op.Call, end(op), u.Delta})
		switch {
		case t.s.Additive && !u.found():
			t.hidden.add(op.Call, end(op))
		case !u.found() || u.Before != u.After:
			t.left = append(t.left, mark{u.After, i})
		}
	}
	t.flows = newLedger(0, flows)
	t.hidden.sort()
	sortMarks(t.left)
}

func (s *spans) add(call, end time.Duration) {
	s.calls = append(s.calls, call)
	if end != never {
		s.ends = append(s.ends, end)
	}
}

// restorers are the intervals of the updates that leave, or may leave, the value.
func (t *timeline[I, O]) restorers(s *spans, value int64) {
	s.calls, s.ends = s.calls[:0], s.ends[:0]
	for _, m := range t.leaving(value) {
		op := t.op(m.i)
		s.add(op.Call, end(op))
	}
	s.sort()
}

func (t *timeline[I, O]) leaving(value int64) []mark {
	n := sort.Search(len(t.left), func(i int) bool { return t.left[i].value >= value })
	m := sort.Search(len(t.left), func(i int) bool { return t.left[i].value > value })
	return t.left[n:m]
}

// proved reports whether the two updates, which found the same value, prove a lost update: of all that was under way
// from the first call to the last return, nothing can have restored the value between them.
func (t *timeline[I, O]) proved(a, b int32, restorers *spans) bool {
	from, to := t.window(a, b)
	switch {
	case t.s.Updates[a].Op == t.s.Updates[b].Op: // not what a sheet may hold
		return false
	case t.hidden.touching(from, to)+restorers.touching(from, to) == 0:
		return true
	}
	return t.s.Additive && t.flows.exact && t.oneWay(a, b, from, to)
}

func (t *timeline[I, O]) window(a, b int32) (from, to time.Duration) {
	x, y := t.op(a), t.op(b)
	return min(x.Call, y.Call), max(x.Return, y.Return)
}

// oneWay reports whether no part of the other updates in the window adds up to what would undo a, nor to what would
// undo b. So two clients that added 1 to the same value prove a loss whatever else only adds.
func (t *timeline[I, O]) oneWay(a, b int32, from, to time.Duration) bool {
	down, up := t.flows.during(from, to)
	for _, i := range [...]int32{a, b} {
		down -= min(t.s.Updates[i].Delta, 0)
		up -= max(t.s.Updates[i].Delta, 0)
	}
	lasts := func(delta int64) bool { return -delta < down || -delta > up }
	return lasts(t.s.Updates[a].Delta) && lasts(t.s.Updates[b].Delta)
}

// aftermath finds out which of the two overwrote the other, from the first observation after both, if nothing else was
// under way until it was made.
func (t *timeline[I, O]) aftermath(a, b int32) race {
	r := race{a: a, b: b, witness: -1}
	from, to := t.window(a, b)
	op, value, others := t.firstSight(to)
	if op < 0 || t.flows.touching(from, t.h.Ops[op].Return) != 2+others {
		return r
	}
	switch value {
	case t.s.Updates[b].After:
		r.witness, r.saw = op, value
	case t.s.Updates[a].After:
		r.a, r.b, r.witness, r.saw = b, a, op, value
	}
	return r
}

// firstSight is the first operation called after a time that tells the object's value, or -1; and how many updates of
// the object it makes itself. An update before it that tells nothing ends the search.
func (t *timeline[I, O]) firstSight(after time.Duration) (op int, value int64, updates int) {
	n := sort.Search(len(t.reads), func(n int) bool { return t.h.Ops[t.s.Reads[t.reads[n]].Op].Call > after })
	m := sort.Search(len(t.updates), func(n int) bool { return t.op(t.updates[n]).Call > after })
	if m < len(t.updates) {
		i := t.updates[m]
		if u := &t.s.Updates[i]; n == len(t.reads) || t.op(i).Call < t.h.Ops[t.s.Reads[t.reads[n]].Op].Call {
			if !u.found() {
				return -1, 0, 0
			}
			return u.Op, u.Before, 1
		}
	}
	if n == len(t.reads) {
		return -1, 0, 0
	}
	r := &t.s.Reads[t.reads[n]]
	return r.Op, r.Value, 0
}

// missing is how many acknowledged updates, at least, are in no final value, whatever it is: of those that found a
// value, no more can have followed one another than left it. An update of which it is not known what it left may stand
// for any one. (In one order each update goes on from where the one before ended: a trail in the graph of values, which
// leaves no vertex more often than it enters it.)
func (t *timeline[I, O]) missing() int64 {
	n := int64(-len(t.hidden.calls))
	for _, g := range t.groups {
		entries := len(t.leaving(g[0].value))
		if g[0].value == t.s.initial(t.key) {
			entries++
		}
		n += int64(max(0, len(g)-entries))
	}
	return max(n, 0)
}
