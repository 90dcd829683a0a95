package monitor

// family is the kinds of operation that one monitor understands.
type family struct {
	kinds uint32
	check func(*Part) Result
	bytes int64 // about what it needs for each operation, at the most

	forget func(p *Part, until int64) (rest *Part, from []int32) // see Forget; nil: nothing is forgotten
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
		{kinds(Read, Write, CompareAndSet, Mismatch), Register, 48, forgetRegister},
		{kinds(Read, Add), Counter, 64, forgetSums},
		{kinds(Read, Add, FetchAdd), FetchAndAdd, 64, forgetSums},
		{kinds(Enqueue, Dequeue, DequeueEmpty), Queue, 48, forgetQueue},
		{kinds(Push, Pop, PopEmpty), Stack, 96, forgetStack},
		{kinds(Put, Poll, PollEmpty), PriorityQueue, 96, forgetPriority},
		{kinds(Insert, Remove, Contains), Set, 128, forgetSet},
		{kinds(Include, ReadAll), GrowSet, 32, forgetGrowSet},
		{kinds(Acquire, Release), Mutex, 16, forgetMutex},
	}
}

// find gives the monitor for a history, or why there is none.
func find(p *Part) (family, string) {
	var seen uint32
	for i := range p.Ops {
		if kind := p.Ops[i].Kind; kind <= Release && kind != Impossible {
			seen |= 1 << kind
		} else {
			seen |= 1 << Other
		}
	}
	if seen&(1<<Other) != 0 {
		return family{}, "there is an operation that no monitor understands"
	}
	for _, f := range families() {
		if seen&^f.kinds == 0 {
			return f, ""
		}
	}
	return family{}, "there are operations of several data types"
}

// Bytes is about how much memory Check needs for a history, besides the history.
func Bytes(p *Part) int64 {
	f, _ := find(p)
	need := f.bytes * int64(len(p.Ops))
	if p.Witness {
		need *= 2
	}
	for _, members := range p.Members {
		need += 8 * int64(len(members))
	}
	return need
}

// Check finds out by its operations of which data type a history is, and decides it by the monitor for that type.
func Check(p *Part) Result {
	for i := range p.Ops {
		if op := &p.Ops[i]; op.Kind == Impossible && op.known() {
			return Result{Status: Illegal, Core: []int32{int32(i)}, Rule: RuleNonLinearizable}
		}
	}
	f, none := find(p)
	if none != "" {
		return unsuited(none)
	}
	return f.check(p)
}
