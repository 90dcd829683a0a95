package linear

// way numbers a way on from a configuration. They are tried in this order, by all fields one after the other.
type way struct {
	stage stage
	loose int32 // the loose operation and the state that it leaves, by place in search.mids
	bound int32 // the bound operation, by place among the open ones
	to    int32 // which of the states that it may leave
}

// stage is a kind of ways.
//
// Operations of unknown outcome are taken as late as can be, and few before many: most orders need few of them. A
// configuration that was reached by a loose operation alone begins at the stage of pairs, since its single ones were its
// origin's pairs.
type stage int32

const (
	preferred stage = iota // take the bound operation that is preferred, if one is
	single                 // take another bound operation
	pair                   // take a loose operation, and a bound one right after
	alone                  // take a loose operation only, so that another can follow
	over
)

// alternative is one way on from a configuration.
type alternative[S comparable] struct {
	at    way
	state S
}

// next finds the first legal alternative that is not before from. The cursor must be at the frame's layer.
func (s *search[S, I, O]) next(f *frame, from way) (a alternative[S], ok bool) {
	state := s.states.of[f.state]
	for ; from.stage < over && !ok; from = (way{stage: from.stage + 1}) {
		switch from.stage {
		case preferred:
			if f.first >= 0 {
				from.bound = f.first
				a, ok = s.takeBound(f, state, from)
			}
		case single:
			a, ok = s.nextSingle(f, state, from)
		case pair:
			a, ok = s.nextPair(f, state, from)
		case alone:
			a, ok = s.nextLoose(f, state, from)
		}
	}
	return a, ok
}

// after gives the number of the way after this one, legal or not.
func (w way) after() way {
	if w.stage == alone {
		w.loose++
	} else {
		w.to++
	}
	return w
}

// nextSingle finds a bound operation that is not the preferred one.
func (s *search[S, I, O]) nextSingle(f *frame, state S, from way) (alternative[S], bool) {
	s.refuel(len(s.cur.open) - int(from.bound))
	for w := from; int(w.bound) < len(s.cur.open); w = (way{stage: single, bound: w.bound + 1}) {
		if w.bound == f.first {
			continue
		}
		if a, ok := s.takeBound(f, state, w); ok {
			return a, true
		}
	}
	return alternative[S]{}, false
}

// takeBound takes the operation of a way if it is legal and not to be left out.
func (s *search[S, I, O]) takeBound(f *frame, state S, w way) (a alternative[S], ok bool) {
	rank := s.cur.open[w.bound]
	if s.part.pure[rank] || s.done.has(f.done, s.part.slot[rank]) {
		return a, false // a pure operation that is legal was taken on arrival
	}
	to, ok := s.bound(state, rank, w.to)
	return alternative[S]{at: w, state: to}, ok && !s.second(f, w.bound)
}

// second says whether an operation like the k-th open one can be taken that returns before it.
func (s *search[S, I, O]) second(f *frame, k int32) bool {
	twins := s.part.twins[s.cur.open[k]]
	for _, rank := range s.cur.open[:k] {
		if s.part.twins[rank] == twins && !s.done.has(f.done, s.part.slot[rank]) {
			return true
		}
	}
	return false
}

// callable is how many loose operations may be taken.
func (s *search[S, I, O]) callable(f *frame) int32 {
	if len(s.part.looseUpTo) == 0 {
		return 0
	}
	return s.part.looseUpTo[f.layer]
}

// nextPair finds a loose operation that makes a bound one legal, or gives it another effect.
func (s *search[S, I, O]) nextPair(f *frame, state S, from way) (alternative[S], bool) {
	s.loosen(f, state)
	for w := from; int(w.loose) < len(s.mids) && s.halted == exhausted; w = (way{stage: pair, loose: w.loose + 1}) {
		s.refuel(len(s.cur.open))
		mid := s.mids[w.loose].state
		for ; int(w.bound) < len(s.cur.open); w.bound, w.to = w.bound+1, 0 {
			if to, ok := s.thereupon(f, state, mid, &w); ok {
				return alternative[S]{at: w, state: to}, true
			}
		}
	}
	return alternative[S]{}, false
}

// nextLoose finds a loose operation after which another can matter.
func (s *search[S, I, O]) nextLoose(f *frame, state S, from way) (a alternative[S], ok bool) {
	s.loosen(f, state)
	for ; int(from.loose) < len(s.mids); from.loose++ {
		if m := s.mids[from.loose]; s.fruitful(f, state, m) {
			return alternative[S]{at: from, state: m.state}, true
		}
		s.deepest.note(f.layer, s.mids[from.loose].state)
	}
	return a, false
}

// fruitful says whether another loose operation can come right after one and is not in vain then.
func (s *search[S, I, O]) fruitful(f *frame, state S, m middle[S]) bool {
	if !s.prune.has(useless) {
		return true
	}
	if after, ok := s.after(f.state, m.state); ok {
		return s.someFree(f, m.loose, after)
	}
	if s.doomed(f, m.state, m.loose) {
		return false
	}
	for y := range s.callable(f) {
		if s.free(f, m.loose, y) && s.fruit(state, m.state, y) {
			return true
		}
	}
	return false
}

// free says whether the loose operation y may be taken right after x.
func (s *search[S, I, O]) free(f *frame, x, y int32) bool {
	if y == x || s.used.has(f.used, y) {
		return false
	}
	prior := s.part.prior[y]
	return prior < 0 || prior == x || s.used.has(f.used, prior)
}

// fruit says whether a loose operation changes the state mid, and not to one that it makes of state as well.
func (s *search[S, I, O]) fruit(state, mid S, y int32) bool {
	s.refuel(1)
	for nth := int32(0); ; nth++ {
		to, ok := s.looseStep(mid, y, nth)
		if !ok {
			return false
		}
		if to != mid && !s.looselyGives(state, y, to) {
			return true
		}
	}
}

// middle is a loose operation and a state that it leaves.
type middle[S comparable] struct {
	loose int32
	state S
}

// loosen lists the loose operations that may be taken from a configuration and can matter, with all states that they
// leave, unless that is what was listed last. A way on is a place in that list, so that the list must be the same
// whenever it is made for a configuration.
func (s *search[S, I, O]) loosen(f *frame, state S) {
	if s.midsOf.config == f.config && s.midsOf.via == f.via {
		return
	}
	s.mids, s.midsOf = s.mids[:0], *f
	for x := range s.callable(f) {
		if s.used.has(f.used, x) {
			continue
		}
		if prior := s.part.prior[x]; prior >= 0 && !s.used.has(f.used, prior) {
			continue
		}
		s.refuel(1)
		for nth := int32(0); ; nth++ {
			to, ok := s.looseStep(state, x, nth)
			if !ok {
				break
			}
			if !s.vain(f, state, to, x) {
				s.mids = append(s.mids, middle[S]{x, to})
			}
		}
	}
}

// vain says that a loose operation is useless if it leads to this state: it changes nothing, or the same state was to be
// had without the loose operation before it.
func (s *search[S, I, O]) vain(f *frame, state, to S, x int32) bool {
	if !s.prune.has(useless) {
		return false
	}
	if to == state {
		return true
	}
	return f.via != nowhere && s.looselyGives(s.states.of[f.via], x, to)
}

// looselyGives says whether a loose operation may lead from one state to another.
func (s *search[S, I, O]) looselyGives(from S, x int32, to S) bool {
	for nth := int32(0); ; nth++ {
		if got, ok := s.looseStep(from, x, nth); !ok || got == to {
			return ok
		}
	}
}

// thereupon gives the state after the bound operation of a way, taken in the state mid that a loose operation made of
// state: the first state that was not to be had without it, from the way's on, which then is the way's.
func (s *search[S, I, O]) thereupon(f *frame, state, mid S, w *way) (to S, ok bool) {
	rank := s.cur.open[w.bound]
	if s.done.has(f.done, s.part.slot[rank]) {
		return to, false
	}
	for ; ; w.to++ {
		if to, ok = s.bound(mid, rank, w.to); !ok {
			return to, false
		}
		if !s.prune.has(useless) || !s.gives(state, rank, to) {
			return to, !s.second(f, w.bound)
		}
	}
}

// gives says whether a bound operation may lead from one state to another.
func (s *search[S, I, O]) gives(from S, rank int32, to S) bool {
	for nth := int32(0); ; nth++ {
		if got, ok := s.bound(from, rank, nth); !ok || got == to {
			return ok
		}
	}
}
