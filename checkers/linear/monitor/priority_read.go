package monitor

// priorityPart is a put or a poll of a value.
type priorityPart struct {
	value  int64
	called int32 // the rank of its call
	bound  int32 // of a put the first rank after it returned, of a poll the last rank until it returned
	place  int32
	poll   bool
}

// newPriorities gets a history ready for the walk, or says at once what is to say of it.
func newPriorities(p *Part) (*priorities, Result) {
	q := ranked(p)
	parts, puts := make([]priorityPart, 0, len(p.Ops)), 0
	for i := range p.Ops {
		op := &p.Ops[i]
		part := priorityPart{op.Value, q.rank[i], q.after(int32(i)), int32(i), op.Kind == Poll}
		switch {
		case op.Kind == Poll && !op.known():
			q.unknown = append(q.unknown, int32(i))
		case op.Kind == Poll:
			part.bound--
			parts = append(parts, part)
		case op.Kind == Put:
			puts++
			parts = append(parts, part)
		case op.Kind == PollEmpty && op.known():
			q.empties = append(q.empties, stay{put: noPlace, poll: part.place, start: part.called, last: part.bound - 1})
		case op.Kind != PollEmpty:
			return nil, unsuited("an operation is none of a priority queue")
		}
	}
	q.values = make([]stay, 0, puts)
	if result := q.pair(inOrderOfValue(parts)); result != nil {
		return nil, *result
	}
	return q, Result{}
}

// ranked ranks the times of calls.
func ranked(p *Part) *priorities {
	q := &priorities{p: p, rank: make([]int32, len(p.Ops)), times: make([]int64, 0, len(p.Ops))}
	for i := range p.Ops {
		if n := len(q.times); n == 0 || q.times[n-1] != p.Ops[i].Call {
			q.times = append(q.times, p.Ops[i].Call)
		}
		q.rank[i] = int32(len(q.times) - 1)
	}
	return q
}

// after gives the first rank after an operation returned. It is near its call.
func (q *priorities) after(place int32) int32 {
	end, low, step := q.p.Ops[place].Return, int(q.rank[place]), 1
	if end == Never {
		return int32(len(q.times))
	}
	for low+step < len(q.times) && q.times[low+step] <= end {
		low += step
		step *= 2
	}
	high := min(low+step, len(q.times)) // times[low] <= end, and all from high on are greater
	for low+1 < high {
		if middle := (low + high) / 2; q.times[middle] <= end {
			low = middle
		} else {
			high = middle
		}
	}
	return int32(high)
}

// inOrderOfValue sorts, and keeps the order of equal values: by 11 bits at a time, the lowest first, of those bits that differ
// at all. It may put the result in the place of what it is given.
func inOrderOfValue(parts []priorityPart) []priorityPart {
	const digit, signBit = 11, 1 << 63 // negative values come first
	low, high := ^uint64(0), uint64(0)
	for i := range parts {
		key := uint64(parts[i].value) ^ signBit
		low, high = min(low, key), max(high, key)
	}
	if len(parts) < 2 {
		return parts
	}
	other := make([]priorityPart, len(parts))
	for shift := 0; shift < 64 && (high-low)>>shift != 0; shift += digit {
		var starts [1<<digit + 1]int32
		digitOf := func(i int) uint64 { return (uint64(parts[i].value) ^ signBit - low) >> shift & (1<<digit - 1) }
		for i := range parts {
			starts[digitOf(i)+1]++
		}
		for d := range 1 << digit {
			starts[d+1] += starts[d]
		}
		for i := range parts {
			d := digitOf(i)
			other[starts[d]] = parts[i]
			starts[d]++
		}
		parts, other = other, parts
	}
	return parts
}
