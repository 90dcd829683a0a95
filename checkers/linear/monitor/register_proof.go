package monitor

import "slices"

// proved makes the result that certain operations prove.
func proved(rule string, core, support []int32) *Result {
	slices.Sort(core)
	core = slices.Compact(core)
	slices.Sort(support)
	support = slices.DeleteFunc(slices.Compact(support), func(op int32) bool { return slices.Contains(core, op) })
	if len(support) == 0 {
		support = nil
	}
	return &Result{Status: Illegal, Rule: rule, Core: core, Support: support}
}

// phantom proves that a compare-and-set that took effect, and made a cluster, found what nobody wrote.
func (g *register) phantom(to int32) *Result {
	who, via := g.witness(to)
	return proved(RulePhantomRead, []int32{who}, via)
}

// lost proves that a value was taken away twice: by the compare-and-set that its cluster is linked to, and by another.
func (g *register) lost(from, to int32) *Result {
	a, viaA := g.witness(g.clusters[from].next)
	b, viaB := g.witness(to)
	support := slices.Concat(viaA, viaB)
	if from > 0 {
		support = append(support, g.clusters[from].maker)
	}
	if a == b { // one was made from the other, so that a value would come from itself
		return proved(RuleNonLinearizable, []int32{a}, support)
	}
	return proved(RuleLostUpdate, []int32{a, b}, support)
}

// witness gives an operation of known outcome that cannot be unless a cluster was made, and those of unknown outcome, from
// the cluster's maker on, that it follows through.
func (g *register) witness(id int32) (who int32, via []int32) {
	for {
		c := &g.clusters[id]
		switch {
		case g.ops[c.maker].known():
			return c.maker, via
		case c.first >= 0:
			return c.first, append(via, c.maker)
		}
		via = append(via, c.maker)
		id = c.next
	}
}

// cycle proves that compare-and-sets made values from each other in a ring.
func (g *register) cycle() *Result {
	walked := make([]bool, len(g.clusters))
	for id := range int32(len(g.clusters)) {
		if id == 0 || g.maker(id).Kind == Write {
			for walked[id] = true; g.clusters[id].next != 0; walked[id] = true {
				id = g.clusters[id].next
			}
		}
	}
	start := int32(0)
	for walked[start] || g.clusters[start].next == 0 {
		start++
	}
	who, ring := g.witness(start)
	for id := start; ; {
		ring = append(ring, g.clusters[id].maker)
		if id = g.clusters[id].next; id == start {
			return proved(RuleNonLinearizable, []int32{who}, ring)
		}
	}
}

// block is all the operations of a chain of clusters, to find the few that prove something.
type block struct {
	zone
	ids     []int32 // its clusters, in order
	members []member
}

// member is an operation of a block.
type member struct {
	op   int32 // -1 for what was there at the start
	rank int32 // its place in the block: twice that of its cluster, and 1 more if it is a read
}

func (m member) depth() int32 { return m.rank / 2 }

// gather lists the operations of a block.
func (g *register) gather(z zone) *block {
	b := &block{zone: z}
	depth := make([]int32, len(g.clusters)) // of the block's clusters, from 1
	for id, more := z.root, true; more; more = id != 0 {
		if op := g.clusters[id].maker; op >= 0 {
			b.members = append(b.members, member{op: op, rank: 2 * int32(len(b.ids))})
		}
		b.ids = append(b.ids, id)
		depth[id] = int32(len(b.ids))
		id = g.clusters[id].next
	}
	for i := range g.ops {
		if op := &g.ops[i]; op.Kind == Read && op.known() {
			if d := depth[g.values.find(op.Value)]; d > 0 {
				b.members = append(b.members, member{op: int32(i), rank: 2*d - 1})
			}
		}
	}
	return b
}

// latest gives the member with the greatest rank for which something holds, and earliest the one with the least. Those
// close to what they contradict leave little between them to explain. Op is -1 where there is none.
func (b *block) latest(holds func(m member) bool) member {
	found := member{op: -1}
	for _, m := range b.members {
		if (found.op < 0 || m.rank > found.rank) && holds(m) {
			found = m
		}
	}
	return found
}

func (b *block) earliest(holds func(m member) bool) member {
	found := member{op: -1}
	for _, m := range b.members {
		if (found.op < 0 || m.rank < found.rank) && holds(m) {
			found = m
		}
	}
	return found
}
