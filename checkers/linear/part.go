package linear

import (
	"context"
	"time"

	"github.com/lostupdate/stress/history"
)

// part is one search problem, laid out for the search. Its bound operations took effect between call and return; they
// are numbered by rank, the order of their returns. Its loose ones may take effect at any time after their call, or
// never: they are of unknown outcome, or were let loose to see whether a violation needs them.
//
// The search goes through layers: at layer r the bound operation r is the first, by return, that has not been put in
// order. Whatever was called not after r returned may come next.
type part struct {
	place  []int32  // by rank: the operation's place in the history
	slot   []uint32 // by rank: its bit; two operations share one only if the first returned before the second is called
	twins  []uint32 // by rank: equal for operations that are open at once and have equal input and output
	pure   []bool   // by rank
	called []int32  // ranks in order of call
	upTo   []int32  // by rank: how many of called are not after its return
	slots  int      // how many bits there are

	loose     []int32 // places of loose operations, in order of call
	prior     []int32 // by place in loose: the one before with equal input, or -1
	looseUpTo []int32 // by rank: how many of loose are not after its return; nil if there are none
}

// bytes is about what a part occupies.
func (p *part) bytes() int64 {
	return 21*int64(len(p.place)) + 8*int64(len(p.loose)) + 4*int64(len(p.looseUpTo))
}

type pair[I, O any] struct {
	In  I
	Out O
}

// lay makes the part of the operations at these places, which are in order of call.
func lay[S comparable, I, O any](
	ctx context.Context, c *check[S, I, O], places []int32, isLoose func(place int32) bool,
) (*part, error) {
	l := newLayer(c)
	l.grow(len(places))
	for n, i := range places {
		if n%(1<<14) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.returnBefore(l.h.Ops[i].Call)
		if isLoose(i) {
			l.callLoose(i)
		} else {
			l.call(i)
		}
	}
	l.returnAll()
	return l.part, nil
}

// layer sweeps over time and keeps what is open.
type layer[S comparable, I, O any] struct {
	*part
	h      *history.History[I, O]
	model  *Model[S, I, O]
	prune  pruning
	open   []opened // a heap by time of return
	free   []uint32 // slots that nobody has
	bound  *alike   // of input and output
	known  *alike   // of input and output, of loose operations
	hidden *alike   // of input only, of loose operations whose output means nothing
}

// opened is a called operation that has not returned.
type opened struct {
	at     time.Duration // of return
	nth    int32         // its place in called, until its rank is known
	place  int32
	slot   uint32
	number uint32
	key    any
}

// before orders operations by return, those that return together by place, so that ranks do not depend on what else is
// open.
func (o *opened) before(other *opened) bool {
	return o.at < other.at || o.at == other.at && o.place < other.place
}

func newLayer[S comparable, I, O any](c *check[S, I, O]) *layer[S, I, O] {
	on := c.prune.has(symmetry)
	return &layer[S, I, O]{
		part: &part{}, h: c.h, model: &c.model, prune: c.prune,
		bound: newAlike[pair[I, O]](on), known: newAlike[pair[I, O]](on), hidden: newAlike[I](on),
	}
}

func (l *layer[S, I, O]) grow(n int) {
	l.place, l.slot, l.twins = make([]int32, 0, n), make([]uint32, 0, n), make([]uint32, 0, n)
	l.pure, l.called, l.upTo = make([]bool, 0, n), make([]int32, 0, n), make([]int32, 0, n)
}

// call opens a bound operation.
func (l *layer[S, I, O]) call(i int32) {
	op := &l.h.Ops[i]
	o := opened{at: op.Return, nth: int32(len(l.called)), place: i, slot: l.take()}
	o.number, _, o.key = l.bound.join(boxed(l.bound, op.Input, op.Output), i)
	l.called = append(l.called, -1)
	l.push(o)
}

func boxed[I, O any](a *alike, in I, out O) any {
	if a.off {
		return nil // nobody will look
	}
	return pair[I, O]{in, out}
}

// callLoose opens a loose operation, for ever.
func (l *layer[S, I, O]) callLoose(i int32) {
	op := &l.h.Ops[i]
	var before int32
	if op.Outcome == history.OK {
		_, before, _ = l.known.join(pair[I, O]{op.Input, op.Output}, int32(len(l.loose)))
	} else {
		_, before, _ = l.hidden.join(op.Input, int32(len(l.loose)))
	}
	l.loose, l.prior = append(l.loose, i), append(l.prior, before)
}

// take gives a slot that nobody has.
func (l *layer[S, I, O]) take() uint32 {
	if n := len(l.free); n > 0 {
		s := l.free[n-1]
		l.free = l.free[:n-1]
		return s
	}
	l.slots++
	return uint32(l.slots - 1)
}

// returnBefore gives their ranks to all that return before the moment.
func (l *layer[S, I, O]) returnBefore(at time.Duration) {
	for len(l.open) > 0 && l.open[0].at < at {
		l.rank(l.pop())
	}
}

func (l *layer[S, I, O]) returnAll() {
	for len(l.open) > 0 {
		l.rank(l.pop())
	}
}

// rank closes an operation: the next rank is its.
func (l *layer[S, I, O]) rank(o opened) {
	op := &l.h.Ops[o.place]
	l.called[o.nth] = int32(len(l.place))
	l.place, l.slot, l.twins = append(l.place, o.place), append(l.slot, o.slot), append(l.twins, o.number)
	pure := l.model.Pure != nil && l.prune.has(eager) && l.model.Pure(op.Input, op.Output)
	l.pure, l.upTo = append(l.pure, pure), append(l.upTo, int32(len(l.called)))
	if len(l.loose) > 0 && l.looseUpTo == nil {
		l.looseUpTo = make([]int32, len(l.place)-1, cap(l.place))
	}
	if l.looseUpTo != nil {
		l.looseUpTo = append(l.looseUpTo, int32(len(l.loose)))
	}
	l.free = append(l.free, o.slot)
	l.bound.leave(o.key)
}

// push and pop keep open as a heap, the earliest return on top.
func (l *layer[S, I, O]) push(o opened) {
	l.open = append(l.open, o)
	i := len(l.open) - 1
	for up := (i - 1) / 2; i > 0 && l.open[i].before(&l.open[up]); up = (i - 1) / 2 {
		l.open[i], l.open[up] = l.open[up], l.open[i]
		i = up
	}
}

func (l *layer[S, I, O]) pop() opened {
	top, last := l.open[0], len(l.open)-1
	l.open[0] = l.open[last]
	l.open[last] = opened{}
	l.open = l.open[:last]
	for i := 0; ; {
		least := i
		for down := 2*i + 1; down <= 2*i+2 && down < last; down++ {
			if l.open[down].before(&l.open[least]) {
				least = down
			}
		}
		if least == i {
			return top
		}
		l.open[i], l.open[least] = l.open[least], l.open[i]
		i = least
	}
}
