package linear

import "slices"

// cursor knows which bound operations are open at a layer: called by the time that layer's operation returned, and not
// of an earlier layer. It walks from layer to layer, since to keep the answer for all would need memory by the product
// of operations and clients; a depth-first search walks in small steps.
type cursor struct {
	p     *part
	layer int32
	calls int32   // how many of p.called are passed
	open  []int32 // ranks, ascending, so by time of return
}

// begin goes to the first layer of a part.
func (c *cursor) begin(p *part) {
	*c = cursor{p: p, open: c.open[:0]}
	if len(p.place) > 0 {
		c.call(p.upTo[0])
	}
}

// seek walks to a layer that is one of the part's.
func (c *cursor) seek(layer uint32) {
	for c.layer < int32(layer) {
		c.open = c.open[:copy(c.open, c.open[1:])] // the layer's own is always the first
		c.layer++
		c.call(c.p.upTo[c.layer])
	}
	for c.layer > int32(layer) {
		c.layer--
		c.uncall(c.p.upTo[c.layer])
		c.open = slices.Insert(c.open, 0, c.layer)
	}
}

func (c *cursor) call(upTo int32) {
	for ; c.calls < upTo; c.calls++ {
		rank := c.p.called[c.calls]
		at, _ := slices.BinarySearch(c.open, rank)
		c.open = slices.Insert(c.open, at, rank)
	}
}

func (c *cursor) uncall(upTo int32) {
	for ; c.calls > upTo; c.calls-- {
		at, _ := slices.BinarySearch(c.open, c.p.called[c.calls-1])
		c.open = slices.Delete(c.open, at, at+1)
	}
}
