package monitor

// maxGuesses is how many ways to match values and pops of unknown outcome are tried. Each is a whole check.
const maxGuesses = 128

// tryAll looks for a way to match the values that are left with pops of unknown outcome that explains the history. It
// starts from values that may need to be taken: those that cannot be removed if no pop takes anything.
func (s *store) tryAll() bool {
	s.supposeNone()
	wanted := s.left
	if _, impossible := s.emptyTimes(); impossible < 0 {
		wanted = s.stillLeft(peel(s.values, false).stuck)
	}
	for _, match := range []func([]int32){s.matchInTurn, s.matchLast} {
		s.supposeNone()
		if match(wanted); s.explained() {
			return true
		}
	}
	s.supposeNone()
	g := guesser{store: s, wanted: wanted, used: make([]bool, max(len(wanted), len(s.loose)))}
	return g.ways() <= maxGuesses && g.try(0)
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

// matchInTurn lets the first pop take the first value, and so on.
func (s *store) matchInTurn(wanted []int32) {
	for i, value := range wanted[:min(len(wanted), len(s.loose))] {
		s.suppose(value, s.loose[i])
	}
}

// matchLast lets each pop, as soon as it is called, take the value that was pushed last, or if there is none the next.
func (s *store) matchLast(wanted []int32) {
	var inside []int32
	for _, pop := range s.loose {
		for len(wanted) > 0 && (s.values[wanted[0]].putReturn < s.ops[pop].Call || len(inside) == 0) {
			inside, wanted = append(inside, wanted[0]), wanted[1:]
		}
		if len(inside) == 0 {
			return
		}
		s.suppose(inside[len(inside)-1], pop)
		inside = inside[:len(inside)-1]
	}
}

// guesser tries all ways to match the fewer of values and pops with some of the others. That more values are taken than
// need be does no harm: it only makes their critical intervals shorter.
type guesser struct {
	*store
	wanted []int32
	used   []bool
}

// ways counts them, up to one more than maxGuesses.
func (g *guesser) ways() int {
	few, many, ways := min(len(g.wanted), len(g.loose)), max(len(g.wanted), len(g.loose)), 1
	for i := 0; i < few && ways <= maxGuesses; i++ {
		ways *= many - i
	}
	return ways
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
