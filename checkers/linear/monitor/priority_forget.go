package monitor

import (
	"cmp"
	"slices"
)

// forgetPriority keeps of a priority queue's history what is inside, what is taken or found at a time or later, and the
// operations of unknown outcome that may still have an effect. Call that time s; it is at most couples.settled.
//
// Whatever comes, a finished poll took the value that it is coupled with, and every other poll whose outcome is known took
// effect at couples.settled or later. So the walk of [PriorityQueue] over the finished polls, in which all values that no
// finished poll took may go from there on, or if that is earlier from the call of the first poll of unknown outcome on,
// tells the earliest time at which each poll can have had its effect; see walkEarly for more. Let all that can have been
// before s go.
//
// Without polls of unknown outcome called before s, that walk is also how it can have been before s, whatever comes: who
// takes a value that is left does so at s or later, and values that come are put in later. So what goes is explained, and
// has no part in what is from s on. A poll that stays cannot take effect before s; it is called then if it was called
// before, so that those that go need not keep it from that.
//
// With such polls, values must have been taken by them; see errand. One must for sure if the poll that asks for it returned
// before s. Let s be such that no other is asked for by what goes, and that those can be served: at the earliest times at
// once, as in guess, or else if those that must be gone first are served by the earliest calls, and what goes is still
// before s then. These values go, with as many polls of unknown outcome, the earliest called. So the history before s is
// explained, and only how many such polls are left to whom is seen from s on: one that was called before s takes something
// at the best just before a poll of a greater value does, and those that stay do so at s or later.
//
// If there is no such s to be found, it is the call of the first poll of unknown outcome; what is taken later than that is
// then all kept. That happens where many such polls are under way at once, and may last.
//
// Values that are put in twice get a name each, in the order in which they are put in; before s the order among equals
// does not matter.
func forgetPriority(p *Part, until int64) (rest *Part, from []int32) {
	c := coupled(p, until, trade{put: Put, take: Poll, empty: PollEmpty})
	f := c.priorities()
	if !f.walkEarly() {
		return keepAll(p) // nothing explains it
	}
	f.since()
	gone := make([]bool, len(p.Ops))
	var late []moment
	for i := range f.early {
		if s := f.thing(int32(i)); s.poll == noPlace {
			continue
		} else if f.early[i] >= f.s {
			late = append(late, moment{f.times[f.s], s.poll})
		} else if gone[s.poll] = true; s.put != noPlace {
			gone[s.put] = true
		}
	}
	for i, e := range f.served {
		gone[f.values[e.value].put], gone[f.unknown[i]] = true, true
	}
	return c.without(gone, late)
}

// forgetting is a priority queue of which something is forgotten.
type forgetting struct {
	*priorities
	settled int32    // the rank of couples.settled; all times are ranks
	s       int32    // the time before which all goes that can have been
	early   []int32  // when each thing can have been, at the earliest
	all     []errand // what must be gone for that
	served  []errand // those of them that go
}

// priorities has what finished operations tell, with the values that they left.
func (c *couples) priorities() *forgetting {
	q := ranked(c.Part)
	q.unknown = c.loose
	for i := range c.Ops {
		put, poll := &c.Ops[i], c.with[i]
		if put.Kind != Put || poll == noPlace && !put.known() {
			continue
		}
		s := stay{value: put.Value, put: int32(i), poll: poll, from: q.after(int32(i)), start: q.rank[i]}
		if poll != noPlace {
			s.start, s.last = max(s.start, q.rank[poll]), q.after(poll)-1
		}
		q.values = append(q.values, s)
	}
	slices.SortStableFunc(q.values, func(a, b stay) int { return cmp.Compare(a.value, b.value) })
	for _, poll := range c.absent {
		q.empties = append(q.empties, stay{put: noPlace, poll: poll, start: q.rank[poll], last: q.after(poll) - 1})
	}
	settled, _ := slices.BinarySearch(q.times, c.settled)
	return &forgetting{priorities: q, settled: int32(settled), s: int32(settled)}
}

// called gives the time from which on one value more can go than there are polls of unknown outcome before one.
func (f *forgetting) called(loose int) int32 {
	if loose >= len(f.unknown) {
		return f.settled
	}
	return min(f.settled, f.rank[f.unknown[loose]])
}

// mostTries bounds how often the history is walked over.
const mostTries = 16

// walkEarly finds when each thing can have been at the earliest. It says whether that is in time.
//
// Where so many values must be gone before the next poll of unknown outcome was called as there were such polls before, they
// took these values. So others may go from that call on only; and so forth, since that makes things later.
func (f *forgetting) walkEarly() bool {
	f.stayUntil(f.called(0))
	for range mostTries {
		if f.walk() != nil {
			return false
		}
		if f.called(0) == f.settled {
			break
		}
		f.all = f.errands()
		if !f.tighten() {
			break
		}
	}
	for i := range len(f.values) + len(f.empties) {
		f.early = append(f.early, f.thing(int32(i)).taken)
	}
	return true
}

// tighten says whether some value may go only later than in the walk.
func (f *forgetting) tighten() bool {
	slices.SortFunc(f.all, func(a, b errand) int { return cmp.Compare(a.must, b.must) })
	later, gone := false, f.called(0)
	stay := func(s *stay) {
		later = later || s.poll == noPlace && s.gone < gone
		s.gone = max(s.gone, gone)
	}
	asked := make([]bool, len(f.values))
	for i, e := range f.all {
		if next := f.called(i); e.must >= next && (i == 0 || f.all[i-1].must < next) {
			gone = next
		}
		stay(&f.values[e.value])
		asked[e.value] = true
	}
	if n := len(f.all); n > 0 && f.all[n-1].must < f.called(n) {
		gone = f.called(n)
	}
	for i := range f.values {
		if !asked[i] {
			stay(&f.values[i])
		}
	}
	return later
}

// since finds the time before which all goes.
func (f *forgetting) since() {
	first := f.called(0)
	slices.SortFunc(f.all, func(a, b errand) int { return cmp.Compare(a.due, b.due) })
	for range mostTries {
		f.askNoMore()
		if f.s <= first || f.serve() {
			return
		}
	}
	f.s, f.served = first, nil
}

// askNoMore moves the time to where nothing that can have been before asks for what need not be gone.
func (f *forgetting) askNoMore() {
	f.served = nil
	for _, e := range slices.Backward(f.all) {
		if e.due < f.s && e.must >= f.s {
			f.s = e.due
		}
	}
}

// serve finds whether the polls of unknown outcome can take what must be gone, so that all that can have been before the
// time was. Else it moves the time.
func (f *forgetting) serve() bool {
	n, _ := slices.BinarySearchFunc(f.all, f.s, func(e errand, s int32) int { return cmp.Compare(e.due, s) })
	if n > len(f.unknown) {
		f.s = f.called(0)
		return false
	}
	f.served = slices.Clone(f.all[:n])
	if f.short(f.served, func(e errand) int32 { return e.due }) < 0 {
		return true
	}
	slices.SortStableFunc(f.served, func(a, b errand) int { return cmp.Compare(a.must, b.must) })
	f.stayUntil(f.s)
	for i, e := range f.served {
		f.values[e.value].gone = f.rank[f.unknown[i]]
	}
	s := f.s
	f.begin()
	for i := range f.early {
		thing := f.thing(int32(i))
		if inTime := f.shortest(thing); f.early[i] < s && thing.poll != noPlace && (!inTime || thing.taken >= s) {
			f.s = min(f.s, f.early[i])
		}
	}
	return f.s == s
}
