package linear

import (
	"cmp"
	"slices"
)

// turns says how a search goes on: depth first, which finds an order soon if there is one and the guesses are good, or,
// where that gets no further, from the lowest layer on. The latter visits no configuration before all that are as good or
// better because they used fewer loose operations, so that dominance forgets more: it is the faster way to see that there
// is no order. The two take turns on the same configurations, so that none is visited twice.
type turns struct {
	breadth bool   // the stack is a heap, the configuration to go on from first
	visits  int    // so far
	until   int    // how many visits there will be when it is the other's turn
	span    int    // how long the last turn was
	layer   uint32 // the deepest layer when it was looked at last
}

// defaultPatience is how many visits a search goes depth first without getting deeper.
const defaultPatience = 1024

// alternate gives the turn to the other way if it is time. A search that must tell the order that it found has the trace
// of it only depth first.
func (s *search[S, I, O]) alternate() {
	t := &s.turns
	if !t.breadth && s.deepest.layer > t.layer {
		t.layer, t.until = s.deepest.layer, max(t.until, t.visits+s.patience)
	}
	if t.visits < t.until || s.tracing {
		return
	}
	if t.breadth = !t.breadth; t.breadth {
		t.span = 2 * max(t.span, s.patience)
	}
	t.until = t.visits + t.span
	s.order()
}

// order puts the stack into the order that the turn needs.
func (s *search[S, I, O]) order() {
	if !s.turns.breadth {
		slices.SortStableFunc(s.stack, func(a, b frame) int { return cmp.Compare(a.layer, b.layer) })
		return
	}
	slices.SortFunc(s.stack, func(a, b frame) int { // which is a heap
		return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(s.used.size(a.used), s.used.size(b.used)))
	})
}

// front gives the place of the configuration to go on from.
func (s *search[S, I, O]) front() int {
	if s.turns.breadth {
		return 0
	}
	return len(s.stack) - 1
}

// push puts a configuration on the stack.
func (s *search[S, I, O]) push(f frame) {
	s.stack = append(s.stack, f)
	if !s.turns.breadth {
		return
	}
	for i := len(s.stack) - 1; i > 0; {
		up := (i - 1) / 2
		if !s.sooner(i, up) {
			break
		}
		s.stack[i], s.stack[up] = s.stack[up], s.stack[i]
		i = up
	}
}

// drop takes the configuration at the front off the stack.
func (s *search[S, I, O]) drop() {
	last := len(s.stack) - 1
	s.stack[s.front()] = s.stack[last]
	s.stack = s.stack[:last]
	if !s.turns.breadth {
		return
	}
	for i := 0; ; {
		least := i
		for down := 2*i + 1; down <= 2*i+2 && down < last; down++ {
			if s.sooner(down, least) {
				least = down
			}
		}
		if least == i {
			return
		}
		s.stack[i], s.stack[least] = s.stack[least], s.stack[i]
		i = least
	}
}

// sooner says whether the search goes on from one configuration before another, by their places on the stack.
func (s *search[S, I, O]) sooner(i, j int) bool {
	a, b := &s.stack[i], &s.stack[j]
	return a.layer < b.layer || a.layer == b.layer && s.used.size(a.used) < s.used.size(b.used)
}
