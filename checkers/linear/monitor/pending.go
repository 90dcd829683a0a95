package monitor

// opened is an operation and when it returned.
type opened struct {
	at int64
	op int32
}

// pending has operations, to give back the one that returned first: a binary heap, and beside it those that never
// returned, so that they cost nothing.
type pending struct {
	known   []opened
	unknown []int32
}

// deadline is when the first returned; Never if none of those that are in did.
func (p *pending) deadline() int64 {
	if len(p.known) == 0 {
		return Never
	}
	return p.known[0].at
}

func (p *pending) add(d opened) {
	if d.at == Never {
		p.unknown = append(p.unknown, d.op)
		return
	}
	p.known = append(p.known, d)
	heap := p.known
	i := len(heap) - 1
	for i > 0 && d.at < heap[(i-1)/2].at {
		heap[i] = heap[(i-1)/2]
		i = (i - 1) / 2
	}
	heap[i] = d
}

// remove takes out the one that returned first, or one that never returned if there is no other, or gives -1.
func (p *pending) remove() int32 {
	if len(p.known) == 0 {
		last := len(p.unknown) - 1
		if last < 0 {
			return -1
		}
		op := p.unknown[last]
		p.unknown = p.unknown[:last]
		return op
	}
	op := p.known[0].op
	last := len(p.known) - 1
	d := p.known[last]
	p.known = p.known[:last]
	if last > 0 {
		p.sink(d)
	}
	return op
}

// sink puts an operation in at the top of the heap, where there is a hole, and moves the hole down to its place.
func (p *pending) sink(d opened) {
	heap, i := p.known, 0
	for {
		child := 2*i + 1
		if child >= len(heap) {
			break
		}
		if child+1 < len(heap) && heap[child+1].at < heap[child].at {
			child++
		}
		if d.at <= heap[child].at {
			break
		}
		heap[i] = heap[child]
		i = child
	}
	heap[i] = d
}
