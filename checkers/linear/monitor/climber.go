package monitor

import (
	"cmp"
	"math"
	"slices"
)

// climber goes up the states of a history whose deltas have one sign, and are all equal if there are blind additions. It
// climbs to the highest state that a sight which is over saw or left, each step at the last moment that is possible: when
// the first returns of those that are over and took effect later. What an order does above that state is only done by
// operations under way, which can do it at the end as well.
//
// At each state below, something must have added: the fetch-and-add that is over and saw that state, if there is one;
// else one under way that did; else a blind addition. First let these be of unknown outcome, all. Then there is no choice
// that matters:
//
//   - Of several fetch-and-adds under way that are alike, the one that returns first is taken. Where an order takes another
//     instead, and this one later, they can change places. If they are not alike, climber cannot tell.
//   - One under way is taken rather than one of unknown outcome, which it can change places with, too: they add the same.
//   - Those of unknown outcome are alike, but that later ones were called later; and later steps can be later.
//
// So whatever an order has left, so has climber, or something that can do the same. And a read under way of a state below,
// or at the end of the climb, is satisfied if it was called by the last moment at which the object could be in that state:
// otherwise it waits, as do fetch-and-adds that were not taken, for states above, or for the object to come down to them.
//
// A blind addition that must be taken spoils this: if it takes the place of a fetch-and-add under way, that one is left,
// which can be of use if the object comes down; and if it does not, it makes another state. So if there are such, climber
// goes no higher than the lowest state that a fetch-and-add under way saw. Each order passes that state, and below there
// are only blind additions to choose from, so that those which return first are best; see ladder. What took effect above
// is left, also what is over: it came after that fetch-and-add was called, or nearly. And if all sights are passed,
// climber takes the additions that are over, too.
type climber struct {
	*keptSums
	over    []int32 // sights that are over, from the lowest up
	last    []int64 // by over: the first return of this and all higher ones
	under   []int32 // fetch-and-adds under way, by state, then by return
	next    int     // of blind: those before were called by the last step
	bound   soon    // of those, the certain ones that were not taken
	loose   []int32 // and those of unknown outcome, by call
	left    []int32 // fetch-and-adds under way that were not taken
	visits  []visit // from the lowest state up
	ceiling int64   // the state to stop at
}

// visit is a state and until when the object can have been in it.
type visit struct {
	state, last int64
}

func newClimber(k *keptSums) *climber {
	c := &climber{keptSums: k, ceiling: math.MaxInt64}
	for _, place := range k.sights {
		switch {
		case !k.ops[place].underWay(k.until):
			c.over = append(c.over, place)
		case k.step(place) != 0:
			c.under = append(c.under, place)
		}
	}
	slices.SortFunc(c.over, func(a, b int32) int { return cmp.Or(k.bySeen(a, b), cmp.Compare(k.step(a), k.step(b))) })
	slices.SortFunc(c.under, func(a, b int32) int { return cmp.Or(k.bySeen(a, b), k.byReturn(a, b)) })
	c.last = make([]int64, len(c.over))
	first := Never
	for i, place := range slices.Backward(c.over) {
		first = min(first, k.ops[place].Return)
		c.last[i] = first
	}
	if slices.ContainsFunc(k.blind, func(place int32) bool { return k.ops[place].known() }) {
		c.stop()
	}
	return c
}

func (s *sums) bySeen(a, b int32) int { return cmp.Compare(s.seen(a), s.seen(b)) }

// stop finds the lowest state that a fetch-and-add under way saw, of those that the object can come to.
func (c *climber) stop() {
	for _, place := range c.under {
		if up := c.seen(place) - c.sums.start; up >= 0 && up%c.step(place) == 0 {
			c.ceiling = c.seen(place)
			return
		}
	}
}

// run keeps what is left. It gives false where it cannot tell.
func (c *climber) run() bool {
	state, next := c.sums.start, 0
	for next < len(c.over) && state < c.ceiling {
		by, last := c.over[next], c.last[next]
		c.callUpTo(last)
		c.visit(state, last)
		switch seen := c.seen(by); {
		case seen < state:
			return false
		case seen == state:
			next++
		default:
			if by = c.pick(state, last); by == noPlace {
				return false
			}
		}
		state += c.step(by)
	}
	if c.callUpTo(c.until); next == len(c.over) {
		for ; state < c.ceiling && c.owes(); state += c.step(c.bound.pop().place) {
			c.visit(state, c.bound[0].at)
		}
		if !c.owes() {
			c.visit(state, c.until)
		}
	}
	c.begin(state)
	c.keepEach(c.over[next:])
	c.leave()
	return true
}

// callUpTo makes blind additions ready that were called by then.
func (c *climber) callUpTo(time int64) {
	for ; c.next < len(c.blind) && c.ops[c.blind[c.next]].Call <= time; c.next++ {
		place := c.blind[c.next]
		if c.ops[place].known() {
			c.bound.push(due{c.ops[place].Return, place})
		} else {
			c.loose = append(c.loose, place)
		}
	}
}

// owes says whether an addition that is over was not taken.
func (c *climber) owes() bool { return len(c.bound) > 0 && c.bound[0].at < c.until }

// visit notes until when the object can be in a state: until the first returns of those that take effect later.
func (c *climber) visit(state, last int64) {
	if len(c.bound) > 0 {
		last = min(last, c.bound[0].at)
	}
	if n := len(c.visits); n > 0 && c.visits[n-1].state == state {
		c.visits = c.visits[:n-1] // a read there is passed
	}
	c.visits = append(c.visits, visit{state, last})
}

// pick takes an operation that can add at a state by a time, or gives noPlace where there is none, or no telling which.
func (c *climber) pick(state, last int64) int32 {
	by := noPlace
	for ; len(c.under) > 0 && c.seen(c.under[0]) <= state; c.under = c.under[1:] {
		place := c.under[0]
		switch {
		case c.seen(place) < state || c.ops[place].Call > last:
			c.left = append(c.left, place)
		case by == noPlace:
			by = place
		case c.step(place) != c.step(by):
			return noPlace
		default:
			c.left = append(c.left, place)
		}
	}
	switch {
	case by != noPlace:
	case len(c.bound) > 0:
		by = c.bound.pop().place
	case len(c.loose) > 0:
		by, c.loose = c.loose[0], c.loose[1:]
	}
	return by
}

// leave keeps what is under way and was not taken, and reads that cannot have been satisfied on the way.
func (c *climber) leave() {
	c.keepEach(c.left)
	c.keepEach(c.under)
	c.keepEach(c.loose)
	for _, add := range c.bound {
		c.keep(add.place)
	}
	for _, place := range c.sights {
		if c.ops[place].underWay(c.until) && c.step(place) == 0 && !c.passed(place) {
			c.keep(place)
		}
	}
}

// passed says whether a read can have been satisfied on the way.
func (c *climber) passed(read int32) bool {
	at, ok := slices.BinarySearchFunc(c.visits, c.seen(read), func(v visit, state int64) int { return cmp.Compare(v.state, state) })
	return ok && c.ops[read].Call <= c.visits[at].last
}
