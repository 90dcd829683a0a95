package linear

import (
	"context"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// effortOfCore is what verifying the operations that a monitor names may cost, in steps of the model: so much, and so
// much more for each.
const (
	effortOfCore   = 1 << 15
	effortPerNamed = 1 << 4
	mostVerified   = 1 << 11 // operations; the search for an order of more would take long to no avail
)

// mostEvidence is how many operations of a proof an anomaly lists; of a longer one, those called last.
const mostEvidence = 64

// convict verifies what a monitor says proves a violation, by the search and the model alone, and puts it into words. It
// gives false where the search finds an order of what should have none: then the object is searched as a whole. A proof
// that only counts, such as a lock's or of an impossible sum, can be too long for the search; then it is said to be the
// monitor's.
func (c *check[S, I, O]) convict(
	ctx context.Context, o object, p *monitor.Part, r monitor.Result,
) (finding, bool) {
	h := c.reproduce(ctx, o, r)
	if h == found || h == outOfTime || c.verified(o, r) == found {
		return finding{}, false
	}
	core := at(o, r.Core)
	blamed, text := c.latest(core), c.sayRule(r.Rule, core)
	if h != exhausted {
		text += "; the search did not come to an end on these operations, so that this rests on the counting of a monitor"
	}
	return finding{blamed: blamed, anomaly: checkers.Anomaly{
		Name: r.Rule, Object: c.name(o), Message: text, Ops: c.places(core[max(0, len(core)-mostEvidence):]),
		Arrows: c.arrows(o, p, r.Core),
	}}, true
}

// reproduce searches for an order of what a monitor says has none.
func (c *check[S, I, O]) reproduce(ctx context.Context, o object, r monitor.Result) halt {
	named := slices.Sorted(slices.Values(slices.Concat(r.Core, r.Support))) // places in o.ops, in order of call
	if len(named) > mostVerified {
		return outOfEffort
	}
	loose := func(n int) bool {
		_, core := slices.BinarySearch(r.Core, named[n])
		return !core || c.h.Ops[o.ops[named[n]]].Outcome != history.OK
	}
	w := newWorker(ctx, c)
	p, err := w.layer.lay(ctx, at(o, named), loose)
	if err != nil {
		return outOfTime
	}
	w.s.turn(p)
	w.s.effort = effortOfCore + effortPerNamed*int64(len(named))
	w.s.start(c.model.Init(o.key))
	return w.s.run()
}

// verified tries all orders of what a monitor says has none, if that is little, apart from the search; see verification.
func (c *check[S, I, O]) verified(o object, r monitor.Result) halt {
	named := slices.Sorted(slices.Values(slices.Concat(r.Core, r.Support)))
	if len(named) > mostEvidence {
		return outOfEffort
	}
	ops, bound := make([]history.Op[I, O], len(named)), make([]bool, len(named))
	for n, i := range named {
		_, core := slices.BinarySearch(r.Core, i)
		ops[n] = c.h.Ops[o.ops[i]]
		bound[n] = core && ops[n].Outcome == history.OK
	}
	effort := effortOfVerification
	return verify(&c.model, c.model.Init(o.key), ops, bound, &effort)
}

// at gives the places in the history of operations of an object.
func at(o object, ops []int32) []int32 {
	out := make([]int32, len(ops))
	for n, i := range ops {
		out[n] = o.ops[i]
	}
	return out
}

// latest gives the operation that returned last: until then everything could still be explained.
func (c *check[S, I, O]) latest(core []int32) int32 {
	last := core[0]
	for _, i := range core {
		if op := &c.h.Ops[i]; op.Outcome == history.OK && op.Return >= c.h.Ops[last].Return {
			last = i
		}
	}
	return last
}

// sayRule tells what happened, and by which operations it is proved: all if they are few, else those called last.
func (c *check[S, I, O]) sayRule(rule string, core []int32) string {
	named, others := core, 0
	if len(core) > maxNamed+1 {
		others = len(core) - maxNamed
		named = core[others:]
	}
	var words []string
	for _, i := range named {
		words = append(words, c.say(i))
	}
	switch text := monitor.Words(rule); {
	case others > 0:
		return fmt.Sprintf("%s: no order explains %s together with %d operations before, whatever every other one did",
			text, list(words, "and"), others)
	case len(core) == 1:
		return fmt.Sprintf("%s: nothing explains %s, whatever every other operation did", text, words[0])
	default:
		return fmt.Sprintf("%s: no order explains %s together, whatever every other operation did", text, list(words, "and"))
	}
}
