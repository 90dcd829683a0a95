package monitor

import "slices"

// peeling is what peel finds.
type peeling struct {
	stuck []int32 // the values that remain
	spans []gap   // of each value that was removed, when it may be put in and taken out; only if asked for
}

// peeler removes the values of a stack from the outside in; see Stack. Positions are the times at which the critical
// interval of a value begins or ends, in order. Each operation that matters has one of them within its call and return.
type peeler struct {
	values       []held
	times        []int64
	enter, leave []int32 // for each value, the positions at which its critical interval begins and ends
	intoOf       []int32 // the values in the order of pushes, and then of pops backwards
	outOf        []int32
	into, out    *stabTree // pushes, and pops in reversed time, by position
	cover        *coverTree
	shown        []uint8 // for each value, how many of its two operations may take effect when nothing is sure to be inside
	bare         []int32 // positions to look at
	seen         *marks  // those looked at
	spans        []gap
}

// peel tells which values have no place in a legal order. Values without a critical interval always do.
func peel(values []held, spans bool) peeling {
	p := &peeler{values: values, shown: make([]uint8, len(values))}
	p.place()
	if len(p.times) == 0 {
		return peeling{nil, make([]gap, len(values))}
	}
	if spans {
		p.spans, p.seen = make([]gap, len(values)), newMarks(len(p.times))
	}
	p.count()
	for len(p.bare) > 0 {
		for _, at := range p.bare {
			p.look(at)
		}
		p.bare = p.cover.bare(p.bare[:0])
	}
	var stuck []int32
	for i := range values {
		if values[i].sure() && p.shown[i] < 2 {
			stuck = append(stuck, int32(i))
		}
	}
	return peeling{stuck, p.spans}
}

// place finds the positions.
func (p *peeler) place() {
	var begins, ends []moment
	for i := range p.values {
		if h := &p.values[i]; h.sure() {
			begins = append(begins, moment{h.putReturn, int32(i)})
			ends = append(ends, moment{h.takeCall, int32(i)})
		}
	}
	sortMoments(begins)
	sortMoments(ends)
	p.enter, p.leave = make([]int32, len(p.values)), make([]int32, len(p.values))
	p.times = make([]int64, 0, 2*len(begins))
	p.intoOf, p.outOf = make([]int32, len(begins)), make([]int32, len(ends))
	for b, e := 0, 0; e < len(ends); {
		if b < len(begins) && begins[b].time <= ends[e].time {
			p.intoOf[b] = begins[b].of
			p.enter[begins[b].of] = p.position(begins[b].time)
			b++
		} else {
			p.outOf[len(ends)-1-e] = ends[e].of
			p.leave[ends[e].of] = p.position(ends[e].time)
			e++
		}
	}
}

func (p *peeler) position(time int64) int32 {
	if n := len(p.times); n == 0 || p.times[n-1] < time {
		p.times = append(p.times, time)
	}
	return int32(len(p.times) - 1)
}

// count builds the trees.
func (p *peeler) count() {
	last := int32(len(p.times) - 1)
	begins, ends := make([]int32, len(p.intoOf)), make([]int32, len(p.intoOf))
	for i, of := range p.intoOf {
		begins[i], _ = rankIn(p.times[:p.enter[of]+1], p.values[of].putCall)
		ends[i] = p.enter[of]
	}
	p.into = newStabTree(begins, ends, len(p.times))
	for i, of := range p.outOf {
		n, exact := rankIn(p.times[p.leave[of]:], p.values[of].takeReturn)
		if !exact {
			n--
		}
		begins[i], ends[i] = last-p.leave[of]-n, last-p.leave[of]
	}
	p.out = newStabTree(begins, ends, len(p.times))
	counts := make([]int32, len(p.times)+1)
	for _, of := range p.intoOf {
		counts[p.enter[of]+1]++
		counts[p.leave[of]]--
	}
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	for i := range p.times {
		if counts[i] == 0 {
			p.bare = append(p.bare, int32(i))
		}
	}
	p.cover = newCoverTree(counts[:len(p.times)])
}

func rankIn(times []int64, time int64) (int32, bool) {
	n, exact := slices.BinarySearch(times, time)
	return int32(n), exact
}

// look finds the operations that may take effect at a position where nothing is sure to be inside.
func (p *peeler) look(at int32) {
	if p.seen != nil {
		p.seen.set(at)
	}
	for i := p.into.take(at); i >= 0; i = p.into.take(at) {
		p.show(p.intoOf[i])
	}
	back := int32(len(p.times)-1) - at
	for i := p.out.take(back); i >= 0; i = p.out.take(back) {
		p.show(p.outOf[i])
	}
}

func (p *peeler) show(value int32) {
	if p.shown[value]++; p.shown[value] < 2 {
		return
	}
	p.cover.uncover(p.enter[value]+1, p.leave[value])
	if p.spans != nil {
		p.spans[value] = gap{p.times[p.seen.upTo(p.enter[value])], p.times[p.seen.from(p.leave[value])]}
	}
}
