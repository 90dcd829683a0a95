package linear

import "fmt"

// maxRoots bounds in how many ways what is before a window may have gone; where there are more it is not used.
const maxRoots = 1 << 12

// enter moves the beginning of a window forward: it searches all that comes before and collects every way in which
// that may have gone. What was called by then and had not returned is in some of the orders and not in others.
func (p *prover[S, I, O]) enter(w window[S], from int) (window[S], bool) {
	p.bind(w)
	if !p.search(w, p.left) {
		return window[S]{}, false
	}
	c := newCollector(p.s, uint32(from-w.from))
	if p.run(w) != exhausted || len(c.roots) > maxRoots {
		return window[S]{}, false
	}
	return window[S]{from: from, places: p.since(w, from), roots: c.roots}, true
}

// since gives the operations of a window without those that are bound and returned before the new beginning.
func (p *prover[S, I, O]) since(w window[S], from int) []int32 {
	var places []int32
	for _, i := range w.places {
		if !p.isBound(i) || !p.before(i, p.bound[from]) {
			places = append(places, i)
		}
	}
	return places
}

// collector gathers what a search arrives at, each once.
type collector[S comparable, I, O any] struct {
	*search[S, I, O]
	open  []int32 // ranks of what is open at the goal and was called before
	roots []root[S]
	known map[rootKey[S]]bool
}

type rootKey[S comparable] struct {
	state S
	taken string
}

// newCollector makes the search end at a layer, which is above 0, and gather what arrives there.
func newCollector[S comparable, I, O any](s *search[S, I, O], goal uint32) *collector[S, I, O] {
	c := &collector[S, I, O]{search: s, known: map[rootKey[S]]bool{}}
	for _, rank := range s.part.called[:s.part.upTo[goal-1]] {
		if rank >= int32(goal) {
			c.open = append(c.open, rank)
		}
	}
	s.goal, s.arrived = goal, c.arrived
	s.sight = goal // what is beyond may be let loose
	return c
}

func (c *collector[S, I, O]) arrived(at config) {
	r := root[S]{state: c.states.of[at.state]}
	for _, rank := range c.open {
		if c.done.has(at.done, c.part.slot[rank]) {
			r.taken = append(r.taken, c.part.place[rank])
		}
	}
	for x, i := range c.part.loose {
		if c.used.has(at.used, int32(x)) {
			r.taken = append(r.taken, i)
		}
	}
	key := rootKey[S]{r.state, fmt.Sprint(r.taken)}
	if len(c.roots) > maxRoots || c.known[key] {
		return
	}
	c.known[key] = true
	c.roots = append(c.roots, r)
}
