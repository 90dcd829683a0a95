package monitor

import (
	"cmp"
	"slices"
)

// zone is what the times of a block's operations say of when its values were there.
//
// One that returned first, at from, and one that was called last, at to: if from < to, the zone is forward, and the values
// of the block were there all the time between. Else it is backward, and there is a point in [to, from] where all of the
// block's operations may have happened at once.
//
// A block must come before another if one of its operations returned before one of the other's was called: A before B if
// A.from < B.to. There is an order unless these arrows have a cycle, and then they have one of two blocks: let A be the one
// in the cycle with the least from, B the one before A in the cycle, C the one before B. B.from < A.to is one arrow, and
// A.from <= C.from < B.to is the other. So blocks clash in pairs: two forward zones that overlap, or a backward zone in
// the inside of a forward one; two backward ones never do.
type zone struct {
	from, to int64
	root     int32 // the block's first cluster
}

func (z *zone) forward() bool { return z.from < z.to }

// collectZones gives the zone of each block, having looked into it.
func (g *register) collectZones() ([]zone, *Result) {
	zones := make([]zone, 0, g.roots)
	links := 0
	for id := range int32(len(g.clusters)) {
		if id > 0 {
			if op := g.maker(id); op.Kind != Write || !op.known() && !g.seen(id) {
				continue
			}
		}
		z, length, late := g.walk(id)
		if late >= 0 {
			return nil, g.disorder(id, late)
		}
		links += length
		zones = append(zones, z)
	}
	if links < g.links {
		return nil, g.cycle()
	}
	return zones, nil
}

// walk gives a block's zone and how many compare-and-sets it has. If one of its operations returned before one was called
// that must come before it, it gives this one, else -1.
func (g *register) walk(root int32) (z zone, length int, late int32) {
	z = zone{from: Never, to: beginning, root: root}
	if root == 0 {
		z.from = beginning
	}
	for id := root; ; length++ {
		c := &g.clusters[id]
		if c.maker >= 0 {
			op := &g.ops[c.maker]
			if op.Return < z.to {
				return z, length, c.maker
			}
			z.from, z.to = min(z.from, op.Return), max(z.to, op.Call)
		}
		if c.first >= 0 {
			if c.early < z.to {
				return z, length, c.first
			}
			z.from, z.to = min(z.from, c.early), max(z.to, g.ops[c.last].Call)
		}
		if c.next == 0 {
			return z, length, -1
		}
		id = c.next
	}
}

// partition puts the forward zones before the backward ones, and those in order.
func partition(zones []zone) (forward, backward []zone) {
	count := 0
	for i := range zones {
		if zones[i].forward() {
			zones[i], zones[count] = zones[count], zones[i]
			count++
		}
	}
	forward, backward = zones[:count], zones[count:]
	slices.SortFunc(forward, func(a, b zone) int { return cmp.Compare(a.from, b.from) })
	return forward, backward
}

// overlap finds two zones that clash.
func overlap(forward, backward []zone) (a, b zone, found bool) {
	for i := 1; i < len(forward); i++ {
		if forward[i].from < forward[i-1].to {
			return forward[i-1], forward[i], true
		}
	}
	for _, z := range backward {
		// Those further back end before this one begins.
		if k := before(forward, z.to); k >= 0 && z.from < forward[k].to {
			return forward[k], z, true
		}
	}
	return a, b, false
}

// before gives the last of the forward zones that begins before a time, or -1.
func before(forward []zone, t int64) int {
	low, high := 0, len(forward)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if forward[middle].from < t {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1
}

// order gives a legal order: by where zones begin, which is at to if they are backward; and those before forward ones on a
// tie. Let A have to come before B: A.from < B.to. If both are forward, B does not begin before A.to, or they would clash.
// If only A is, B is placed at its to, which is later than A.from. If only B is, A.to <= B.from, or they would clash. If
// neither is, A.to <= A.from < B.to.
func (g *register) order(zones []zone) []int32 {
	slices.SortFunc(zones, func(a, b zone) int {
		return cmp.Or(cmp.Compare(min(a.from, a.to), min(b.from, b.to)), cmp.Compare(a.to, b.to))
	})
	head, next := g.readers()
	order := make([]int32, 0, len(g.ops))
	for _, z := range zones {
		for id := z.root; ; id = g.clusters[id].next {
			if op := g.clusters[id].maker; op >= 0 {
				order = append(order, op)
			}
			for op := head[id]; op >= 0; op = next[op] {
				order = append(order, op)
			}
			if g.clusters[id].next == 0 {
				break
			}
		}
	}
	return order
}

// readers gives the reads of each cluster as lists: the first of each, and the one after each read; -1 at the end.
func (g *register) readers() (head, next []int32) {
	head, next = make([]int32, len(g.clusters)), make([]int32, len(g.ops))
	for i := range head {
		head[i] = -1
	}
	for i, op := range slices.Backward(g.ops) {
		if op.Kind == Read && op.known() {
			id := g.values.find(op.Value)
			head[id], next[i] = int32(i), head[id]
		}
	}
	return head, next
}
