package monitor

import (
	"cmp"
	"slices"
)

// maxShrinking bounds how many values are looked at to make a core small, as a multiple of how many there are.
const maxShrinking = 32

// shrinking makes a small set of values that are illegal together. To add values to a set never makes it legal.
type shrinking struct {
	test func(values []held) bool // whether values are illegal together
	cost int                      // of a test, for each value

	values []held
	core   []int32 // values that are in each illegal set that is left
	budget int
}

// smallest gives few of the chosen values, which are illegal together, that still are; none can be left out, unless there
// were so many that it gave up. It takes values by the call of their pop, or if they are left the return of their push,
// until they are illegal. The last of them is to stay. From there it goes back and forth over the others, until those that
// are to stay are illegal alone.
func smallest(values []held, chosen []int32, s shrinking) []int32 {
	s.values, s.budget = values, maxShrinking*len(chosen)+1<<16
	rest := slices.Clone(chosen)
	slices.SortFunc(rest, func(a, b int32) int { return cmp.Compare(values[a].blamed(), values[b].blamed()) })
	for len(rest) > 0 && !s.illegal(nil) {
		n := s.shortest(rest)
		if s.budget < 0 {
			return append(s.core, rest[:n]...)
		}
		s.core = append(s.core, rest[n-1])
		rest = rest[:n-1]
		slices.Reverse(rest)
	}
	return s.core
}

func (h *held) blamed() int64 {
	if h.left() {
		return h.putReturn
	}
	return h.takeCall
}

// illegal says whether these and the core are.
func (s *shrinking) illegal(more []int32) bool {
	s.budget -= s.cost * (len(s.core) + len(more))
	chosen := make([]held, 0, len(s.core)+len(more))
	for _, list := range [][]int32{s.core, more} {
		for _, i := range list {
			chosen = append(chosen, s.values[i])
		}
	}
	return s.test(chosen)
}

// shortest gives how many of the first values make an illegal set with the core, as few as the budget allows. All do. It
// tries few first, because faults are mostly local.
func (s *shrinking) shortest(rest []int32) int {
	low, high := 0, 1
	for high < len(rest) && !s.illegal(rest[:high]) {
		low, high = high, 2*high
	}
	high = min(high, len(rest))
	for low+1 < high && s.budget >= 0 {
		if middle := (low + high) / 2; s.illegal(rest[:middle]) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
