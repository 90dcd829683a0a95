package linear

import "slices"

// candidate is a legal bound operation that may come next, and who will observe the state after it.
type candidate[S comparable] struct {
	at    int32 // its place among the open ones
	state S     // after it
	by    int32 // the lowest rank of itself and its observers: the layer by which it must be in the order
	until int32 // the last call of an observer, as a place in the order of calls; -1: all are called
	tried bool
}

// prefer chooses which of several legal operations to try first, as a place among the open ones, or -1 if there is no
// choice. It only changes the order of the search, but much of its time: the wrong one is found out many layers later.
//
// Pure operations in sight show how long a state is needed. The operation that must come next is taken unless its state
// is observed by a call still to come while another must be over by then; that one goes first, and so on. This is how
// Gibbons & Korach ("Testing shared memories", 1997) order the values of a register, here as a mere guess.
func (s *search[S, I, O]) prefer(f *frame) int32 {
	if s.choices(f); len(s.choice) < 2 {
		return -1
	}
	for i := range s.choice {
		s.observe(f, &s.choice[i])
	}
	u := s.forced(f)
	for u.until >= 0 {
		u.tried = true
		w := slices.IndexFunc(s.choice, func(w candidate[S]) bool { return !w.tried && s.part.upTo[w.by] <= u.until })
		if w < 0 {
			break
		}
		u = &s.choice[w]
	}
	return u.at
}

// maxChoice bounds among how many operations prefer chooses.
const maxChoice = 16

// choices lists the legal bound operations.
func (s *search[S, I, O]) choices(f *frame) {
	s.choice = s.choice[:0]
	state := s.states.of[f.state]
	s.refuel(len(s.cur.open))
	for k, rank := range s.cur.open {
		a, ok := s.takeBound(f, state, way{bound: int32(k)})
		if !ok {
			continue
		}
		s.choice = append(s.choice, candidate[S]{at: int32(k), state: a.state, by: rank, until: -1})
		if len(s.choice) == maxChoice {
			return
		}
	}
}

// observe looks for observers of a candidate's state among the pure operations that are open or will be soon.
func (s *search[S, I, O]) observe(f *frame, c *candidate[S]) {
	for _, rank := range s.cur.open {
		if rank >= c.by {
			break
		}
		if s.part.pure[rank] && !s.done.has(f.done, s.part.slot[rank]) && s.legal(c.state, rank) {
			c.by = rank
		}
	}
	end := min(len(s.part.called), int(s.cur.calls)+2*len(s.cur.open))
	for n := end - 1; n >= int(s.cur.calls); n-- {
		if rank := s.part.called[n]; s.part.pure[rank] && s.legal(c.state, rank) {
			c.until, c.by = max(c.until, int32(n)), min(c.by, rank)
		}
	}
}

func (s *search[S, I, O]) legal(state S, rank int32) bool {
	_, ok := s.bound(state, rank, 0)
	return ok
}

// forced gives the candidate that lets the layer's own operation pass: itself, or one that makes it legal.
func (s *search[S, I, O]) forced(f *frame) *candidate[S] {
	for i := range s.choice {
		if c := &s.choice[i]; c.by == int32(f.layer) {
			return c
		}
	}
	return &s.choice[0]
}
