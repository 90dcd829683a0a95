package monitor

// due is an operation and the time of its return.
type due struct {
	at    int64
	place int32
}

// soon is a heap of operations: the first returns first.
type soon []due

func (s *soon) push(d due) {
	h := append(*s, d)
	*s = h
	child := len(h) - 1
	for child > 0 {
		parent := (child - 1) / 2
		if h[parent].at <= d.at {
			break
		}
		h[child], child = h[parent], parent
	}
	h[child] = d
}

// pop takes the first of at least one.
func (s *soon) pop() due {
	h := *s
	first, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*s = h
	hole := 0
	for 2*hole+1 < len(h) {
		child := 2*hole + 1
		if child+1 < len(h) && h[child+1].at < h[child].at {
			child++
		}
		if last.at <= h[child].at {
			break
		}
		h[hole], hole = h[child], child
	}
	if len(h) > 0 {
		h[hole] = last
	}
	return first
}
