package linear

// alternative is one way on from a configuration.
type alternative[S comparable] struct {
	at    uint64 // its number among all ways on
	bound int32  // the bound operation taken, by rank, or -1
	loose int32  // the loose operation taken before it, or -1
	state S
}

// The ways on from a configuration with n operations open and m loose ones called are numbered:
//
//	0                      take the bound operation that is preferred, if one is
//	1 … n                  take another bound operation
//	then m·n               take a loose operation, and a bound one right after
//	then m                 take a loose operation only, so that another can follow
//
// So operations of unknown outcome are taken as late as can be, and few before many: most orders need few of them. A
// configuration that was reached by the third way begins at the second, since its first was its origin's second.

func (s *search[S, I, O]) boundAlternatives() uint64 { return uint64(len(s.cur.open)) + 1 }

// next finds the first legal alternative that is not before from. The cursor must be at the frame's layer.
func (s *search[S, I, O]) next(f *frame, from uint64) (alternative[S], bool) {
	state, n := s.states.of[f.state], uint64(len(s.cur.open))
	if from <= n {
		if a, ok := s.nextSingle(f, state, from); ok {
			return a, true
		}
		from = n + 1
	}
	if s.part.looseUpTo == nil {
		return alternative[S]{}, false
	}
	from -= n + 1
	m := uint64(s.part.looseUpTo[f.layer])
	if from < m*n {
		if a, ok := s.nextPair(f, state, from, m); ok {
			return a, true
		}
		from = m * n
	}
	return s.nextLoose(f, state, from-m*n, m)
}

// nextSingle finds a bound operation, the preferred one first.
func (s *search[S, I, O]) nextSingle(f *frame, state S, from uint64) (alternative[S], bool) {
	if from == 0 && f.first >= 0 {
		a, ok := s.nextBound(f, state, uint64(f.first))
		a.at = 0
		return a, ok
	}
	k := max(from, 1) - 1
	a, ok := s.nextBound(f, state, k)
	if ok && int32(a.at) == f.first {
		a, ok = s.nextBound(f, state, a.at+1)
	}
	a.at++
	return a, ok
}

// nextBound finds a bound operation among the open ones from the k-th on.
func (s *search[S, I, O]) nextBound(f *frame, state S, from uint64) (alternative[S], bool) {
	s.refuel(len(s.cur.open) - int(from))
	for k := int(from); k < len(s.cur.open); k++ {
		rank := s.cur.open[k]
		if s.part.pure[rank] || s.done.has(f.done, s.part.slot[rank]) {
			continue // a pure operation that is legal was taken on arrival
		}
		if to, ok := s.bound(state, rank); ok && !s.second(f, k) {
			return alternative[S]{at: uint64(k), bound: rank, loose: -1, state: to}, true
		}
	}
	return alternative[S]{}, false
}

// second says whether an operation like the k-th open one can be taken that returns before it.
func (s *search[S, I, O]) second(f *frame, k int) bool {
	twins := s.part.twins[s.cur.open[k]]
	for _, rank := range s.cur.open[:k] {
		if s.part.twins[rank] == twins && !s.done.has(f.done, s.part.slot[rank]) {
			return true
		}
	}
	return false
}

// nextPair finds a loose operation that makes a bound one legal, or gives it another effect.
func (s *search[S, I, O]) nextPair(f *frame, state S, from, m uint64) (alternative[S], bool) {
	n := uint64(len(s.cur.open))
	k := int(from % n)
	for x := from / n; x < m && s.halted == exhausted; x++ {
		s.refuel(len(s.cur.open))
		if mid, ok := s.loosely(f, state, int32(x)); ok {
			for ; k < int(n); k++ {
				if to, ok := s.after(f, state, mid, k); ok {
					at := s.boundAlternatives() + x*n + uint64(k)
					return alternative[S]{at: at, bound: s.cur.open[k], loose: int32(x), state: to}, true
				}
			}
		}
		k = 0
	}
	return alternative[S]{}, false
}

// loosely gives the state after the x-th loose operation, if it may be taken and can matter.
func (s *search[S, I, O]) loosely(f *frame, state S, x int32) (to S, ok bool) {
	if s.used.has(f.used, uint32(x)) {
		return to, false
	}
	if prior := s.part.prior[x]; prior >= 0 && !s.used.has(f.used, uint32(prior)) {
		return to, false
	}
	if to, ok = s.looseStep(state, x); !ok || !s.prune.has(useless) {
		return to, ok
	}
	if to == state {
		return to, false
	}
	if f.via != nowhere {
		without, ok := s.looseStep(s.states.of[f.via], x)
		return to, !ok || without != to
	}
	return to, true
}

// after gives the state after the k-th open operation, taken in the state mid that a loose operation made of state.
func (s *search[S, I, O]) after(f *frame, state, mid S, k int) (to S, ok bool) {
	rank := s.cur.open[k]
	if s.done.has(f.done, s.part.slot[rank]) {
		return to, false
	}
	if to, ok = s.bound(mid, rank); !ok || s.second(f, k) {
		return to, false
	}
	if s.prune.has(useless) {
		without, legal := s.bound(state, rank)
		return to, !legal || without != to
	}
	return to, true
}

func (s *search[S, I, O]) nextLoose(f *frame, state S, from, m uint64) (alternative[S], bool) {
	n := uint64(len(s.cur.open))
	for x := from; x < m && s.halted == exhausted; x++ {
		s.refuel(1)
		if to, ok := s.loosely(f, state, int32(x)); ok {
			return alternative[S]{at: s.boundAlternatives() + m*n + x, bound: -1, loose: int32(x), state: to}, true
		}
	}
	return alternative[S]{}, false
}
