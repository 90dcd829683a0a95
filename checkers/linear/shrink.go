package linear

import (
	"cmp"
	"slices"
	"sort"

	"github.com/lostupdate/stress/history"
)

// What a proof may cost, in steps of the model: for each window so much, and as much again as the search itself times
// effortFactor; for each trial a part of that.
const (
	effortOfWindow = 1 << 13
	effortFactor   = 2
	trialsAtLeast  = 4
)

// fewEnough is how many operations people can look at.
const fewEnough = 12

// prover looks for few operations that prove a violation.
//
// Leaving operations out would prove nothing: a read may be illegal only because the write is gone. So an operation is
// let loose instead: it may take effect at any time after its call, or never. Every legal order of the history is still
// one then. If none exists even so, the operations that are still bound are the proof.
type prover[S comparable, I, O any] struct {
	*worker[S, I, O] // its search found no order, and serves again
	object
	bound  []int32 // places, in order of return; the last is blamed: without it the rest has a legal order
	prefix []int32 // places of all that was called by the blamed one's return, in order of call
	roots  []root[S]
	effort int64  // for each window
	left   int64  // of it
	loose  []bool // of the n-th operation of the window at hand
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

// newProver makes a prover of an object's violation.
func newProver[S comparable, I, O any](w *worker[S, I, O], o object, roots []root[S]) *prover[S, I, O] {
	bound := slices.Clone(w.s.part.place[:w.s.deepest.layer+1])
	end := w.h.Ops[bound[len(bound)-1]].Return
	n := sort.Search(len(o.ops), func(n int) bool { return w.h.Ops[o.ops[n]].Call > end })
	effort := effortOfWindow + effortFactor*w.s.steps
	return &prover[S, I, O]{
		worker: w, object: o, bound: bound, prefix: o.ops[:n], roots: roots, effort: effort, loose: make([]bool, n),
	}
}

// proof is few operations that can not all have taken effect as they say.
type proof[S comparable] struct {
	core  []int32   // places of those bound, in order of return; none where a proof would cost too much
	given int       // how many bound ones were called before them and are taken as given
	in    window[S] // what it is of
	loose []bool    // of the n-th operation of the window
}

// prove finds a proof.
func (p *prover[S, I, O]) prove() (best proof[S]) {
	w := window[S]{places: p.prefix, roots: p.roots}
	for n, length := range p.windows {
		p.left = p.effort
		if from := len(p.bound) - 1 - length; from > w.from {
			next, ok := p.enter(w, from)
			if !ok {
				return best
			}
			w, p.left = next, p.effort
		} else if n > 0 {
			continue
		}
		free := p.free(w)
		if smaller, ok := p.shrink(w, free); ok {
			best = proof[S]{core: smaller, given: len(p.bound) - 1 - len(free), in: w}
			best.loose = slices.Clone(p.loose[:len(w.places)])
		}
		if best.core != nil && len(best.core) <= fewEnough {
			return best
		}
	}
	return best
}

// shrink finds operations of the window that prove the violation, and lets loose, many at a time and then one by one, what
// the proof can do without: pure ones first, since people find the cause in the others, and those long ago before those
// of late. Since fewer bound operations never make an order illegal, what is needed once stays needed.
func (p *prover[S, I, O]) shrink(w window[S], free []int32) (core []int32, ok bool) {
	keep, needed, size := slices.Clone(free), []int32(nil), len(free)
	if last, ok := p.grow(w, free); ok {
		keep = slices.DeleteFunc(keep, func(n int32) bool { return p.loose[n] })
		if size = len(keep) / oneByOne; len(last) == 1 {
			needed = last
		}
	} else if p.bind(w); !p.illegal(w) {
		return nil, false
	}
	for size = max(1, size); size > 0; size /= 2 {
		keep = p.spare(w, keep, needed, size)
	}
	for _, n := range keep {
		core = append(core, w.places[n])
	}
	core = append(core, p.bound[len(p.bound)-1])
	slices.SortFunc(core, p.order)
	return core, true
}

// spare lets operations loose, so many at a time, where there is no legal order even so, and gives those that are left.
func (p *prover[S, I, O]) spare(w window[S], keep, needed []int32, size int) []int32 {
	for i := 0; i < len(keep); {
		j := min(i+size, len(keep))
		if some := keep[i:j]; !slices.Equal(some, needed) {
			if p.let(some, true); p.illegal(w) {
				keep = slices.Delete(keep, i, j)
				continue
			}
			p.let(some, false)
		}
		i = j
	}
	return keep
}

// free gives the bound operations that may be let loose, pure ones first, by their place in the window: all but the
// blamed one and those whose effect may be in a root.
func (p *prover[S, I, O]) free(w window[S]) []int32 {
	type ranked struct {
		pure     bool
		n, place int32
	}
	var free []ranked
	for n, i := range w.places {
		op := &p.h.Ops[i]
		if !p.isBound(i) || i == p.bound[len(p.bound)-1] || w.from > 0 && op.Call <= p.h.Ops[p.bound[w.from-1]].Return {
			continue
		}
		free = append(free, ranked{p.model.Pure != nil && p.model.Pure(op.Input, op.Output), int32(n), i})
	}
	slices.SortFunc(free, func(a, b ranked) int {
		if a.pure != b.pure {
			return map[bool]int{true: -1, false: 1}[a.pure]
		}
		return p.order(a.place, b.place)
	})
	list := make([]int32, len(free))
	for k := range free {
		list[k] = free[k].n
	}
	return list
}

// bind makes those operations of the window loose that are not bound, and no others.
func (p *prover[S, I, O]) bind(w window[S]) {
	for n, i := range w.places {
		p.loose[n] = !p.isBound(i)
	}
}

// let makes operations of the window loose, or not any more.
func (p *prover[S, I, O]) let(list []int32, loose bool) {
	for _, n := range list {
		p.loose[n] = loose
	}
}

// illegal verifies that no order exists with what is loose now.
func (p *prover[S, I, O]) illegal(w window[S]) bool {
	return p.search(w, p.effort/trialsAtLeast) && p.run(w) == exhausted
}

// search makes the search one of a window with what is loose now; not if there is no effort left.
func (p *prover[S, I, O]) search(w window[S], effort int64) bool {
	if p.left <= 0 {
		return false
	}
	part, err := p.layer.lay(p.ctx, w.places, func(n int) bool { return p.loose[n] })
	if err != nil {
		return false
	}
	p.s.turn(part)
	p.s.effort = min(effort, p.left)
	return true
}

// run runs the search from all roots of a window.
func (p *prover[S, I, O]) run(w window[S]) halt {
	p.s.begin(w.roots)
	h := p.s.run()
	p.left -= p.s.steps
	return h
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
