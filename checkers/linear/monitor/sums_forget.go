package monitor

// forgetSums moves the start on to what the operations that are over have made of it, and leaves the operations under way
// that have not taken effect by then, as far as that is known. It is exact whatever comes, deltas of other sizes and signs
// too, for which an operation may wait that no order could have before.
//
//   - Where all deltas are equal and there are no fetch-and-adds that answered, where there are only those, of one sign, and
//     where nobody saw a state, nothing else is left, but additions of unknown outcome whose effect can still come; see lazy
//     and climber.
//   - Where all deltas are equal and there are both, all that took effect since the lowest state that a fetch-and-add under
//     way saw is left as well; see climber.
//   - Else there may be several ways in which the history can have gone; then what is left begins where they part, and all
//     that was called later is kept; see fork. Ways may part for good where additions of unknown outcome and of several
//     deltas add up to the same in different ways, and nothing can be told where there are too many for the monitor itself;
//     then all that comes later is kept.
//
// Additions of zero and reads of unknown outcome do not matter.
func forgetSums(p *Part, until int64) (rest *Part, from []int32) {
	s, reason := readSums(p, true)
	if reason != "" {
		return keepAll(p)
	}
	k := &keptSums{kept: newKept(p), sums: s, until: until}
	if !k.shorten() {
		return keepAll(p)
	}
	return k.rest()
}

// keptSums is what is left of a history of sums.
type keptSums struct {
	*kept
	*sums
	until int64
}

// shorten picks the cheapest way that is exact.
func (k *keptSums) shorten() bool {
	switch {
	case len(k.sights) == 0:
		return k.unseen()
	case k.falls == 0:
		switch moves, fit := k.steps(); {
		case !moves && !k.mixed:
			return newLazy(k).run()
		case fit && newClimber(k).run():
			return true
		}
	}
	return k.fromFork()
}

// unseen keeps the additions that are under way, where nobody has seen a state: they can add later just as well.
func (k *keptSums) unseen() bool {
	state := k.sums.start
	for _, place := range k.blind {
		if k.ops[place].underWay(k.until) {
			k.keep(place)
		} else {
			state += k.step(place)
		}
	}
	k.begin(state)
	return true
}

// steps says whether sights change the state, and whether climber can do with the blind additions: there are none, or all
// deltas are equal.
func (k *keptSums) steps() (moves, fit bool) {
	fit = !k.mixed
	for _, place := range k.sights {
		if delta := k.step(place); delta != 0 {
			moves = true
			fit = fit && (len(k.blind) == 0 || delta == k.step(k.blind[0]))
		}
	}
	return moves, fit
}

// begin sets the state at which what is left begins.
func (k *keptSums) begin(state int64) { k.kept.start = k.sign * state }

func (k *keptSums) keepEach(places []int32) {
	for _, place := range places {
		k.keep(place)
	}
}

// matters says whether an operation has a role.
func (s *sums) matters(place int32) bool {
	op := &s.ops[place]
	return op.Kind != Add && op.known() || s.step(place) != 0
}
