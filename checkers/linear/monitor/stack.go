package monitor

// Stack decides about a stack of unique values, with Push, Pop and PopEmpty, in O(n log n).
//
// It removes values that make no difference, after Lee & Mathur (2025) and Abdulla et al. (2025), until none is left, in
// which case the history is legal, or none can be removed, in which case it is not. A value is inside for sure in its
// critical interval, the open one from the return of its push to the call of its pop. A time is bare if it lies in none.
//
//   - A value without a critical interval makes no difference: it can be pushed and popped in one go.
//   - Nor does one whose push and pop can each take effect at a bare time. In a legal order of the others, each value that
//     is inside at a bare time can be pushed later, at that time, or popped earlier, at that time, because that is not in
//     its critical interval; what is nested stays nested. Then the stack is empty at both times, and the value fits in.
//   - In a legal order some value is pushed onto the empty stack, and popped from there; both times are bare. So if the
//     history is legal, one of these is always at hand; and to leave a value out keeps a history legal.
//   - A pop that found nothing needs a time that is bare when no value has been removed; at such a time the stack can be
//     emptied in the same way.
//
// Unknown outcomes: a push counts if its value comes out, and is dropped else; see newStore. A pop may take any value that
// is left. Its critical interval then ends when the pop was called. Which of them takes which can matter; see guess.
func Stack(p *Part) Result {
	s, failure := newStore(p, trade{Push, Pop, PopEmpty, "pushed"})
	if failure != nil {
		return *failure
	}
	s.supposeInTurn()
	if _, impossible := s.emptyTimes(); impossible >= 0 {
		return *s.notEmpty(impossible)
	}
	if failure := s.guess(); failure != nil {
		return *failure
	}
	result := Result{Status: Legal}
	if p.Witness {
		result.Order = s.stackOrder()
	}
	return result
}

// guess finds pops of unknown outcome to take the values that are left such that the history is legal.
//
// If it is legal without any, so it is with them. Those that could be removed without make no difference, so only those
// that remain need to be taken, unless pops that found nothing need more of them gone. If it is illegal even if each of
// these may be taken by the pop that was called first, no matter that there is only one of it, it is illegal. So it is if
// more of them must be gone by some time than pops were called. In between it tries likely ways to match them, and where
// they are few, all.
func (s *store) guess() *Result {
	s.supposeNone()
	few := peel(s.values, false).stuck
	_, impossible := s.emptyTimes()
	switch {
	case impossible >= 0:
		few = numbersBelow(len(s.values))
	case len(few) == 0:
		return nil
	}
	stuck := few // if no pop takes anything
	if len(s.loose) > 0 {
		for _, value := range s.left {
			s.suppose(value, s.loose[0])
		}
		stuck = peel(s.values, false).stuck
	}
	if len(stuck) > 0 {
		if pair := s.crossedPair(stuck); pair != nil {
			return pair
		}
		return s.crossed(smallest(s.values, stuck, shrinking{test: crossing, cost: 1}))
	}
	return s.guessFor(few)
}

// explained says whether the history is legal if pops took what they are supposed to have taken.
func (s *store) explained() bool {
	if _, impossible := s.emptyTimes(); impossible >= 0 {
		return false
	}
	return len(peel(s.values, false).stuck) == 0
}

// crossing says whether values alone are illegal, because not all can be removed.
func crossing(values []held) bool { return len(peel(values, false).stuck) > 0 }

// crossed proves a history illegal by values that are so alone.
func (s *store) crossed(core []int32) *Result {
	rule := RuleOutOfOrder
	var places []int32
	for _, value := range core {
		h := &s.values[value]
		if places = append(places, h.put); h.left() {
			rule = RuleLostElement
		} else {
			places = append(places, h.take)
		}
	}
	return s.lost(rule, Never, places)
}
