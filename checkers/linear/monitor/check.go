package monitor

// family is the kinds of operation that one monitor understands.
type family struct {
	kinds uint32
	check func(*Part) Result
}

func kinds(all ...Kind) (set uint32) {
	for _, k := range all {
		set |= 1 << k
	}
	return set
}

// families gives the monitors, the first that understands a history being the one for it.
func families() []family {
	return []family{
		{kinds(Read, Write, CompareAndSet), Register},
		{kinds(Read, Add), Counter},
		{kinds(Read, Add, FetchAdd), FetchAndAdd},
		{kinds(Enqueue, Dequeue, DequeueEmpty), Queue},
		{kinds(Push, Pop, PopEmpty), Stack},
		{kinds(Put, Poll, PollEmpty), PriorityQueue},
		{kinds(Insert, Remove, Contains), Set},
		{kinds(Include, ReadAll), GrowSet},
		{kinds(Acquire, Release), Mutex},
	}
}

// Check finds out by its operations of which data type a history is, and decides it by the monitor for that type.
func Check(p *Part) Result {
	var seen uint32
	for i := range p.Ops {
		seen |= 1 << p.Ops[i].Kind
	}
	if seen&(1<<Other) != 0 {
		return unsuited("there is an operation that no monitor understands")
	}
	for _, f := range families() {
		if seen&^f.kinds == 0 {
			return f.check(p)
		}
	}
	return unsuited("there are operations of several data types")
}
