package monitor

// Counter decides the history of a counter: [Add], which answers nothing, and [Read].
//
// It is exact in O(n log n) where all deltas that are not zero are equal; see ladder. Where they differ the question is
// NP-hard, even with a single read (a subset sum), and exact up to a limit on the configurations that must be kept: see
// rise for deltas of one sign, where the choice is only how many of each delta come before each read, and sweep for
// others. Operations of unknown outcome may be any. Beyond the limit, where sums might overflow, and where there are other
// kinds of operations the history is [Unsuited].
func Counter(p *Part) Result { return decideSums(p, false) }

// FetchAndAdd decides the history of a counter that answers: [FetchAdd], [Add] and [Read]. A fetch-and-add of zero is a
// read, and one of unknown outcome is an Add of unknown outcome.
//
// It is exact in O(n log n) where all deltas that are not zero have one sign, and those of Adds and of unknown outcomes
// are equal; other deltas may be any. Else it does what [Counter] does for several deltas.
func FetchAndAdd(p *Part) Result { return decideSums(p, true) }

func decideSums(p *Part, fetch bool) Result {
	s, reason := readSums(p, fetch)
	if reason != "" {
		return unsuited(reason)
	}
	v := s.decide(effortFor(len(s.ops)), p.Witness)
	if v.suspects != nil {
		return newTrial(s, v.suspects).core()
	}
	if v.Status == Legal && p.Witness {
		v.Order = s.withIdle(v.Order)
	}
	return v.Result
}

// verdict is a result that may be illegal without a core, but with the operations among which there is one.
type verdict struct {
	Result
	suspects []int32
	effort   int // what is left of it
}

// decide gives the verdict by the cheapest way that there is.
func (s *sums) decide(effort int, witness bool) verdict {
	for _, place := range s.sights {
		if s.beyond(s.seen(place)) {
			return verdict{s.phantom(place), nil, effort}
		}
	}
	if s.falls > 0 {
		w := newSweep(s, effort, witness)
		result, last := w.run()
		if result.Status == Illegal {
			return verdict{result, w.suspects(last), w.effort}
		}
		return verdict{result, nil, w.effort}
	}
	l := newLadder(s)
	if bad := l.build(); bad.Status == Illegal {
		return verdict{bad, nil, effort}
	}
	if !s.mixed {
		return verdict{newFill(l, witness).run(), nil, effort}
	}
	r := newRise(l, effort, witness)
	result, rung := r.run()
	if result.Status == Illegal {
		return verdict{result, r.suspects(rung), r.effort}
	}
	return verdict{result, nil, r.effort}
}
