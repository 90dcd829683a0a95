package monitor

import "slices"

// The kinds of a lock's operations, as places in an array.
const (
	acquires = iota
	releases
)

// Mutex decides histories of a lock that is free at the start: Acquire and Release. Anybody may release it. There are no
// other preconditions. O(n log w), where w is how many operations of known outcome are open at once.
//
// The order takes acquires and releases in turns, so how many it has taken says how many of each, and what comes next. The
// monitor is lazy: it goes through time, and takes an operation only when it is about to return. If it is not of the kind
// that comes next, one of the other kind is taken first, of those called and not yet taken the one that returns first; one
// of unknown outcome only if there is no other. If there is none at all the history is illegal.
//
// That is exact. Compare with any legal order and the times at which its operations take effect. Claim: at no time has the
// monitor taken more operations than the order. As long as that holds, its j-th acquire is taken no earlier than the
// order's j-th, and so, by induction on j, at least as many of its first j acquires return by any time t as of the order's
// first j: either its j-th does too, or none that did was left among those called, so that it had taken all that the order
// can have by then. The same holds for releases. Now let an acquire X be about to return, at t, not yet taken. The order
// has taken X and all others that return by t. Had it taken only as many acquires as the monitor, then the monitor would
// have taken all of these as well, by what was said. So the order has taken at least one acquire more, which proves the
// claim if the lock is free. If it is held, the order must have taken one more release before that, which proves the claim
// again; and if there was no release to be had, the monitor had taken all that were called, and there is no such order. It
// is the same for a release.
func Mutex(p *Part) Result {
	for i := range p.Ops {
		if kind := p.Ops[i].Kind; kind != Acquire && kind != Release {
			return unsuited("an operation is none of a lock's")
		}
	}
	m := mutex{ops: p.Ops, keep: p.Witness}
	stuck := m.run(Never)
	if stuck < 0 {
		return Result{Status: Legal, Order: m.taken}
	}
	if !m.keep {
		m = mutex{ops: p.Ops, keep: true}
		m.run(Never)
	}
	return m.proof(stuck)
}

// mutex is what the sweep remembers.
type mutex struct {
	ops   []Op
	next  int        // the kind that comes next: acquires or releases
	open  [2]pending // what was called and not yet taken, by kind
	keep  bool
	taken []int32 // what was taken, in order, if keep
}

func (m *mutex) kind(op int32) int {
	if m.ops[op].Kind == Acquire {
		return acquires
	}
	return releases
}

// run goes through the history up to a time after its last call, and gives the operation that cannot be, or -1.
func (m *mutex) run(until int64) int32 {
	for i := range m.ops {
		op := &m.ops[i]
		if stuck := m.settle(op.Call); stuck >= 0 {
			return stuck
		}
		m.open[m.kind(int32(i))].add(opened{at: op.Return, op: int32(i)})
	}
	return m.settle(until)
}

// settle takes what returned before a time. It gives the operation for which there is no way, or -1.
func (m *mutex) settle(t int64) int32 {
	for {
		kind := acquires
		if m.open[releases].deadline() < m.open[acquires].deadline() {
			kind = releases
		}
		if m.open[kind].deadline() >= t {
			return -1
		}
		if kind != m.next && !m.take() {
			return m.open[kind].known[0].op
		}
		m.take()
	}
}

// take takes the open operation that comes next, if there is one.
func (m *mutex) take() bool {
	op := m.open[m.next].remove()
	if op < 0 {
		return false
	}
	m.next = 1 - m.next
	if m.keep {
		m.taken = append(m.taken, op)
	}
	return true
}

// proof says which operations prove that one could not be: so many of its kind must have been taken by the time it
// returned that those of the other kind that had been called were not enough.
//
// Go back through what was taken. Operations of this kind that returned by then are in the proof, until one that returned
// later, taken because the next after it, Z, was about to return. At that time nothing was open that was to return by the
// end; so what is in the proof so far happened after Z, and at least as many of this kind happened before it as the proof
// that Z had to be taken so late says. It is continued from there.
//
// A lock has no values by which operations could be told apart, so that the proof counts, and may need most of the history.
func (m *mutex) proof(stuck int32) Result {
	end := m.ops[stuck].Return
	core := []int32{stuck}
	for k, t := len(m.taken)-1, end; k >= 0; {
		op := m.taken[k]
		if m.ops[op].Return <= t {
			core = append(core, op)
			k -= 2
			continue
		}
		op = m.taken[k+1]
		core = append(core, op)
		t = m.ops[op].Return
		k--
	}
	slices.Sort(core)
	result := Result{Status: Illegal, Core: core, Rule: RuleDoubleAcquire, Support: m.others(core, end)}
	if m.kind(stuck) == releases {
		result.Rule = RuleUnheldRelease
	}
	return result
}

// others gives the operations called by a time that are not in the core.
func (m *mutex) others(core []int32, t int64) []int32 {
	var others []int32
	for i := range m.ops {
		if m.ops[i].Call > t {
			break
		}
		if len(core) > 0 && core[0] == int32(i) {
			core = core[1:]
			continue
		}
		others = append(others, int32(i))
	}
	return others
}
