package monitor

import "math/bits"

// covered is more than any number of intervals.
const covered = 1 << 30

// coverTree counts for each position how many intervals cover it, and finds those that none does any more. It is a
// segment tree whose nodes hold the least count below them, with what was added to the whole node beside it.
type coverTree struct {
	size  int32
	least []int32
	added []int32
}

// newCoverTree makes one. Positions that nothing covers from the start are not found again.
func newCoverTree(counts []int32) *coverTree {
	size := int32(1) << bits.Len32(uint32(max(len(counts)-1, 0)))
	c := &coverTree{size, make([]int32, 2*size), make([]int32, size)}
	for i := range size {
		c.least[size+i] = covered
		if int(i) < len(counts) && counts[i] > 0 {
			c.least[size+i] = counts[i]
		}
	}
	for i := size - 1; i > 0; i-- {
		c.least[i] = min(c.least[2*i], c.least[2*i+1])
	}
	return c
}

// uncover takes an interval away, of the positions from first to before end.
func (c *coverTree) uncover(first, end int32) {
	if first >= end {
		return
	}
	l, r := first+c.size, end+c.size
	for ; l < r; l, r = l/2, r/2 {
		if l&1 == 1 {
			c.lower(l)
			l++
		}
		if r&1 == 1 {
			r--
			c.lower(r)
		}
	}
	c.repair(first + c.size)
	c.repair(end - 1 + c.size)
}

func (c *coverTree) lower(node int32) {
	c.least[node]--
	if node < c.size {
		c.added[node]--
	}
}

func (c *coverTree) repair(node int32) {
	for node /= 2; node > 0; node /= 2 {
		c.least[node] = min(c.least[2*node], c.least[2*node+1]) + c.added[node]
	}
}

// bare appends the positions that nothing covers and that were not found before.
func (c *coverTree) bare(found []int32) []int32 { return c.search(found, 1, 0) }

// search looks below a node to whose count that much is to be added.
func (c *coverTree) search(found []int32, node, above int32) []int32 {
	switch {
	case c.least[node]+above > 0:
		return found
	case node >= c.size:
		c.least[node] = covered
		return append(found, node-c.size)
	}
	above += c.added[node]
	found = c.search(found, 2*node, above)
	found = c.search(found, 2*node+1, above)
	c.least[node] = min(c.least[2*node], c.least[2*node+1]) + c.added[node]
	return found
}
