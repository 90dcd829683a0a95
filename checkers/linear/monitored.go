package linear

import (
	"context"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// monitored is an object of a stream that is of one of the well-known data types. Monitors decide it, and what can not matter
// any more is forgotten. Where no monitor is suited, it is searched from there on: by the model as long as nothing was
// forgotten, else by what the data type's operations do.
type monitored[S comparable, I, O any] struct {
	plain  *searched[S, I, O] // decides it if the operations do not suit a monitor; empty till then
	part   *monitor.Part      // the operations that are remembered, in order of call
	source []piece[I, O]      // by place: those operations themselves; the number of one that stands for others is standsIn
	forgot bool
	rest   lane[I, O] // what decides it instead, or nil
}

func newMonitored[S comparable, I, O any](plain *searched[S, I, O]) *monitored[S, I, O] {
	l := &monitored[S, I, O]{plain: plain, part: &monitor.Part{}}
	if start := plain.model.Type.Start; start != nil {
		l.part.Start = start(plain.key)
	}
	return l
}

func (l *monitored[S, I, O]) take(p piece[I, O]) {
	if l.rest != nil {
		l.rest.take(p)
		return
	}
	l.part.Ops = append(l.part.Ops, l.plain.model.Type.translate(&p.Op, l.part))
	l.source = append(l.source, p)
}

func (l *monitored[S, I, O]) untold() (all []piece[I, O], ok bool) {
	if l.rest != nil {
		return l.rest.untold()
	}
	return l.source, !l.forgot
}

func (l *monitored[S, I, O]) proof() []piece[I, O] {
	if l.rest != nil {
		return l.rest.proof()
	}
	return nil
}

func (l *monitored[S, I, O]) bytes() int64 {
	if l.rest != nil {
		return l.rest.bytes()
	}
	n := int64(len(l.part.Ops)) * (opBytes[monitor.Act, struct{}]() + opBytes[I, O]())
	for _, members := range l.part.Members {
		n += 8 * int64(len(members))
	}
	return n
}

func (l *monitored[S, I, O]) drop(reason string) {
	l.rest = l.plain
	l.plain.drop(reason)
	l.part, l.source = nil, nil
}

func (l *monitored[S, I, O]) look(ctx context.Context, until time.Duration, ahead []piece[I, O]) finding {
	if l.rest != nil {
		return l.rest.look(ctx, until, ahead)
	}
	known := l.extent()
	f, decided := l.ask(ctx, ahead)
	switch {
	case l.rest != nil:
		return f
	case !decided:
		return l.instead().look(ctx, until, ahead)
	case f.halt == found:
		l.forget(until, known.ops)
	default:
		l.back(known)
	}
	return f
}

func (l *monitored[S, I, O]) decide(ctx context.Context, ahead []piece[I, O]) finding {
	if l.rest != nil {
		return l.rest.decide(ctx, ahead)
	}
	known := l.extent()
	f, decided := l.ask(ctx, ahead)
	if l.rest != nil {
		return f
	}
	l.back(known)
	if !decided {
		return l.instead().decide(ctx, ahead)
	}
	return f
}

// ask adds what is ahead and asks a monitor. It does not decide where none is suited.
func (l *monitored[S, I, O]) ask(ctx context.Context, ahead []piece[I, O]) (f finding, decided bool) {
	known := l.extent()
	for _, p := range ahead {
		l.take(p)
	}
	need := monitor.Bytes(l.part)
	if ctx.Err() != nil {
		return l.plain.gaveUp(ctx, l.plain.object, 0, outOfTime), true
	}
	if !l.plain.budget.take(need) {
		return l.plain.gaveUp(ctx, l.plain.object, 0, outOfMemory), true
	}
	defer l.plain.budget.give(need)
	r := monitor.Check(l.part)
	switch r.Status {
	case monitor.Legal:
		return finding{halt: found}, true
	case monitor.Illegal:
		c, o := l.asActs()
		if f, ok := c.convict(ctx, o, r); ok {
			f.blamed = int32(max(0, c.number(f.blamed)))
			for _, p := range l.source {
				if slices.Contains(f.anomaly.Ops, p.Place) {
					l.plain.named = append(l.plain.named, p)
				}
			}
			l.plain.end(f)
			l.rest = l.plain
			return f, true
		}
	}
	l.back(known)
	return finding{}, false
}

// extent is how much is remembered.
type extent struct{ ops, members int }

func (l *monitored[S, I, O]) extent() extent { return extent{len(l.source), len(l.part.Members)} }

// back takes out again what came after.
func (l *monitored[S, I, O]) back(to extent) {
	l.part.Ops, l.source, l.part.Members = l.part.Ops[:to.ops], l.source[:to.ops], l.part.Members[:to.members]
}

// forget keeps what can still matter of the operations, without those ahead, which come again.
func (l *monitored[S, I, O]) forget(until time.Duration, known int) {
	rest, from := monitor.Forget(l.part, int64(until))
	l.forgot = l.forgot || len(rest.Ops) < len(l.part.Ops)
	var source []piece[I, O]
	ops := rest.Ops[:0]
	for i, at := range from {
		switch {
		case at < 0:
			source = append(source, piece[I, O]{Place: standsIn})
		case int(at) < known:
			source = append(source, l.source[at])
		default:
			continue
		}
		ops = append(ops, rest.Ops[i])
	}
	rest.Ops = ops
	l.part, l.source = rest, source
}

// asActs is a check of what is remembered, in the monitors' words.
func (l *monitored[S, I, O]) asActs() (*check[actState, monitor.Act, struct{}], object) {
	h := &history.History[monitor.Act, struct{}]{}
	c := newCheck(actModel(l.part), h, l.plain.options).within(l.plain.budget)
	o := object{key: l.plain.key, alone: l.plain.alone}
	for i := range l.part.Ops {
		h.Ops = append(h.Ops, actOp(&l.part.Ops[i], l.source[i].Client))
		c.numbers = append(c.numbers, l.source[i].Place)
		o.ops = append(o.ops, int32(i))
	}
	c.model.Object = l.plain.model.Object
	c.words = func(i int32) string { return l.plain.tell(&l.source[i]) }
	return c, o
}

// actOp is an operation of the monitors as one of a history.
func actOp(op *monitor.Op, client int32) history.Op[monitor.Act, struct{}] {
	out := history.Op[monitor.Act, struct{}]{
		Call: time.Duration(op.Call), Return: time.Duration(op.Return), Client: client, Input: op.Act,
	}
	if op.Return == monitor.Never {
		out.Outcome = history.Unknown
	}
	return out
}

// tell puts an operation into words.
func (l *searched[S, I, O]) tell(p *piece[I, O]) string {
	if p.Place == standsIn {
		return "what is left of the operations before"
	}
	one := &check[S, I, O]{model: l.model, h: &history.History[I, O]{Ops: []history.Op[I, O]{p.Op}}}
	one.numbers = []int{p.Place}
	return one.say(0)
}

// instead gives what goes on by searching.
func (l *monitored[S, I, O]) instead() lane[I, O] {
	l.rest = l.plain
	if l.forgot {
		l.rest = newActed(l)
	} else {
		for _, p := range l.source {
			l.plain.take(p)
		}
	}
	l.part, l.source = nil, nil
	return l.rest
}
