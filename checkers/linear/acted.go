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
	base   *check[S, I, O]
	part   *monitor.Part        // for what reads of a whole set returned
	source map[int]origin[I, O] // by number
	named  []piece[I, O]        // once there is a violation
}

func newActed[S comparable, I, O any](from *monitored[S, I, O]) *acted[S, I, O] {
	c, o := from.asActs()
	numbers, ops := c.numbers, c.h.Ops
	c.h.Ops = nil
	l := &acted[S, I, O]{
		searched: newSearched(c, o), base: from.base, part: from.part, source: map[int]origin[I, O]{},
	}
	l.moved = true
	c.h.Ops, c.numbers, l.nths = ops, numbers, make([]int, len(ops)) // the source has what is told
	for i := range ops {
		l.source[numbers[i]] = from.source[i]
		if l.holdKind(ops[i].Input); l.done != nil {
			break
		}
	}
	c.words = func(i int32) string {
		p := l.source[c.numbers[i]]
		return l.base.tell(&p)
	}
	return l
}

// holdKind gives the object up for an operation of which it is not known what it does.
func (l *acted[S, I, O]) holdKind(act monitor.Act) {
	if act.Kind != monitor.Other || l.done != nil {
		return
	}
	reason := "there is an operation that is none of its data type's, and what came before was forgotten; check the whole " +
		"history at once"
	if name := l.base.name(l.object); name != "" {
		reason = name + ": " + reason
	}
	l.settle(finding{halt: outOfMemory, reason: reason})
}

// settle keeps the operations that a violation names, in the words of the object.
func (l *acted[S, I, O]) settle(f finding) {
	all := make([]origin[I, O], 0, len(l.numbers))
	for _, n := range l.numbers {
		all = append(all, l.source[n])
	}
	l.named = namedBy(f, all)
	l.searched.settle(f)
	l.source = nil
}

func (l *acted[S, I, O]) act(p piece[I, O]) piece[monitor.Act, struct{}] {
	op := l.base.model.Type.translate(&p.Op, l.part)
	l.holdKind(op.Act)
	if l.done == nil {
		l.source[p.Place] = origin[I, O]{piece: p}
	}
	return piece[monitor.Act, struct{}]{Op: actOp(&op, p.Client), Place: p.Place}
}

func (l *acted[S, I, O]) take(p piece[I, O]) {
	if l.done == nil {
		l.searched.take(l.act(p))
	}
}

func (l *acted[S, I, O]) untold() ([]piece[I, O], bool) { return nil, false }

func (l *acted[S, I, O]) proof() []piece[I, O] { return l.named }

func (l *acted[S, I, O]) bytes() int64 {
	return l.searched.bytes() + int64(len(l.source))*opBytes[I, O]()
}

func (l *acted[S, I, O]) look(ctx context.Context, until time.Duration, _ []piece[I, O]) finding {
	if l.done != nil {
		return l.done.finding
	}
	f := l.move(ctx, until)
	if f.halt == exhausted {
		l.settle(f)
		return f
	}
	there := make(map[int]origin[I, O], len(l.numbers))
	for _, n := range l.numbers {
		there[n] = l.source[n]
	}
	l.source = there
	return f
}

func (l *acted[S, I, O]) decide(ctx context.Context, ahead []piece[I, O]) finding {
	members := len(l.part.Members)
	all := make([]piece[monitor.Act, struct{}], len(ahead))
	for i, p := range ahead {
		all[i] = l.act(p)
	}
	if l.done != nil {
		return l.done.finding
	}
	f := l.attempt(ctx, all)
	if f.halt == exhausted {
		l.settle(f)
		return f
	}
	for _, p := range ahead {
		delete(l.source, p.Place)
	}
	l.part.Members = l.part.Members[:members]
	return f
}
