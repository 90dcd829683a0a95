package monitor

// lazy goes through the additions of one delta, and reads, in order of time, and adds only when it must: when an addition
// returns that was not taken, and when a read returns that saw a higher state. It takes the additions that return first. A
// read is satisfied as soon as the state is what it saw, from its call on.
//
// No legal order has added less at any time, by the argument for Mutex: one that had added only as much when an addition
// returns would lack it, and so would one that had when a read of a higher state returns. And of what was called and not
// taken, lazy has the additions that return last, those of unknown outcome last of all. So whatever state an order is in at
// some moment, lazy can come to at that moment by taking the additions that are over first, and what it has left then
// returns no earlier than what the order has left, first to first. On its way it passes all states that reads under way
// saw in that order: either now, or it passed them when they had been called, as it had not passed them before the order
// did. So it can go on as any order does, whatever comes. What it has not taken, and the reads that it has not
// satisfied, are all that matter. (A read may wait for a lower state: a subtraction may come.)
type lazy struct {
	*keptSums
	state   int64
	open    soon              // certain additions that were called and not taken
	loose   []int32           // and those of unknown outcome
	reads   soon              // reads that were called; some may be satisfied
	waiting map[int64][]int32 // by state: reads that saw it and have not been satisfied
	done    []bool            // by place: reads that are satisfied
}

func newLazy(k *keptSums) *lazy {
	return &lazy{keptSums: k, state: k.sums.start, waiting: map[int64][]int32{}, done: make([]bool, len(k.ops))}
}

// run keeps what is left. It gives false where no order explains what is over.
func (l *lazy) run() bool {
	for i := range l.ops {
		if !l.settle(l.ops[i].Call) {
			return false
		}
		l.call(int32(i))
	}
	if !l.settle(l.until) {
		return false
	}
	l.begin(l.state)
	for _, add := range l.open {
		l.keep(add.place)
	}
	l.keepEach(l.loose)
	for _, read := range l.reads {
		if !l.done[read.place] {
			l.keep(read.place)
		}
	}
	return true
}

func (l *lazy) call(place int32) {
	op := &l.ops[place]
	switch {
	case !l.matters(place):
	case l.step(place) != 0 && op.known():
		l.open.push(due{op.Return, place})
	case l.step(place) != 0:
		l.loose = append(l.loose, place)
	case l.seen(place) != l.state:
		l.reads.push(due{op.Return, place})
		l.waiting[l.seen(place)] = append(l.waiting[l.seen(place)], place)
	}
}

// settle lets all those take effect that return before a time. It gives false if one cannot.
func (l *lazy) settle(before int64) bool {
	for {
		for len(l.reads) > 0 && l.done[l.reads[0].place] {
			l.reads.pop()
		}
		add, read := Never, Never
		if len(l.open) > 0 {
			add = l.open[0].at
		}
		if len(l.reads) > 0 {
			read = l.reads[0].at
		}
		switch {
		case min(add, read) >= before:
			return true
		case add <= read:
			l.take()
		default:
			for place := l.reads[0].place; !l.done[place]; {
				if l.seen(place) < l.state || !l.take() {
					return false
				}
			}
		}
	}
}

// take adds once, if that is possible, and satisfies the reads that saw that.
func (l *lazy) take() bool {
	var place int32
	switch {
	case len(l.open) > 0:
		place = l.open.pop().place
	case len(l.loose) > 0:
		place, l.loose = l.loose[0], l.loose[1:]
	default:
		return false
	}
	l.state += l.step(place)
	for _, read := range l.waiting[l.state] {
		l.done[read] = true
	}
	delete(l.waiting, l.state)
	return true
}
