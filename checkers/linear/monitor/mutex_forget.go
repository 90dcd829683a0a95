package monitor

// forgetMutex leaves whether the lock is held, by the acquire that was taken last, and what is open: the operations that
// were called and not taken.
//
// That is all that the monitor remembers when it has gone through a history up to a time, and up to then it does not look
// at what is called later. So it goes on from what is left as it would from the whole, whatever comes; and it is exact. The
// acquire that is left is over, unlike what is open, since the monitor takes what is not over only right before something
// that is. So it is taken first again, and alone.
//
// What was taken is gone even if it is under way: it can do no more. Acquires and releases of unknown outcome that nobody
// has needed yet stay.
func forgetMutex(p *Part, until int64) (rest *Part, from []int32) {
	m := mutex{ops: p.Ops, keep: true}
	if m.run(until) >= 0 {
		return keepAll(p)
	}
	k := newKept(p)
	if m.next == releases {
		k.keep(m.taken[len(m.taken)-1])
	}
	for _, open := range m.open {
		for _, op := range open.known {
			k.keep(op.op)
		}
		for _, op := range open.unknown {
			k.keep(op)
		}
	}
	return k.rest()
}
