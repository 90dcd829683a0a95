package monitor

import (
	"cmp"
	"slices"
)

func (q *priorities) illegal(rule string, support []int32, core ...int32) *Result {
	slices.Sort(core)
	support = slices.DeleteFunc(support, func(place int32) bool { return place == noPlace })
	slices.Sort(support)
	return &Result{Status: Illegal, Core: core, Support: apart(support, core), Rule: rule}
}

// coverCore is the proof that a poll found no time to take its value: the fewest smaller values that must be there, one
// after the other, as long as it lasts. Their polls matter only where one of unknown outcome may have come before them.
func (q *priorities) coverCore(failed *stay) Result {
	chain := q.cover(failed)
	rule := RuleOutOfOrder
	if failed.put == noPlace {
		rule = RuleNotEmpty
		if len(chain) == 1 && chain[0].poll == noPlace {
			rule = RuleLostUpdate // nobody ever took it, and yet it is gone
		}
	}
	core, support := []int32{failed.poll}, []int32{failed.put}
	for _, s := range chain {
		core = append(core, s.put)
		if s.poll != noPlace && s.gone < s.start {
			core = append(core, s.poll)
		} else {
			support = append(support, s.poll)
		}
	}
	return *q.illegal(rule, append(support, q.unknownUntil(failed.last)...), core...)
}

// unknownUntil gives the polls of unknown outcome that were called by a rank.
func (q *priorities) unknownUntil(last int32) []int32 {
	n := 0
	for n < len(q.unknown) && q.rank[q.unknown[n]] <= last {
		n++
	}
	return slices.Clone(q.unknown[:n])
}

// cover finds the fewest values that together must be there at all times at which a poll could take its value. By the
// calls of polls alone, without waiting for a time at which they are free, the values cover the same times.
func (q *priorities) cover(failed *stay) []stay {
	var smaller []stay
	for _, s := range q.values {
		if failed.put != noPlace && s.value >= failed.value {
			break
		}
		if s.until() > max(failed.start, s.from) && s.from <= failed.last {
			smaller = append(smaller, s)
		}
	}
	slices.SortFunc(smaller, func(a, b stay) int { return cmp.Compare(a.from, b.from) })
	var chain []stay
	for at := failed.start; at <= failed.last; {
		var longest stay
		for len(smaller) > 0 && smaller[0].from <= at {
			if smaller[0].until() > longest.until() || longest == (stay{}) {
				longest = smaller[0]
			}
			smaller = smaller[1:]
		}
		chain, at = append(chain, longest), longest.until()
	}
	return chain
}

// until gives the first rank at which a value need not be there any more, for want of a poll.
func (s *stay) until() int32 {
	if s.poll == noPlace {
		return s.gone
	}
	return s.start
}

// errandCore is the proof that there are too few polls of unknown outcome for what must be gone: those values, and the
// polls because of which they must. Where these need more values to prove it, it is looked for among all.
func (q *priorities) errandCore(errands []errand) Result {
	last := errands[len(errands)-1].must
	var things []int32
	for _, e := range errands {
		things = append(things, e.value, e.by)
	}
	slices.Sort(things)
	things = slices.Compact(things)
	proves := func(rest []int32) bool { return q.proves(rest, last) }
	if !proves(things) {
		things = things[:0]
		for i := range len(q.values) + len(q.empties) {
			things = append(things, int32(i))
		}
	}
	things = narrow(things, triesFor(len(q.p.Ops)), proves)
	core, support := q.places(things)
	return *q.illegal(RuleLostUpdate, append(support, q.unknownUntil(last)...), core...)
}

// proves says whether values and polls that found nothing are illegal without all others.
func (q *priorities) proves(things []int32, last int32) bool {
	known, unknown := q.places(things)
	places := slices.Concat(known, unknown, q.unknownUntil(last))
	slices.Sort(places)
	ops := make([]Op, len(places))
	for i, place := range places {
		ops[i] = q.p.Ops[place]
	}
	alone, result := newPriorities(&Part{Ops: ops})
	if alone == nil {
		return result.Status == Illegal
	}
	status, _ := alone.decide()
	return status == Illegal
}

// places gives where the operations on values are, and the polls that found nothing.
func (q *priorities) places(things []int32) (known, unknown []int32) {
	add := func(place int32) {
		switch {
		case place == noPlace:
		case q.p.Ops[place].known():
			known = append(known, place)
		default:
			unknown = append(unknown, place)
		}
	}
	for _, i := range things {
		add(q.thing(i).put)
		add(q.thing(i).poll)
	}
	return known, unknown
}
