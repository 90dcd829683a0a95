package linear

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// What is done to find how far an object can be explained. The steps of the model bound it, so that it does not depend on
// the machine, unless that or the model is very slow.
const (
	mostPrefixes   = 8           // objects
	effortOfPrefix = 1 << 20     // steps of the model for each search
	timeOfPrefix   = time.Second // for all searches of an object
	mostInHurry    = 1 << 17     // operations of an object that is looked at when there is no time any more
)

// prefixes says how far objects can be explained that were not found legal: first those that were found illegal, in order of
// time, then the undecided, the smallest first.
func (c *check[S, I, O]) prefixes(ctx context.Context, objects []object, findings []finding) []checkers.Prefix {
	var all []checkers.Prefix
	for _, i := range unexplained(findings) {
		if p, ok := c.prefix(ctx, objects[i], findings[i].far); ok {
			all = append(all, p)
		}
	}
	return all
}

// unexplained gives the objects of which a prefix is looked for.
func unexplained(findings []finding) (objects []int) {
	for i := range findings {
		if findings[i].halt != found {
			objects = append(objects, i)
		}
	}
	when := func(f *finding) int32 {
		if f.halt != exhausted {
			return math.MaxInt32
		}
		return f.blamed
	}
	slices.SortStableFunc(objects, func(i, j int) int { return cmp.Compare(when(&findings[i]), when(&findings[j])) })
	return objects[:min(len(objects), mostPrefixes)]
}

// prefix says how far one object can be explained. It gives none that does not bear replaying, none of an object that can be
// explained after all, and none of a large object when there is no time any more.
func (c *check[S, I, O]) prefix(ctx context.Context, o object, far beginning) (p checkers.Prefix, ok bool) {
	if !far.longest && ctx.Err() == nil {
		if far, ok = c.farther(ctx, o, far); !ok {
			return p, false
		}
	}
	e := extension[S, I, O]{check: c, ctx: ctx, object: o}
	if !e.follow(far.ops) || !e.grow() || Replay(c.model, c.h, o.key, ints(e.ops)) != nil {
		return p, false
	}
	return checkers.Prefix{
		Object: c.name(o), Ops: ints(e.ops), Stuck: c.places(e.open), State: c.sayAll(e.states),
		Longest: far.longest && len(e.ops) == len(far.ops),
	}, true
}

// farther looks for an order that comes farther: at first without looking ahead, since that something later can't come any
// more is no reason to stop; and if that takes too long, by looking ahead to what can come. It gives false if one comes to the
// end.
func (c *check[S, I, O]) farther(ctx context.Context, o object, far beginning) (beginning, bool) {
	ctx, cancel := context.WithTimeout(ctx, timeOfPrefix)
	defer cancel()
	blind := *c
	blind.prune &^= lookAhead
	ways := []*check[S, I, O]{&blind}
	if c.model.Leads != nil {
		ways = append(ways, c)
	}
	for _, way := range ways {
		b, h := newWorker(ctx, way).explore(o)
		if b.longest || b.bound > far.bound {
			far = b
		}
		if h == found || far.longest {
			return far, h != found
		}
	}
	return far, true
}

// explore searches for an order that comes far.
func (w *worker[S, I, O]) explore(o object) (beginning, halt) {
	p, err := w.layer.lay(w.ctx, o.ops, func(n int) bool { return w.h.Ops[o.ops[n]].Outcome == history.Unknown })
	if err != nil {
		return beginning{}, outOfTime
	}
	s, roots, sight := w.s, []root[S]{{state: w.model.Init(o.key)}}, uint32(len(p.place))
	if s.looksAhead() {
		s.turn(p)
		s.effort = effortOfPrefix
		s.begin(roots)
		if s.run() == exhausted {
			s.locate(roots)
			sight = s.deepest.layer
		}
	}
	s.turn(p)
	s.effort, s.tracing, s.sight = effortOfPrefix, true, sight
	s.begin(roots)
	h := s.run()
	return s.beginning(h), h
}

// sayAll puts the states into words in which an object may be.
func (c *check[S, I, O]) sayAll(states []S) string {
	d := deepest[S]{}
	for _, state := range states {
		d.note(0, state)
	}
	return list(c.stateWords(&d), "or")
}
