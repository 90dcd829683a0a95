package monitor

import (
	"cmp"
	"slices"
)

// ladder decides a history whose states only rise. This is how if its blind additions are all of one delta; if they are
// not, see rise.
//
// Since states rise, those that sights saw say in which order the sights took effect: by state, and at one state the
// reads before the fetch-and-add that left it (reads among themselves by call). Each is a rung. What is missing from one
// rung to the next is a gap that so many blind additions must fill; after the last rung there may be any number. So
// there is an order if, and only if,
//
//   - the rungs fit: no two overlap, the delta divides every gap, none is called after a higher one returned;
//   - the blind additions fit: each gap has exactly as many as it needs, each that is certain is in some gap or after the
//     last rung, and one in a gap was called before all higher rungs returned, and returned after all lower ones were
//     called.
//
// Going up, "before all higher rungs returned" only gets easier and "after all lower ones were called" only harder. An
// addition may thus be in the gaps of one interval, and to fill each gap with those that return first is best: if an
// order takes another instead, the two can change places. One of unknown outcome returns last of all and need not be
// anywhere. Additions come in an order that their own times allow, because whoever returned before another was called
// could be taken wherever that other could, and was taken first.
//
// Without gaps this is the known rule for fetch-and-add; without fetch-and-adds it is equal to the lazy sweep in time
// that takes additions only when a read needs them, and needs no sorting by time.
type ladder struct {
	*sums
	delta   int64
	rungs   []int32 // sights, from the lowest up
	soonest []int32 // by rung: the sight that returns first of this and all higher ones
}

// newLadder takes the greatest common divisor for the delta where there are several.
func newLadder(s *sums) *ladder {
	l := &ladder{sums: s}
	for _, place := range s.blind {
		for a := s.step(place); a != 0; {
			l.delta, a = a, l.delta%a
		}
		if !s.mixed {
			break
		}
	}
	l.delta = max(l.delta, 1)
	return l
}

// build makes the rungs. A sight that does not fit gives an illegal result.
func (l *ladder) build() Result {
	l.sort()
	if bad := l.climb(); bad.Status == Illegal {
		return bad
	}
	l.soonest = make([]int32, len(l.rungs))
	for k, best := len(l.rungs)-1, int32(-1); k >= 0; k-- {
		if place := l.rungs[k]; best < 0 || l.ops[place].Return < l.ops[best].Return {
			best = place
		}
		l.soonest[k] = best
	}
	return Result{}
}

// rank is the order of rungs.
func (l *ladder) rank(place int32) int64 {
	rank := 2 * (l.seen(place) - l.start)
	if l.step(place) != 0 {
		rank++
	}
	return rank
}

// sort makes the rungs, by counting where states are dense. Both ways keep those of equal rank by call.
func (l *ladder) sort() {
	n := len(l.sights)
	if width := 2*l.rises + 2; width <= int64(8*n+64) {
		first := make([]int32, width)
		for _, place := range l.sights {
			first[l.rank(place)]++
		}
		sum := int32(0)
		for rank, count := range first {
			first[rank], sum = sum, sum+count
		}
		l.rungs = make([]int32, n)
		for _, place := range l.sights {
			rank := l.rank(place)
			l.rungs[first[rank]] = place
			first[rank]++
		}
		return
	}
	type ranked struct {
		rank  int64
		place int32
	}
	all := make([]ranked, n)
	for k, place := range l.sights {
		all[k] = ranked{l.rank(place), place}
	}
	slices.SortFunc(all, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.place, b.place)) })
	l.rungs = l.sights
	for k := range all {
		l.rungs[k] = all[k].place
	}
}

// climb holds that the rungs fit. What does not is a pair, which no other operation can help: states only rise.
func (l *ladder) climb() Result {
	end, below, latest := l.start, int32(-1), int32(-1)
	for _, place := range l.rungs {
		at := l.seen(place)
		switch {
		case at < end && at == l.seen(below):
			return outcome(RuleLostUpdate, below, place)
		case at < end:
			return outcome(RulePhantomRead, below, place)
		case (at-end)%l.delta != 0 && below < 0:
			return l.phantom(place)
		case (at-end)%l.delta != 0:
			return l.phantom(below, place)
		case latest >= 0 && l.ops[place].Return < l.ops[latest].Call:
			return outcome(RuleStaleRead, latest, place)
		}
		end, below = at+l.step(place), place
		if latest < 0 || l.ops[place].Call > l.ops[latest].Call {
			latest = place
		}
	}
	return Result{}
}

// gap is how many blind additions must come right before a rung.
func (l *ladder) gap(k int) int64 {
	end := l.start
	if k > 0 {
		end = l.seen(l.rungs[k-1]) + l.step(l.rungs[k-1])
	}
	return (l.seen(l.rungs[k]) - end) / l.delta
}
