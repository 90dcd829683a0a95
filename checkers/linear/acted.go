package linear

import (
	"context"
	"time"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// acted is an object of a stream that a monitor decided until its operations did not suit one any more. It is searched from
// what the monitor left, in the monitors' words.
type acted[S comparable, I, O any] struct {
	*searched[actState, monitor.Act, struct{}]
	plain  *searched[S, I, O]
	part   *monitor.Part // for what reads of a whole set returned
	source map[int]piece[I, O]
}

func newActed[S comparable, I, O any](from *monitored[S, I, O]) *acted[S, I, O] {
	c, o := from.asActs()
	numbers, ops := c.numbers, c.h.Ops
	c.h.Ops = nil
	l := &acted[S, I, O]{searched: newSearched(c, o), plain: from.plain, part: from.part, source: map[int]piece[I, O]{}}
	l.searched.moved = true
	c.h.Ops, c.numbers = ops, numbers
	for i := range ops {
		l.source[numbers[i]] = from.source[i]
		l.holdKind(ops[i].Input)
	}
	c.words = func(i int32) string {
		p := l.source[c.numbers[i]]
		return l.plain.tell(&p)
	}
	return l
}

// holdKind gives the object up for an operation of which it is not known what it does.
func (l *acted[S, I, O]) holdKind(act monitor.Act) {
	if act.Kind == monitor.Other && !l.over {
		l.drop("there is an operation that is none of its data type's, and what came before was forgotten; " +
			"check the whole history at once")
	}
}

func (l *acted[S, I, O]) take(p piece[I, O]) {
	op := l.plain.model.Type.translate(&p.Op, l.part)
	l.holdKind(op.Act)
	if l.over {
		return
	}
	l.source[p.Place] = p
	l.searched.take(piece[monitor.Act, struct{}]{Op: actOp(&op, p.Client), Place: p.Place})
}

func (l *acted[S, I, O]) untold() ([]piece[I, O], bool) { return nil, false }

func (l *acted[S, I, O]) proof() (all []piece[I, O]) {
	for _, p := range l.searched.proof() {
		all = append(all, l.source[p.Place])
	}
	return all
}

func (l *acted[S, I, O]) bytes() int64 {
	return l.searched.bytes() + int64(len(l.source))*opBytes[I, O]()
}

func (l *acted[S, I, O]) look(ctx context.Context, until time.Duration, _ []piece[I, O]) finding {
	f := l.searched.look(ctx, until, nil)
	if l.over {
		return f
	}
	there := map[int]piece[I, O]{}
	for _, n := range l.numbers {
		there[n] = l.source[n]
	}
	l.source = there
	return f
}

func (l *acted[S, I, O]) decide(ctx context.Context, ahead []piece[I, O]) finding {
	all := make([]piece[monitor.Act, struct{}], len(ahead))
	for i, p := range ahead {
		op := l.plain.model.Type.translate(&p.Op, l.part)
		l.holdKind(op.Act)
		all[i] = piece[monitor.Act, struct{}]{Op: actOp(&op, p.Client), Place: p.Place}
		l.source[p.Place] = p
	}
	return l.searched.decide(ctx, all)
}
