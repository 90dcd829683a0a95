package monitor

// evidence gathers the operations that prove a history illegal.
type evidence struct {
	g             *register
	core, support []int32
}

// pin says that some operations of a block are part of the proof. Who made the values from the first to the last of
// theirs, and of one that is near, is part of it too, but need not be bound in time: the last of the values was there, so
// they took effect, in this order and with nothing between, whenever it was.
func (e *evidence) pin(b *block, near member, bound ...member) {
	low, high := near.depth(), near.depth()
	for _, m := range bound {
		if m.op >= 0 && e.g.ops[m.op].known() {
			e.core = append(e.core, m.op)
		}
		low, high = min(low, m.depth()), max(high, m.depth())
	}
	for _, id := range b.ids[low : high+1] {
		if op := e.g.clusters[id].maker; op >= 0 {
			e.support = append(e.support, op)
		}
	}
}

// disorder proves that in a block an operation returned before another was called that comes before it.
func (g *register) disorder(root, late int32) *Result {
	b := g.gather(zone{root: root})
	y := b.earliest(func(m member) bool { return m.op == late })
	x := b.latest(func(m member) bool { return m.rank < y.rank && g.ops[m.op].Call > g.ops[late].Return })
	e := evidence{g: g}
	e.pin(b, x, x, y)
	if g.ops[x.op].Kind == Read {
		return proved(RuleStaleRead, e.core, e.support)
	}
	return proved(RuleFutureRead, e.core, e.support)
}

// clash proves that neither of two blocks can come before the other.
func (g *register) clash(x, y zone) Result {
	a, b := g.gather(x), g.gather(y)
	if m := g.inside(a, b); m.op >= 0 {
		return *g.torn(a, b, m)
	}
	if m := g.inside(b, a); m.op >= 0 {
		return *g.torn(b, a, m)
	}
	// Neither began before everything, or the other would have an operation inside.
	firstA := g.returnedBefore(a, b.to)
	lastA := g.calledAfter(a, b.from)
	lastB := g.calledAfter(b, g.ops[firstA.op].Return)
	firstB := g.returnedBefore(b, g.ops[lastA.op].Call)
	e := evidence{g: g}
	e.pin(a, lastA, firstA, g.proofOf(a, lastA, firstA))
	e.pin(b, lastB, firstB, g.proofOf(b, lastB, firstB))
	return *proved(RuleStaleRead, e.core, e.support)
}

// inside gives an operation of a block that happened as a whole while the values of another must have been there; an
// update if there is one. Op is -1 where there is none.
func (g *register) inside(outer, inner *block) member {
	fits := func(m member) bool {
		op := &g.ops[m.op]
		return outer.from < op.Call && op.Return < outer.to
	}
	if m := inner.earliest(func(m member) bool { return g.ops[m.op].Kind != Read && fits(m) }); m.op >= 0 {
		return m
	}
	return inner.earliest(fits)
}

// torn proves that an operation of another block happened in the midst of one. If there is a compare-and-set between the
// value before and the value after, it did not see the update that happened, and overwrote it.
func (g *register) torn(outer, inner *block, m member) *Result {
	op := &g.ops[m.op]
	last := g.calledAfter(outer, op.Return)
	first := g.returnedBefore(outer, op.Call)
	rule := RuleStaleRead
	if op.Kind != Read && first.depth() < last.depth() {
		rule = RuleLostUpdate
	}
	if outer.root == 0 && first.depth() <= 1 {
		first = member{op: -1} // known without an operation, and not far away
	}
	e := evidence{g: g}
	e.pin(outer, last, first, g.proofOf(outer, last, first))
	e.pin(inner, m, m)
	return proved(rule, e.core, e.support)
}

func (g *register) returnedBefore(b *block, t int64) member {
	return b.latest(func(m member) bool { return g.ops[m.op].Return < t })
}

func (g *register) calledAfter(b *block, t int64) member {
	return b.earliest(func(m member) bool { return g.ops[m.op].Call > t })
}

// proofOf gives a member of known outcome that cannot be unless another took effect, of which only the call matters: one
// that is at hand, the other itself, or the next in the block.
func (g *register) proofOf(b *block, m, atHand member) member {
	switch {
	case atHand.op >= 0 && atHand.rank > m.rank && g.ops[m.op].Kind != Read:
		return atHand
	case g.ops[m.op].known():
		return m
	}
	return b.earliest(func(n member) bool { return n.rank > m.rank && g.ops[n.op].known() })
}
