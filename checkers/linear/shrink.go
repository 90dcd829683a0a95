package linear

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/lostupdate/stress/history"
)

// What a proof may cost, in steps of the model.
const (
	effortOfWindow = 1 << 15 // for each window, and as much again as the search itself, times effortFactor
	effortFactor   = 2
	effortOfTrial  = 1 << 13
)

// fewEnough is how many operations people can look at.
const fewEnough = 12

// prover looks for few operations that prove a violation.
//
// Leaving operations out would prove nothing: a read may be illegal only because the write is gone. So an operation is
// let loose instead: it may take effect at any time after its call, or never. Every legal order of the history is still
// one then. If none exists even so, the operations that are still bound are the proof.
type prover[S comparable, I, O any] struct {
	*check[S, I, O]
	ctx    context.Context
	key    uint64
	bound  []int32 // places, in order of return; the last is blamed: without it the rest has a legal order
	prefix []int32 // places of all that was called by the blamed one's return, in order of call
	effort int64   // for each window
	left   int64   // of it
}

// window is the part of the prefix that a proof looks at.
type window[S comparable] struct {
	from   int // the first bound operation that is in it; all before are given
	places []int32
	roots  []root[S]
}

// root is one way in which everything before a window may have gone.
type root[S comparable] struct {
	state S
	taken []int32 // places of operations of the window that were in the order already
}

func newProver[S comparable, I, O any](ctx context.Context, c *check[S, I, O], o object, s *search[S, I, O]) *prover[S, I, O] {
	bound := s.part.place[:s.deepest.layer+1]
	end := c.h.Ops[bound[len(bound)-1]].Return
	n := sort.Search(len(o.ops), func(n int) bool { return c.h.Ops[o.ops[n]].Call > end })
	effort := effortOfWindow + effortFactor*s.steps
	return &prover[S, I, O]{check: c, ctx: ctx, key: o.key, bound: bound, prefix: o.ops[:n], effort: effort}
}

// prove gives the bound operations that a proof needs, in order of return, and how many that were called before them it
// takes as given.
// It gives none where that costs too much.
func (p *prover[S, I, O]) prove() (core []int32, given int) {
	w := window[S]{places: p.prefix, roots: []root[S]{{state: p.model.Init(p.key)}}}
	for n, length := range p.windows {
		p.left = p.effort
		if from := len(p.bound) - 1 - length; from > w.from {
			next, ok := p.enter(w, from)
			if !ok {
				return core, given
			}
			w, p.left = next, p.effort
		} else if n > 0 {
			continue
		}
		if smaller, ok := p.shrink(w); ok {
			core, given = smaller, len(p.bound)-1-len(p.free(w))
		}
		if core != nil && len(core) <= fewEnough {
			return core, given
		}
	}
	return core, given
}

// shrink lets operations of the window loose, many at a time and then one by one, as long as there is no legal order:
// pure ones first, since people find the cause in the others, and those long ago before those of late. Since fewer bound
// operations never make an order illegal, what is needed once stays needed.
func (p *prover[S, I, O]) shrink(w window[S]) (core []int32, ok bool) {
	keep := p.free(w)
	if !p.illegal(w, keep, nil) {
		return nil, false
	}
	for size := len(keep); size > 0; size /= 2 {
		for i := 0; i < len(keep); {
			j := min(i+size, len(keep))
			if p.illegal(w, keep[:i], keep[j:]) {
				keep = append(keep[:i:i], keep[j:]...)
			} else {
				i = j
			}
		}
	}
	keep = append(keep, p.bound[len(p.bound)-1])
	slices.SortFunc(keep, p.order)
	return keep, true
}

// free gives the bound operations that may be let loose, pure ones first: all but the blamed one and those whose
// effect may be in a root.
func (p *prover[S, I, O]) free(w window[S]) []int32 {
	var free, others []int32
	for _, i := range p.bound[w.from : len(p.bound)-1] {
		if w.from == 0 || p.h.Ops[i].Call > p.h.Ops[p.bound[w.from-1]].Return {
			if op := &p.h.Ops[i]; p.model.Pure != nil && p.model.Pure(op.Input, op.Output) {
				free = append(free, i)
			} else {
				others = append(others, i)
			}
		}
	}
	return append(free, others...)
}

// illegal verifies that no order exists if, of the operations that may be let loose, only those in the lists are bound.
func (p *prover[S, I, O]) illegal(w window[S], some, others []int32) bool {
	loose := map[int32]bool{}
	for _, i := range p.free(w) {
		loose[i] = true
	}
	for _, list := range [...][]int32{some, others} {
		for _, i := range list {
			delete(loose, i)
		}
	}
	s := p.search(w, loose, effortOfTrial)
	if s == nil {
		return false
	}
	p.begin(s, w)
	h := s.run()
	p.left -= s.steps
	return h == exhausted
}

// search makes the search of a window with these operations let loose, besides those that are not bound; nil if there
// is no effort left.
func (p *prover[S, I, O]) search(w window[S], loose map[int32]bool, effort int64) *search[S, I, O] {
	part, err := lay(p.ctx, p.check, w.places, func(i int32) bool { return loose[i] || !p.isBound(i) })
	if err != nil || p.left <= 0 {
		return nil
	}
	s := newSearch(p.ctx, p.check, part)
	s.effort = min(effort, p.left)
	return s
}

// begin starts a search at all roots of a window.
func (p *prover[S, I, O]) begin(s *search[S, I, O], w window[S]) {
	slots, loose := map[int32]uint32{}, map[int32]uint32{}
	for rank, i := range s.part.place {
		slots[i] = s.part.slot[rank]
	}
	for x, i := range s.part.loose {
		loose[i] = uint32(x)
	}
	for _, r := range w.roots {
		c := config{state: s.states.id(r.state)}
		for _, i := range r.taken {
			if slot, ok := slots[i]; ok {
				c.done = s.done.flip(c.done, slot)
			} else {
				c.used = s.used.flip(c.used, loose[i])
			}
		}
		s.enter(c)
	}
}

// isBound says whether an operation of the prefix is one of bound.
func (p *prover[S, I, O]) isBound(i int32) bool {
	return p.h.Ops[i].Outcome == history.OK && !p.before(p.bound[len(p.bound)-1], i)
}

// before says whether an operation has a lower rank than another.
func (p *prover[S, I, O]) before(a, b int32) bool { return p.order(a, b) < 0 }

// order is that of return, of those that return together that of their places; ranks are given so.
func (p *prover[S, I, O]) order(a, b int32) int {
	return cmp.Or(cmp.Compare(p.h.Ops[a].Return, p.h.Ops[b].Return), cmp.Compare(a, b))
}
