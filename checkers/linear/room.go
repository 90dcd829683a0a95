package linear

import "unsafe"

// smallTable is the size, in configurations, below which a table only grows, so that forgetting is rare.
const smallTable = 1 << 12

// makeRoom forgets what cannot be met again and lets the table grow if that was not enough. It says whether the budget
// allows it.
//
// A configuration without alternatives leaves the stack first. The layer never falls along a path, so that what lies below
// the lowest layer on the stack is over: a history that comes to rest, or leaves no choice, is searched in constant memory.
func (s *search[S, I, O]) makeRoom() bool {
	if len(s.seen.places) < smallTable {
		return s.grow()
	}
	s.sweep()
	low := nowhere
	for i := range s.stack {
		low = min(low, s.stack[i].layer)
	}
	kept := 0
	for i := range s.seen.places {
		if l := s.seen.places[i].layer; l != nowhere && l >= low {
			kept++
		}
	}
	size := len(s.seen.places)
	if 2*kept >= size {
		size *= 2
	}
	if !s.reserve(int64(size) * configBytes) {
		return false
	}
	s.rebuild(size, low)
	return s.reserve(0)
}

// sweep takes those configurations off the stack that have no alternatives left, so that nothing piles up where there is
// no choice.
func (s *search[S, I, O]) sweep() {
	kept := s.stack[:0]
	for _, f := range s.stack {
		if f.first != unsettled {
			s.cur.seek(f.layer)
			a, ok := s.next(&f, f.at)
			if !ok {
				continue
			}
			f.at = a.at
		}
		kept = append(kept, f)
	}
	s.stack = kept
	s.order()
}

// grow doubles the table and forgets nothing.
func (s *search[S, I, O]) grow() bool {
	size := 2 * len(s.seen.places)
	if !s.reserve(int64(size) * configBytes) {
		return false
	}
	old := s.seen.places
	s.seen = newTable(size, &s.used, s.seen.dominate)
	for _, c := range old {
		if c.layer != nowhere {
			s.seen.add(c)
		}
	}
	return s.reserve(0)
}

// rebuild makes the table and all that numbers things anew, with what is at a layer not below low.
func (s *search[S, I, O]) rebuild(size int, low uint32) {
	s.midsOf.layer = nowhere
	s.afters.empty()
	seen, states, done, used := s.seen, s.states, s.done, s.used
	s.states = newStates[S]()
	s.done, s.used = newSets(s.part.slots, s.wide), newSets(len(s.part.loose), s.wide)
	s.seen = newTable(size, &s.used, seen.dominate)
	carry := func(c config) config {
		c.state = s.states.id(states.of[c.state])
		c.done, c.used = s.done.carry(&done, c.done), s.used.carry(&used, c.used)
		return c
	}
	for _, c := range seen.places {
		if c.layer != nowhere && c.layer >= low {
			s.seen.add(carry(c))
		}
	}
	for i := range s.stack {
		f := &s.stack[i]
		f.config = carry(f.config)
		if f.via != nowhere {
			f.via = s.states.id(states.of[f.via])
		}
	}
}

// reserve makes the budget hold what the search occupies now and will with so many bytes more.
func (s *search[S, I, O]) reserve(more int64) bool {
	need := more + s.bytes()
	switch {
	case need <= s.reserved:
		s.budget.give(s.reserved - need)
	case !s.budget.take(need - s.reserved):
		return false
	}
	s.reserved = need
	return true
}

func (s *search[S, I, O]) bytes() int64 {
	return s.part.bytes() + s.states.bytes() + s.done.bytes() + s.used.bytes() +
		4*int64(cap(s.trace)+cap(s.far.kept)) +
		int64(cap(s.stack))*int64(unsafe.Sizeof(frame{})) + int64(cap(s.seen.places))*configBytes
}
