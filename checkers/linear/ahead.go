package linear

// effortToLocate is how many steps locating a violation may cost, besides what its search did.
const effortToLocate = 1 << 15

// aheadCalls is how many calls beyond the open operations a look-ahead reads to find the next observer.
const aheadCalls = 64

// dead says that nothing can follow a configuration, because some bound operation o, open or the next pure one to be
// called, can not become legal any more: the state does not lead to it, and neither does a state that an operation makes
// that may still come before it.
//
// Proof. Take an order that goes on from here, and in it the last operation before o that sets the state and changes it.
// If there is none, o is reached from the present state by operations that set nothing, so that the state leads to it. If
// there is one, it is not in the order yet, it was not called after o returned, and what it makes leads to o.
func (s *search[S, I, O]) dead(c *config) bool {
	if s.model.Leads == nil || !s.prune.has(lookAhead) {
		return false
	}
	s.cur.seek(c.layer)
	return s.deadIn(c, s.states.of[c.state])
}

// deadIn is dead for a configuration in a state instead of its own; the cursor must be at its layer.
func (s *search[S, I, O]) deadIn(c *config, state S) bool {
	s.refuel(len(s.cur.open))
	for _, rank := range s.cur.open {
		if !s.done.has(c.done, s.part.slot[rank]) && s.lost(c, state, rank) {
			return true
		}
	}
	end := min(len(s.part.called), int(s.cur.calls)+aheadCalls)
	for _, rank := range s.part.called[s.cur.calls:end] {
		if s.part.pure[rank] {
			return s.lost(c, state, rank)
		}
	}
	return false
}

// doomed says that nothing can follow a configuration when a loose operation has led from it to a state.
func (s *search[S, I, O]) doomed(f *frame, to S, x int32) bool {
	if s.model.Leads == nil || !s.prune.has(lookAhead) {
		return false
	}
	c := f.config
	if s.used.words == 1 {
		c.used = s.used.flip(c.used, x)
	} // else it seems that x may come again, which dooms less
	return s.deadIn(&c, to)
}

// lost says that an operation that is not in the order can not become legal any more.
func (s *search[S, I, O]) lost(c *config, state S, rank int32) bool {
	op := &s.ops[s.part.place[rank]]
	if uint32(rank) >= s.sight || s.model.Leads(state, op.Input, op.Output) {
		return false
	}
	if s.model.Sets != nil && s.mayBeSet(c, rank) {
		return false
	}
	s.killed = max(s.killed, rank)
	return true
}

// mayBeSet says whether an operation may still come before that of the rank and makes a state that leads to it.
func (s *search[S, I, O]) mayBeSet(c *config, rank int32) bool {
	for _, other := range s.cur.open {
		if other != rank && !s.done.has(c.done, s.part.slot[other]) && s.sets(s.part.place[other], rank) {
			return true
		}
	}
	for _, other := range s.part.called[s.cur.calls:max(s.cur.calls, s.part.upTo[rank])] {
		if other != rank && s.sets(s.part.place[other], rank) {
			return true
		}
	}
	if len(s.part.looseUpTo) == 0 {
		return false
	}
	for x, place := range s.part.loose[:s.part.looseUpTo[rank]] {
		if !s.used.has(c.used, int32(x)) && s.sets(place, rank) {
			return true
		}
	}
	return false
}

// sets says whether the operation at a place makes a state that leads to that of the rank.
func (s *search[S, I, O]) sets(place, rank int32) bool {
	state, ok := s.model.Sets(s.ops[place].Input)
	op := &s.ops[s.part.place[rank]]
	return ok && s.model.Leads(state, op.Input, op.Output)
}

// presume takes a beginning of the history for the shortest without a legal order, after a search that found none. It has
// none; but where the search looked ahead a shorter one may have none either.
func (s *search[S, I, O]) presume() {
	if s.killed > int32(s.deepest.layer) {
		s.deepest = deepest[S]{layer: uint32(s.killed), more: true}
	}
}

// locate finds the shortest beginning of the history without a legal order, after a search that found none: its last
// operation is of the deepest layer then. Where the search looked ahead it need not have come so far, so that this halves
// what is between. If that costs too much it takes a longer beginning.
func (s *search[S, I, O]) locate(roots []root[S]) {
	if s.killed < 0 {
		return // nothing was given up
	}
	effort, steps := effortToLocate+effortFactor*s.steps, s.steps
	legal, illegal := s.deepest.layer, max(uint32(s.killed), s.deepest.layer)+1
	for legal+1 < illegal && effort > 0 {
		switch mid := legal + (illegal-legal)/2; s.again(roots, mid, mid, &effort) {
		case found:
			legal = mid
		case exhausted:
			illegal = mid
		default:
			effort = 0
		}
	}
	if legal+1 < illegal || s.again(roots, illegal, legal, &effort) != exhausted {
		s.deepest = deepest[S]{layer: illegal - 1, more: true}
	}
	s.steps = steps
}

// again searches for an order of what is below the goal, looking ahead to what is below the sight.
func (s *search[S, I, O]) again(roots []root[S], goal, sight uint32, effort *int64) halt {
	s.turn(s.part)
	s.goal, s.sight, s.effort = goal, sight, *effort
	s.begin(roots)
	h := s.run()
	*effort -= s.steps
	return h
}
