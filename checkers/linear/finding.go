package linear

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// finding is what the search says of one object.
type finding struct {
	halt    halt
	anomaly checkers.Anomaly // if halt is exhausted
	blamed  int32            // the place of the operation that no order explains
	order   []int32          // if halt is found and it is wanted: places in a legal order
	reason  string           // if neither that nor found
	far     beginning        // if halt is not found and it is wanted: how far a search came
}

// worker checks objects one after the other in the same memory.
type worker[S comparable, I, O any] struct {
	*check[S, I, O]
	ctx   context.Context
	layer *layer[S, I, O]
	s     *search[S, I, O]
}

func newWorker[S comparable, I, O any](ctx context.Context, c *check[S, I, O]) *worker[S, I, O] {
	all := &struct {
		w worker[S, I, O]
		l layer[S, I, O]
		s search[S, I, O]
	}{}
	all.w = worker[S, I, O]{check: c, ctx: ctx, layer: &all.l, s: &all.s}
	all.l.init(c)
	all.s.init(ctx, c)
	return &all.w
}

// one checks one object with at most so many steps of the model.
func (w *worker[S, I, O]) one(o object, effort int64) finding {
	p, err := w.layer.lay(w.ctx, o.ops, func(n int) bool { return w.h.Ops[o.ops[n]].Outcome == history.Unknown })
	if err != nil {
		return w.gaveUp(w.ctx, o, 0, outOfTime)
	}
	return w.search(o, p, []root[S]{{state: w.model.Init(o.key)}}, effort)
}

// search looks for an order of a part that goes on from one of its roots.
func (w *worker[S, I, O]) search(o object, p *part, roots []root[S], effort int64) finding {
	s := w.s
	s.turn(p)
	s.effort, s.tracing = effort, w.orders
	s.begin(roots)
	h := s.run()
	far := s.beginning(h)
	switch h {
	case found:
		return finding{halt: found, order: slices.Clone(s.trace)}
	case exhausted:
		if w.unproved {
			s.presume()
		} else {
			s.locate(roots)
		}
		f := w.explain(newProver(w, o, roots))
		f.far = far
		return f
	default:
		f := w.gaveUp(w.ctx, o, p.slots+len(p.loose), h)
		f.far = far
		return f
	}
}

// gaveUp says what was not decided, and for want of what.
func (c *check[S, I, O]) gaveUp(ctx context.Context, o object, open int, h halt) finding {
	why := fmt.Sprintf("the search used up its memory of %s", size(c.memory))
	switch h {
	case outOfTime:
		why = fmt.Sprintf("the search was stopped: %v", context.Cause(ctx))
	case outOfEffort:
		why = "the search was not finished, since another object is not linearizable already"
	}
	what := fmt.Sprintf("%d operations", len(o.ops))
	if open > 0 {
		what += fmt.Sprintf(", up to %d open at once", open)
	}
	if name := c.name(o); name != "" {
		what = name + ", " + what
	}
	return finding{halt: h, reason: fmt.Sprintf("%s (%s)", why, what)}
}

// name is what people call the object; nothing where there is only one and the model has no word for it.
func (c *check[S, I, O]) name(o object) string {
	switch {
	case c.model.Object != nil && !o.alone:
		return c.model.Object(o.key)
	case o.alone:
		return ""
	default:
		return fmt.Sprintf("object %d", o.key)
	}
}

func size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.3g GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.3g MiB", float64(bytes)/(1<<20))
	default:
		return fmt.Sprintf("%d bytes", bytes)
	}
}

// maxReasons is how many undecided objects are named.
const maxReasons = 3

// join puts the findings together: violations in order of time, reasons with the smallest object first.
func join(findings []finding) checkers.Verdict {
	var illegal []finding
	var reasons []string
	for _, f := range findings {
		switch f.halt {
		case found:
		case exhausted:
			illegal = append(illegal, f)
		default:
			reasons = append(reasons, f.reason)
		}
	}
	slices.SortFunc(illegal, func(a, b finding) int { return cmp.Compare(a.blamed, b.blamed) })
	anomalies := make([]checkers.Anomaly, len(illegal))
	for i, f := range illegal {
		anomalies[i] = f.anomaly
	}
	return checkers.Join(checkers.Reject(anomalies...), undecided(reasons))
}

func undecided(reasons []string) checkers.Verdict {
	if len(reasons) == 0 {
		return checkers.Verdict{}
	}
	text := strings.Join(reasons[:min(maxReasons, len(reasons))], "; ")
	if more := len(reasons) - maxReasons; more > 0 {
		text += fmt.Sprintf("; and so for %d more objects", more)
	}
	return checkers.Undecide("%s", text)
}
