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
	effortOfCore   = 1 << 16
	effortPerNamed = 1 << 8
)

// convict verifies what a monitor says proves a violation, by the search and the model alone, and puts it into words. It
// gives false where the search does not agree or does not come to an end: then the object is searched as a whole.
func (c *check[S, I, O]) convict(ctx context.Context, o object, r monitor.Result) (finding, bool) {
	core, support := at(o, r.Core), at(o, r.Support)
	bound := func(i int32) bool {
		_, named := slices.BinarySearch(core, i)
		return named && c.h.Ops[i].Outcome == history.OK
	}
	if !slices.IsSorted(core) {
		return finding{}, false // the history is not in order of call; the search does not mind
	}
	both := slices.Sorted(slices.Values(slices.Concat(core, support)))
	w := newWorker(ctx, c)
	p, err := w.layer.lay(ctx, both, func(n int) bool { return !bound(both[n]) })
	if err != nil {
		return finding{}, false
	}
	s := w.s
	s.turn(p)
	s.effort = effortOfCore + effortPerNamed*int64(len(both))
	s.start(c.model.Init(o.key))
	if s.run() != exhausted {
		return finding{}, false
	}
	return finding{blamed: c.latest(core), anomaly: checkers.Anomaly{
		Name: r.Rule, Object: c.name(o), Message: c.sayRule(r.Rule, core), Ops: places(core),
	}}, true
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

// sayRule tells what happened, and by which operations it is proved.
func (c *check[S, I, O]) sayRule(rule string, core []int32) string {
	text := monitor.Words(rule)
	var words []string
	for _, i := range core[:min(len(core), fewEnough/2)] {
		words = append(words, c.say(i))
	}
	if more := len(core) - len(words); more > 0 {
		last := c.latest(core)
		if last > core[len(words)-1] {
			words, more = append(words, c.say(last)), more-1
		}
		if more > 0 {
			words = append(words, fmt.Sprintf("%d more", more))
		}
	}
	if len(core) == 1 {
		return fmt.Sprintf("%s: nothing explains %s, whatever every other operation did", text, words[0])
	}
	return fmt.Sprintf("%s: no order explains %s together, whatever every other operation did", text, list(words, "and"))
}
