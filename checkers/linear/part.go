package linear

// part is one search problem, laid out for the search. Its bound operations took effect between call and return; they
// are numbered by rank, the order of their returns. Its loose ones may take effect at any time after their call, or
// never: they are of unknown outcome, or were let loose to see whether a violation needs them.
//
// The search goes through layers: at layer r the bound operation r is the first, by return, that has not been put in
// order. Whatever was called not after r returned may come next.
type part struct {
	place  []int32 // by rank: the operation's place in the history
	slot   []int32 // by rank: its bit; two operations share one only if the first returned before the second is called
	twins  []int32 // by rank: equal for operations that are open at once and have equal input and output
	pure   []bool  // by rank
	called []int32 // ranks in order of call
	upTo   []int32 // by rank: how many of called are not after its return
	slots  int     // how many bits there are

	loose     []int32 // places of loose operations, in order of call
	prior     []int32 // by place in loose: the one before with equal input, or -1
	looseUpTo []int32 // by rank: how many of loose are not after its return; nil if there are none
}

// bytes is about what a part occupies.
func (p *part) bytes() int64 {
	return 21*int64(len(p.place)) + 8*int64(len(p.loose)) + 4*int64(len(p.looseUpTo))
}

// fewOps is how many operations a part has for which all room is made at once.
const fewOps = 256

// empty makes room for n bound operations and holds none, in the memory that it has if that is enough.
func (p *part) empty(n int) {
	if cap(p.place) < n {
		columns := [...]*[]int32{&p.place, &p.slot, &p.twins, &p.called, &p.upTo, &p.loose, &p.prior, &p.looseUpTo}
		used := columns[:]
		if n > fewOps {
			used = used[:5] // loose ones are few, if there are any
		}
		room := make([]int32, len(used)*n)
		for _, column := range used {
			*column, room = room[:0:n], room[n:]
		}
		p.pure = make([]bool, 0, n)
	}
	p.place, p.slot, p.twins, p.pure = p.place[:0], p.slot[:0], p.twins[:0], p.pure[:0]
	p.called, p.upTo, p.slots = p.called[:0], p.upTo[:0], 0
	p.loose, p.prior, p.looseUpTo = p.loose[:0], p.prior[:0], p.looseUpTo[:0]
}
