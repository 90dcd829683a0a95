package monitor

import (
	"cmp"
	"slices"
)

// order lets every operation take effect at the latest call of those up to it in the order that the reads fix.
func (g *growing) order() []int32 {
	if !g.p.Witness {
		return nil
	}
	entered := g.includedAt()
	for n, read := range g.reads {
		group := g.groups[g.group[n]]
		at := max(g.p.Ops[read].Call, g.call(group.before))
		for _, value := range g.members(group.read) {
			at = max(at, g.p.Ops[g.first[g.numbers.of(value)]].Call)
		}
		entered = append(entered, turn{at, 2*int64(g.group[n]) + 1, read})
	}
	slices.SortStableFunc(entered, func(a, b turn) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.block, b.block))
	})
	order := make([]int32, len(entered))
	for i, e := range entered {
		order[i] = e.place
	}
	return order
}

// turn is when an operation takes effect, and among those at one time, in which block.
type turn struct {
	time  int64
	block int64
	place int32
}

// includedAt gives the includes that take effect: those that are known, and the first of each element that was read.
func (g *growing) includedAt() []turn {
	var entered []turn
	for i := range g.p.Ops {
		op := &g.p.Ops[i]
		if op.Kind != Include {
			continue
		}
		e := g.numbers.of(op.Value)
		level := g.level[e]
		if !op.known() && (level == 0 || g.first[e] != int32(i)) {
			continue
		}
		block := 2 * int64(level)
		if level == 0 {
			block = 2 * int64(len(g.groups))
		}
		entered = append(entered, turn{max(op.Call, g.call(g.groups[level].before)), block, int32(i)})
	}
	return entered
}

// call gives when an operation was called; none was called before all others.
func (g *growing) call(place int32) int64 {
	if place == noPlace {
		return g.p.Ops[0].Call
	}
	return g.p.Ops[place].Call
}
