package monitor

import "slices"

// Each way to match values and pops of unknown outcome that is tried is a whole check.
const (
	maxGuesses = 720     // ways
	maxGuessed = 1 << 20 // values in all of them together
)

// guessFor goes on with only these values. If a pop found nothing and would be impossible if no pop of unknown outcome took
// anything, these must be all; else those that could be removed then have no say, and nor have pops that found nothing.
func (s *store) guessFor(chosen []int32) *Result {
	s.supposeNone()
	few := &store{ops: s.ops, loose: s.loose}
	for _, i := range chosen {
		few.values = append(few.values, s.values[i])
	}
	if len(chosen) == len(s.values) {
		few.absent = s.absent
	}
	few.sort()
	few.supposeNone()
	if failure := few.tooFew(); failure != nil {
		return failure
	}
	switch few.tryAll() {
	case Legal:
		for i, value := range chosen {
			s.values[value] = few.values[i]
		}
		return nil
	case Illegal:
		return few.outnumbered()
	default:
		return refuse("which values pops of unknown outcome took may decide")
	}
}

// numbersBelow gives the numbers below n.
func numbersBelow(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// tryAll looks for a way to match the values that are left with pops of unknown outcome that explains the history. It
// starts from values that may need to be taken: those that cannot be removed if no pop takes anything. It is Unsuited if
// there were too many ways to try them all.
func (s *store) tryAll() Status {
	s.supposeNone()
	wanted := s.left
	if _, impossible := s.emptyTimes(); impossible < 0 {
		wanted = s.stillLeft(peel(s.values, false).stuck)
	}
	if s.rematch(wanted) {
		return Legal
	}
	s.supposeNone()
	g := guesser{store: s, wanted: wanted, used: make([]bool, max(len(wanted), len(s.loose)))}
	switch {
	case ways(len(wanted), len(s.loose)) > min(maxGuesses, maxGuessed/max(len(s.values), 1)):
		return Unsuited
	case g.try(0):
		return Legal
	default:
		return Illegal
	}
}

// ways counts how the fewer of values and pops can be matched with some of the others, up to something above maxGuesses.
func ways(wanted, loose int) int {
	all := 1
	for i := 0; i < min(wanted, loose) && all <= maxGuesses; i++ {
		all *= max(wanted, loose) - i
	}
	return all
}

// outnumbered proves a history illegal whose pops of unknown outcome were too few, or called too late. Fewer values can be
// matched in fewer ways, so that all of them are tried again.
func (s *store) outnumbered() *Result {
	without := func(absent []int32) func(values []held) bool {
		return func(values []held) bool {
			few := &store{ops: s.ops, values: slices.Clone(values), absent: absent, loose: s.loose}
			few.sort()
			return few.tryAll() == Illegal
		}
	}
	cost := ways(len(s.left), len(s.loose))
	absent := s.absent
	for i := 0; i < len(absent) && cost*len(absent)*len(s.values) <= maxGuessed; {
		if fewer := slices.Delete(slices.Clone(absent), i, i+1); without(fewer)(s.values) {
			absent = fewer
		} else {
			i++
		}
	}
	core := smallest(s.values, numbersBelow(len(s.values)), shrinking{test: without(absent), cost: cost})
	result := s.crossed(core)
	return provenIllegal(result.Rule, result.Support, append(result.Core, absent...)...)
}

// stillLeft gives those of the values that are left which are also in this list, in order of the return of their push.
func (s *store) stillLeft(stuck []int32) []int32 {
	in := make(map[int32]bool, len(stuck))
	for _, value := range stuck {
		in[value] = true
	}
	var wanted []int32
	for _, value := range s.left {
		if in[value] {
			wanted = append(wanted, value)
		}
	}
	return wanted
}

// rematch tries some likely ways to match these values with pops, and again for those of them that are still in the way.
func (s *store) rematch(wanted []int32) bool {
	pops := s.loose
	for round := range int64(10) {
		for _, value := range wanted {
			s.suppose(value, -1)
		}
		if round < 5 {
			s.matchUrgent(wanted, pops, 4-round)
		} else {
			s.match(wanted, pops, 9-round)
		}
		stuck := peel(s.values, false).stuck
		if len(stuck) > 0 {
			wanted = s.stillLeft(stuck)
			pops = s.free(wanted)
		} else if _, impossible := s.emptyTimes(); impossible < 0 {
			return true
		}
	}
	return false
}

// free gives the pops that have taken nothing, or one of these values.
func (s *store) free(wanted []int32) []int32 {
	for _, value := range wanted {
		s.suppose(value, -1)
	}
	used := make(map[int32]bool, len(s.left))
	for _, value := range s.left {
		used[s.values[value].take] = true
	}
	var pops []int32
	for _, pop := range s.loose {
		if !used[pop] {
			pops = append(pops, pop)
		}
	}
	return pops
}

// match lets each pop, as soon as it is called, take the value that was pushed last, or if there is none the next. A value
// counts as pushed when so many quarters of the time that its push took are over.
func (s *store) match(wanted, pops []int32, quarters int64) {
	var inside []int32
	for _, pop := range pops {
		for len(wanted) > 0 && (len(inside) == 0 || s.pushed(wanted[0], quarters) < s.ops[pop].Call) {
			inside, wanted = append(inside, wanted[0]), wanted[1:]
		}
		if len(inside) == 0 {
			return
		}
		s.suppose(inside[len(inside)-1], pop)
		inside = inside[:len(inside)-1]
	}
}

func (s *store) pushed(value int32, quarters int64) int64 {
	h := &s.values[value]
	if quarters == 4 {
		return h.putReturn
	}
	return h.putCall + (h.putReturn-h.putCall)/4*quarters
}

// guesser tries all ways to match the fewer of values and pops with some of the others. That more values are taken than
// need be does no harm: it only makes their critical intervals shorter.
type guesser struct {
	*store
	wanted []int32
	used   []bool
}

// try matches the i-th of the fewer and all after it.
func (g *guesser) try(i int) bool {
	if i == min(len(g.wanted), len(g.loose)) {
		return g.explained()
	}
	for j := range g.used {
		if g.used[j] {
			continue
		}
		value, pop := i, j
		if len(g.wanted) > len(g.loose) {
			value, pop = j, i
		}
		g.used[j] = true
		g.suppose(g.wanted[value], g.loose[pop])
		if g.try(i + 1) {
			return true
		}
		g.suppose(g.wanted[value], -1)
		g.used[j] = false
	}
	return false
}
