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
	base *check[S, I, O] // of all objects; it has no operations
	object
	part   *monitor.Part  // the operations that are remembered, in order of call
	source []origin[I, O] // where they come from, by place
	forgot bool
	due    int        // how many there must be for it to be worth forgetting again
	rest   lane[I, O] // what decides it instead, or nil
}

// origin is an operation of a stream of which another is left, or one that stands for it and for those before.
type origin[I, O any] struct {
	piece[I, O]
	stands bool
}

func newMonitored[S comparable, I, O any](base *check[S, I, O], o object) *monitored[S, I, O] {
	l := &monitored[S, I, O]{base: base, object: o, part: &monitor.Part{}}
	if start := base.model.Type.Start; start != nil {
		l.part.Start = start(o.key)
	}
	return l
}

func (l *monitored[S, I, O]) take(p piece[I, O]) {
	if l.rest != nil {
		l.rest.take(p)
		return
	}
	l.part.Ops = append(l.part.Ops, l.base.model.Type.translate(&p.Op, l.part))
	l.source = append(l.source, origin[I, O]{piece: p})
}

func (l *monitored[S, I, O]) untold() (all []piece[I, O], ok bool) {
	if l.rest != nil {
		return l.rest.untold()
	}
	for _, from := range l.source {
		all = append(all, from.piece)
	}
	return all, !l.forgot
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

func (l *monitored[S, I, O]) settle(f finding) {
	l.rest = &settled[I, O]{finding: f, named: namedBy(f, l.source)}
	l.part, l.source = nil, nil
}

func (l *monitored[S, I, O]) look(ctx context.Context, until time.Duration, ahead []piece[I, O]) finding {
	switch {
	case l.rest != nil:
		return l.rest.look(ctx, until, ahead)
	case len(l.source) < l.due:
		return finding{halt: found}
	}
	f, decided := l.ask(ctx, ahead)
	switch {
	case !decided:
		return l.instead().look(ctx, until, ahead)
	case f.halt == found:
		l.forget(until)
	}
	return f
}

func (l *monitored[S, I, O]) decide(ctx context.Context, ahead []piece[I, O]) finding {
	if l.rest != nil {
		return l.rest.decide(ctx, ahead)
	}
	f, decided := l.ask(ctx, ahead)
	if !decided {
		return l.instead().decide(ctx, ahead)
	}
	return f
}

// ask asks a monitor about what there is with what is ahead. It does not decide where none is suited.
func (l *monitored[S, I, O]) ask(ctx context.Context, ahead []piece[I, O]) (f finding, decided bool) {
	ops, members := len(l.source), len(l.part.Members)
	for _, p := range ahead {
		l.take(p)
	}
	r, h := l.monitor(ctx)
	if h == found && r.Status == monitor.Illegal {
		if f, ok := l.convict(ctx, r); ok {
			return f, true
		}
	}
	l.part.Ops, l.source, l.part.Members = l.part.Ops[:ops], l.source[:ops], l.part.Members[:members]
	switch {
	case h != found:
		return l.base.gaveUp(ctx, l.object, 0, h), true
	case r.Status == monitor.Legal:
		return finding{halt: found}, true
	}
	return finding{}, false
}

// monitor asks the monitor, if there is time and memory for it.
func (l *monitored[S, I, O]) monitor(ctx context.Context) (monitor.Result, halt) {
	need := monitor.Bytes(l.part)
	switch {
	case ctx.Err() != nil:
		return monitor.Result{}, outOfTime
	case !l.base.budget.take(need):
		return monitor.Result{}, outOfMemory
	}
	defer l.base.budget.give(need)
	return monitor.Check(l.part), found
}

// convict settles the object with a violation, unless the search explains what should have no order.
func (l *monitored[S, I, O]) convict(ctx context.Context, r monitor.Result) (finding, bool) {
	doubt := l.rename(&r)
	c, o := l.asActs()
	f, ok := c.convict(ctx, o, l.part, r)
	if !ok {
		return f, false
	}
	f.anomaly.Message += doubt
	f.blamed = int32(c.number(f.blamed))
	l.settle(f)
	return f, true
}

// rename calls a value that nobody put there, as far as is remembered, one that was not there any more, which is what happens
// most, and says so.
func (l *monitored[S, I, O]) rename(r *monitor.Result) (doubt string) {
	if !l.forgot || r.Rule != monitor.RulePhantomRead {
		return ""
	}
	r.Rule = monitor.RuleStaleRead
	for _, i := range r.Core {
		switch l.part.Ops[i].Kind {
		case monitor.CompareAndSet, monitor.FetchAdd:
			r.Rule = monitor.RuleLostUpdate
		case monitor.Dequeue, monitor.Pop, monitor.Poll:
			r.Rule = monitor.RuleDuplicateDelivery
		}
	}
	return "; or it never was there, which can't be told from the operations that are remembered"
}

// forget keeps what can still matter of the operations. Where that is most of them it is not tried again before there are
// twice as many.
func (l *monitored[S, I, O]) forget(until time.Duration) {
	rest, from := monitor.Forget(l.part, int64(until))
	source := make([]origin[I, O], len(from))
	for i, at := range from {
		if at < 0 {
			source[i] = origin[I, O]{l.source[^at].piece, true}
		} else {
			source[i] = l.source[at]
		}
	}
	l.forgot = l.forgot || len(from) < len(l.source) || slices.Min(append(from, 0)) < 0
	l.part, l.source, l.due = rest, source, 2*len(source)
}

// asActs is a check of what is remembered, in the monitors' words.
func (l *monitored[S, I, O]) asActs() (*check[actState, monitor.Act, struct{}], object) {
	h := &history.History[monitor.Act, struct{}]{}
	c := &check[actState, monitor.Act, struct{}]{options: l.base.options, model: actModel(l.part), h: h, budget: l.base.budget}
	o := l.object
	for i := range l.part.Ops {
		h.Ops = append(h.Ops, actOp(&l.part.Ops[i], l.source[i].Client))
		c.numbers = append(c.numbers, l.source[i].Place)
		o.ops = append(o.ops, int32(i))
	}
	c.model.Object = l.base.model.Object
	c.words = func(i int32) string { return l.base.tell(&l.source[i]) }
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
func (c *check[S, I, O]) tell(from *origin[I, O]) string {
	one := &check[S, I, O]{model: c.model, h: &history.History[I, O]{Ops: []history.Op[I, O]{from.Op}}}
	one.numbers = []int{from.Place}
	if from.stands {
		return one.say(0) + ", which stands for what came before it,"
	}
	return one.say(0)
}

// instead gives what goes on by searching.
func (l *monitored[S, I, O]) instead() lane[I, O] {
	if l.forgot {
		l.rest = newActed(l)
	} else {
		plain := newSearched(l.base.afresh(), l.object)
		for _, from := range l.source {
			plain.take(from.piece)
		}
		l.rest = plain
	}
	l.part, l.source = nil, nil
	return l.rest
}
