package linear

import "math/bits"

// afters remembers, of pairs of states, which loose operations are not in vain right after one that has led from the
// first to the second. It does so while there are few states, as of a register with few values: there the same pairs
// come again in every configuration.
type afters struct {
	on    bool
	known [fewStates * fewStates]bool
	set   [fewStates * fewStates]uint64
}

func (a *afters) empty() { a.known = [fewStates * fewStates]bool{} }

// after gives the loose operations that are not in vain after one that has led from a state to another, unless there are
// many states, or many loose operations.
func (s *search[S, I, O]) after(state uint32, mid S) (set uint64, ok bool) {
	if !s.afters.on || len(s.states.of) > fewStates {
		return 0, false
	}
	id := s.states.id(mid)
	if id >= fewStates {
		return 0, false
	}
	at := state*fewStates + id
	if !s.afters.known[at] {
		from := s.states.of[state]
		for y := range s.part.loose {
			if s.fruit(from, mid, int32(y)) {
				set |= 1 << y
			}
		}
		s.afters.known[at], s.afters.set[at] = true, set
	}
	return s.afters.set[at], true
}

// someFree says whether one of a set of loose operations may be taken right after another.
func (s *search[S, I, O]) someFree(f *frame, x int32, set uint64) bool {
	for set &^= f.used; set != 0; set &= set - 1 {
		y := int32(bits.TrailingZeros64(set))
		if y >= s.callable(f) {
			return false
		}
		if s.free(f, x, y) {
			return true
		}
	}
	return false
}
