package monitor

import (
	"math"
	"math/bits"
)

// stabTree finds the intervals that contain a position, each once. They are in order of their ends; the tree is over the
// least begin, and each search is confined to the few intervals that end at the position or later, and among which
// there may be one that begins at the position or before.
type stabTree struct {
	size  int32
	begin []int32 // of the tree
	ends  []int32 // for each position, the first interval that ends there or later
	bound []int32 // for each position, one more than the last interval that begins there or before
}

// newStabTree takes where each interval begins, and where each ends, in order of the ends.
func newStabTree(begins, ends []int32, positions int) *stabTree {
	size := int32(1) << bits.Len32(uint32(max(len(begins)-1, 0)))
	s := &stabTree{size, make([]int32, 2*size), make([]int32, positions), make([]int32, positions)}
	next := 0
	for at := range s.ends {
		for next < len(ends) && int(ends[next]) < at {
			next++
		}
		s.ends[at] = int32(next)
	}
	for i, at := range begins {
		s.bound[at] = int32(i) + 1
	}
	for at := 1; at < positions; at++ {
		s.bound[at] = max(s.bound[at], s.bound[at-1])
	}
	for i := range size {
		s.begin[size+i] = math.MaxInt32
	}
	copy(s.begin[size:], begins)
	for i := size - 1; i > 0; i-- {
		s.begin[i] = min(s.begin[2*i], s.begin[2*i+1])
	}
	return s
}

// take removes an interval that contains the position, or gives -1.
func (s *stabTree) take(at int32) int32 {
	l, r := s.ends[at]+s.size, s.bound[at]+s.size
	for ; l < r; l, r = l/2, r/2 {
		if l&1 == 1 {
			if s.begin[l] <= at {
				return s.remove(l, at)
			}
			l++
		}
		if r&1 == 1 {
			r--
			if s.begin[r] <= at {
				return s.remove(r, at)
			}
		}
	}
	return -1
}

// remove takes one out below a node.
func (s *stabTree) remove(node, at int32) int32 {
	for node < s.size {
		node *= 2
		if s.begin[node] > at {
			node++
		}
	}
	found := node - s.size
	s.begin[node] = math.MaxInt32
	for node /= 2; node > 0; node /= 2 {
		s.begin[node] = min(s.begin[2*node], s.begin[2*node+1])
	}
	return found
}
