package monitor

import "slices"

// noChain is the proof from two reads of which each lacks what the other saw.
func (g *growing) noChain(a, b int32) Result {
	if g.p.Ops[b].Return < g.p.Ops[a].Call {
		a, b = b, a
	}
	rule := RuleNonLinearizable
	if g.p.Ops[a].Return < g.p.Ops[b].Call {
		seen := make(map[int64]bool, len(g.members(b)))
		for _, value := range g.members(b) {
			seen[value] = true
		}
		lost := slices.IndexFunc(g.members(a), func(v int64) bool { return !seen[v] })
		rule = g.missing(g.members(a)[lost], b)
	}
	return g.illegal(rule, nil, a, b)
}

// readTooEarly is the proof that a read ended before what must come before it.
func (g *growing) readTooEarly(read int32) Result {
	late := &g.p.Ops[g.latest]
	if late.Kind == Include {
		return g.illegal(RulePhantomRead, g.includes(late.Value), read)
	}
	level := g.group[slices.Index(g.reads, g.latest)]
	lost := slices.IndexFunc(g.members(read), func(v int64) bool { return g.level[g.numbers.of(v)] > level })
	return g.illegal(g.missing(g.members(read)[lost], g.latest), nil, read, g.latest)
}

// includeTooEarly is the proof that an include ended before what must come before it: a read without its element, or the
// include of an element that such a read had.
func (g *growing) includeTooEarly(include, before int32) Result {
	value, late := g.p.Ops[include].Value, &g.p.Ops[before]
	if late.Kind == ReadAll {
		return g.illegal(g.missing(value, before), nil, include, before)
	}
	read := g.groups[g.level[g.numbers.of(late.Value)]].read
	return g.illegal(g.missing(value, read), g.includes(late.Value), include, read)
}

// missing names what happened to an element that a read should have had: it is lost, unless a read that was called later
// had it.
func (g *growing) missing(value int64, read int32) string {
	for _, other := range g.reads {
		if g.p.Ops[other].Call > g.p.Ops[read].Return && slices.Contains(g.members(other), value) {
			return RuleStaleRead
		}
	}
	return RuleLostUpdate
}

// includes gives the places of an element's includes.
func (g *growing) includes(value int64) []int32 {
	var places []int32
	for i := range g.p.Ops {
		if op := &g.p.Ops[i]; op.Kind == Include && op.Value == value {
			places = append(places, int32(i))
		}
	}
	return places
}

func (g *growing) illegal(rule string, support []int32, core ...int32) Result {
	slices.Sort(core)
	return Result{Status: Illegal, Core: core, Support: apart(support, core), Rule: rule}
}
