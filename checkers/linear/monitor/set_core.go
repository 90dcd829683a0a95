package monitor

import "slices"

// setIllegal gives the operations on one element that prove that it failed. Only those that returned by then count: an
// operation that is let go, so that it may take effect at any time after its call, or never, is as if of unknown outcome.
func setIllegal(ops []Op, failed setFailure) Result {
	c := newSetCore(ops, failed)
	tries := triesFor(len(c.places))
	seen := narrow(c.observers, tries, func(rest []int32) bool { return c.proves(rest, c.changers) })
	done := narrow(c.changers, tries, func(rest []int32) bool { return c.proves(seen, rest) })
	var result Result
	result.Status = Illegal
	for _, i := range slices.Concat(seen, done) {
		result.Core = append(result.Core, c.places[i])
	}
	slices.Sort(result.Core)
	result.Support = apart(c.able, result.Core)
	result.Rule = setRule(&ops[failed.place], failed.to, c.places, ops)
	return result
}

// setCore is the search for the few operations on an element that prove that it failed.
type setCore struct {
	places []int32 // of the operations on the element that were called by the time that it failed
	able   []int32 // those of them that change it

	// Indexes into places of those that returned by then. Observers are dropped first: what was done tells more than what
	// was seen.
	observers, changers []int32

	ops  []Op     // those at places
	walk *setWalk // through the same, with some of them let go
}

func newSetCore(ops []Op, failed setFailure) *setCore {
	end, of := ops[failed.place].Return, ops[failed.place].Value
	c := &setCore{}
	for i := range ops {
		op := &ops[i]
		if op.Value != of || op.Call > end {
			continue
		}
		if op.changes() {
			c.able = append(c.able, int32(i))
		}
		at := int32(len(c.places))
		c.places, c.ops = append(c.places, int32(i)), append(c.ops, *op)
		switch {
		case op.Return > end:
			continue
		case op.changes():
			c.changers = append(c.changers, at)
		default:
			c.observers = append(c.observers, at)
		}
	}
	c.walk = newSetWalk(slices.Clone(c.ops), false)
	return c
}

// proves says whether the operations that are bound have no legal order, whatever the others did.
func (c *setCore) proves(seen, done []int32) bool {
	loose := c.walk.ops
	for i := range loose {
		loose[i].Return = Never
	}
	for _, bound := range [2][]int32{seen, done} {
		for _, i := range bound {
			loose[i].Return = c.ops[i].Return
		}
	}
	e := newElement()
	for i := range loose {
		if loose[i].Return == Never && !c.ops[i].changes() {
			continue // an observer that is let go is as if it were not there
		}
		if !c.walk.settle(&e, loose[i].Call) {
			return true
		}
		c.walk.enter(&e, int32(i))
	}
	return !c.walk.settle(&e, Never)
}

// setRule names what went wrong: an operation needed the bit to be changed, and nobody was there to do it.
func setRule(op *Op, to int, places []int32, ops []Op) string {
	ever := slices.ContainsFunc(places, func(i int32) bool { return ops[i].changes() && ops[i].bit() == to })
	switch {
	case to == 1 && !ever:
		return RulePhantomRead // taken or seen, and never put in
	case to == 1 && op.changes():
		return RuleDuplicateDelivery // taken more often than put in
	case to == 0 && (op.changes() || !ever):
		return RuleLostUpdate // put in more often than taken out: one of the inserts is lost
	}
	return RuleStaleRead
}
