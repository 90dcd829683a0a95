package monitor

// leftist holds any number of heaps of operations, the earliest return first, in one array: an operation is in one heap
// at most. A heap is named by the place of its first operation, the empty one by noPlace. Merging leftist trees (Crane,
// 1972) takes logarithmic time at worst, and thousands of heaps cost no more than one.
type leftist struct {
	ops   []Op
	nodes []leftNode
}

type leftNode struct {
	left, right int32
	depth       int32 // of the right spine, the shortest way down
}

func newLeftist(ops []Op) leftist { return leftist{ops, make([]leftNode, len(ops))} }

// push adds an operation, and gives the heap's new name.
func (h *leftist) push(heap, place int32) int32 {
	h.nodes[place] = leftNode{noPlace, noPlace, 1}
	return h.merge(heap, place)
}

// pop takes the first operation out, and gives the heap's new name.
func (h *leftist) pop(heap int32) int32 {
	return h.merge(h.nodes[heap].left, h.nodes[heap].right)
}

func (h *leftist) merge(a, b int32) int32 {
	if a == noPlace {
		return b
	}
	if b == noPlace {
		return a
	}
	if h.ops[b].Return < h.ops[a].Return {
		a, b = b, a
	}
	node := &h.nodes[a]
	node.right = h.merge(node.right, b)
	if h.depth(node.left) < h.depth(node.right) {
		node.left, node.right = node.right, node.left
	}
	node.depth = h.depth(node.right) + 1
	return a
}

func (h *leftist) depth(heap int32) int32 {
	if heap == noPlace {
		return 0
	}
	return h.nodes[heap].depth
}
