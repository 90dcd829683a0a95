package linear

import (
	"context"
	"slices"
	"time"
	"unsafe"

	"github.com/lostupdate/stress/history"
)

// piece is an operation of a stream.
type piece[I, O any] = history.Placed[I, O]

// searched is an object of a stream that is decided by the search. It remembers operations since a moment, and the roots:
// the ways in which everything before may have gone, each a state and those of the operations that were in the order by
// then, because they were under way.
type searched[S comparable, I, O any] struct {
	*check[S, I, O] // of the operations that it remembers
	object
	nths  []int // which of their clients' operations they are
	roots []root[S]
	moved bool           // the roots are not the first one
	next  int            // at how many operations it tries to move again
	done  *settled[I, O] // what is found for good, or nil
}

func newSearched[S comparable, I, O any](c *check[S, I, O], o object) *searched[S, I, O] {
	c.numbers = []int{}
	return &searched[S, I, O]{check: c, object: o, roots: []root[S]{{state: c.model.Init(o.key)}}}
}

func (l *searched[S, I, O]) take(p piece[I, O]) {
	if l.done != nil {
		return
	}
	l.h.Ops, l.numbers, l.nths = append(l.h.Ops, p.Op), append(l.numbers, p.Place), append(l.nths, p.Nth)
}

func (l *searched[S, I, O]) untold() (all []piece[I, O], ok bool) {
	for i, op := range l.h.Ops {
		all = append(all, piece[I, O]{Op: op, Place: l.numbers[i], Nth: l.nths[i]})
	}
	return all, !l.moved && l.done == nil
}

// opBytes is what an operation occupies, besides what its values point to.
func opBytes[I, O any]() int64 { return int64(unsafe.Sizeof(piece[I, O]{})) }

func (l *searched[S, I, O]) proof() []piece[I, O] {
	if l.done == nil {
		return nil
	}
	return l.done.named
}

func (l *searched[S, I, O]) bytes() int64 {
	n := int64(len(l.h.Ops)) * opBytes[I, O]()
	for i := range l.roots {
		n += int64(unsafe.Sizeof(l.roots[i])) + 4*int64(len(l.roots[i].taken))
	}
	return n
}

func (l *searched[S, I, O]) settle(f finding) {
	all := make([]origin[I, O], len(l.h.Ops))
	for i, op := range l.h.Ops {
		all[i].piece = piece[I, O]{Op: op, Place: l.numbers[i], Nth: l.nths[i]}
	}
	l.done = &settled[I, O]{finding: f, named: namedBy(f, all)}
	l.h.Ops, l.numbers, l.nths, l.roots = nil, nil, nil, nil
}

// look decides nothing that is ahead: that is found out when the roots come there.
func (l *searched[S, I, O]) look(ctx context.Context, until time.Duration, _ []piece[I, O]) finding {
	if l.done != nil {
		return l.done.finding
	}
	f := l.move(ctx, until)
	if f.halt == exhausted {
		l.settle(f)
	}
	return f
}

func (l *searched[S, I, O]) decide(ctx context.Context, ahead []piece[I, O]) finding {
	if l.done != nil {
		return l.done.finding
	}
	f := l.attempt(ctx, ahead)
	if f.halt == exhausted {
		l.settle(f)
	}
	return f
}

// attempt searches for an order of all that is remembered and ahead. What is ahead stays there only if there is none.
func (l *searched[S, I, O]) attempt(ctx context.Context, ahead []piece[I, O]) finding {
	known := len(l.h.Ops)
	for _, p := range ahead {
		l.take(p)
	}
	f := l.whole(ctx)
	if f.halt != exhausted {
		l.h.Ops, l.numbers, l.nths = l.h.Ops[:known], l.numbers[:known], l.nths[:known]
	}
	return f
}

// loose says of an operation that it may take effect at any time, or never.
func (l *searched[S, I, O]) loose(n int) bool { return l.h.Ops[n].Outcome != history.OK }

// every gives the places of all operations that are remembered, and makes them those of the object.
func (l *searched[S, I, O]) every() []int32 {
	l.ops = slices.Grow(l.ops[:0], len(l.h.Ops))
	for i := range l.h.Ops {
		l.ops = append(l.ops, int32(i))
	}
	return l.ops
}

// whole searches for an order of all that is remembered.
func (l *searched[S, I, O]) whole(ctx context.Context) finding {
	w := newWorker(ctx, l.check)
	p, err := w.layer.lay(ctx, l.every(), l.loose)
	if err != nil {
		return l.gaveUp(ctx, l.object, 0, outOfTime)
	}
	return l.numbered(w.search(l.object, p, l.roots, maxEffort))
}

// numbered tells the blamed operation by its number in the whole history.
func (l *searched[S, I, O]) numbered(f finding) finding {
	if f.halt == exhausted {
		f.blamed = int32(max(0, l.number(f.blamed)))
	}
	return f
}

// move brings the roots forward, to where the fewest operations are under way.
func (l *searched[S, I, O]) move(ctx context.Context, until time.Duration) finding {
	if len(l.h.Ops) < l.next {
		return finding{halt: found}
	}
	w := newWorker(ctx, l.check)
	p, err := w.layer.lay(ctx, l.every(), l.loose)
	if err != nil {
		return finding{halt: outOfTime}
	}
	goal := l.quietest(p, until)
	if goal == 0 {
		return finding{halt: found}
	}
	w.s.turn(p)
	c := newCollector(w.s, goal)
	w.s.begin(l.roots)
	switch h := w.s.run(); {
	case h != exhausted:
		return l.gaveUp(ctx, l.object, p.slots+len(p.loose), h)
	case len(c.roots) == 0:
		return l.numbered(w.search(l.object, p, l.roots, maxEffort))
	case len(c.roots) > maxRoots:
		l.next = 2 * len(l.h.Ops) // until then it is found out about the end only
	default:
		l.forget(p, goal, c.roots)
	}
	return finding{halt: found}
}

// quietest gives the layer, of those that end before a time, at which the fewest operations are under way: the last such
// in the later half, so that enough is forgotten.
func (l *searched[S, I, O]) quietest(p *part, until time.Duration) (goal uint32) {
	due := 0
	for due < len(p.place) && l.h.Ops[p.place[due]].Return < until {
		due++
	}
	least := len(p.called)
	for layer := max(1, due/2); layer <= due; layer++ {
		if under := int(p.upTo[layer-1]) - layer; under <= least {
			least, goal = under, uint32(layer)
		}
	}
	return goal
}

// forget drops the operations of all layers before a goal, and those of unknown outcome that every root has used.
func (l *searched[S, I, O]) forget(p *part, goal uint32, roots []root[S]) {
	gone := make([]bool, len(l.h.Ops))
	for _, i := range p.place[:goal] {
		gone[i] = true
	}
	for _, x := range p.loose {
		gone[x] = !slices.ContainsFunc(roots, func(r root[S]) bool { return !slices.Contains(r.taken, x) })
	}
	to, kept := make([]int32, len(gone)), 0
	for i := range gone {
		to[i] = int32(kept)
		if !gone[i] {
			l.h.Ops[kept], l.numbers[kept], l.nths[kept] = l.h.Ops[i], l.numbers[i], l.nths[i]
			kept++
		}
	}
	clear(l.h.Ops[kept:])
	l.h.Ops, l.numbers, l.nths = l.h.Ops[:kept], l.numbers[:kept], l.nths[:kept]
	for r := range roots {
		taken := slices.DeleteFunc(roots[r].taken, func(i int32) bool { return gone[i] })
		for n := range taken {
			taken[n] = to[taken[n]]
		}
		roots[r].taken = taken
	}
	l.roots, l.moved, l.next = roots, true, 0
}
