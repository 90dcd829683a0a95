package monitor

import (
	"cmp"
	"slices"
)

// deadline says when a value must be gone, and which value says so: one that was pushed before it, and popped after its push.
type deadline struct {
	moment
	outer int32 // -1 if there is none, and time is Never
}

// matchUrgent lets the pop called first take the value that must be gone first, and so on.
func (s *store) matchUrgent(wanted, pops []int32, quarters int64) {
	urgent := s.deadlines(wanted, quarters)
	for i, value := range urgent[:min(len(urgent), len(pops))] {
		s.suppose(value.of, pops[i])
	}
}

// crossedPair proves a history illegal by two values: one was pushed onto the other, and the other popped before it, each
// for sure. Most that are illegal have such two, which are found without trying.
func (s *store) crossedPair(values []int32) *Result {
	for _, d := range s.deadlines(values, 4) {
		if d.time < s.values[d.of].takeCall {
			return s.crossed([]int32{d.of, d.outer})
		}
	}
	return nil
}

// tooFew proves a history illegal if by some time more values must be gone than pops of unknown outcome were called.
func (s *store) tooFew() *Result {
	all := s.deadlines(s.left, 4)
	for i, d := range all {
		pops := s.looseUntil(d.time)
		if d.outer < 0 || pops > i {
			continue
		}
		var core []int32
		for _, other := range all[i-pops : i+1] {
			core = append(core, other.of, other.outer)
		}
		return s.crossed(core)
	}
	return nil
}

// deadlines gives when each of these values must be gone, in order: at the latest when the pop of a value returns that was
// pushed before it, and popped after its push for sure. With four quarters, that was pushed before it for sure, too; with
// two, likely so; with none, possibly.
func (s *store) deadlines(values []int32, quarters int64) []deadline {
	outer, byPop := s.pushedBy(quarters), make([]moment, 0, len(s.values))
	inner, all := make([]moment, len(values)), make([]deadline, len(values))
	for i, value := range values {
		inner[i] = moment{s.pushed(value, 4-quarters), value}
	}
	sortMoments(inner)
	for _, m := range outer {
		byPop = append(byPop, moment{s.values[m.of].takeCall, m.of})
	}
	sortMoments(byPop)
	place := make([]int32, len(s.values)) // in byPop
	for i, m := range byPop {
		place[m.of] = int32(i)
	}
	first := newSuffixMin(len(byPop))
	for i, value := range inner {
		for ; len(outer) > 0 && outer[0].time < value.time; outer = outer[1:] {
			of := outer[0].of
			first.lower(int(place[of]), moment{s.values[of].takeReturn, of})
		}
		from, _ := slices.BinarySearchFunc(byPop, s.values[value.of].putReturn+1, func(m moment, time int64) int {
			return cmp.Compare(m.time, time)
		})
		least := first.from(from)
		all[i] = deadline{moment{least.time, value.of}, least.of}
	}
	slices.SortFunc(all, func(a, b deadline) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.of, b.of)) })
	return all
}

// pushedBy gives the values that are popped for sure, in order of when so many quarters of their push are over.
func (s *store) pushedBy(quarters int64) []moment {
	var all []moment
	for i := range s.values {
		if h := &s.values[i]; !h.left() && h.sure() {
			all = append(all, moment{s.pushed(int32(i), quarters), int32(i)})
		}
	}
	sortMoments(all)
	return all
}

// suffixMin keeps the least of what was put at a place or after it, as a Fenwick tree.
type suffixMin []moment

func newSuffixMin(n int) suffixMin {
	s := make(suffixMin, n+1)
	for i := range s {
		s[i] = moment{Never, -1}
	}
	return s
}

func (s suffixMin) lower(at int, m moment) {
	for i := len(s) - 1 - at; i < len(s); i += i & -i {
		if m.time < s[i].time {
			s[i] = m
		}
	}
}

func (s suffixMin) from(at int) moment {
	least := moment{Never, -1}
	for i := len(s) - 1 - at; i > 0; i -= i & -i {
		if s[i].time < least.time {
			least = s[i]
		}
	}
	return least
}
