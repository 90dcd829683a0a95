package monitor

import "slices"

// forgetStack lets go of the values that were popped for sure before any pop took effect that is not over: before some time
// called the turn below, which is no later than until. What they demand of the values that are kept, and which are popped
// later, is only that these were pushed at times that were bare with respect to them; so it narrows those pushes.
//
// Operations that are gone, and what stands for them, make no difference whatever comes:
//
//   - A pop of known outcome that returned before until took the value that was pushed in this part, as values are unique
//     in it. Every other value of the part is left: only pops that are not over can take it, after they were called and
//     after it was pushed. The turn is the earliest time at which that could be, or until. Pops of unknown outcome are
//     never over. If there are any, the turn can stay where it is as long as some value from before is left: what
//     returned since is kept.
//   - A value is old if its pop returned before the turn; or if it was popped before until, and there is no bare time
//     for its push with respect to the old values found so far, so that it was pushed onto one of them, and popped before
//     that. Every other value that is popped before the turn could also be popped then.
//   - Leave the old values out of a legal order. The pushes of the values that were inside at the turn, or came later, were
//     at bare times, or they would have been popped before an old one. Now take a push at a time that is not bare.
//     During such a stretch of time one and the same old value lies lowest of the old ones: when it is popped, no old
//     value is inside, as all lay on it. What is pushed onto that value is popped before it, and so before the turn, and
//     nothing else happens meanwhile. So all that can be pushed when it was, or at the beginning of the stretch if that is
//     earlier, and popped one after the other when it was popped. That order has every push at its last bare time or
//     before.
//   - In a legal order of what is kept, let what happens before the turn happen as late as it can in this order, but not
//     after the turn. Then each of it happens at the turn or at the last bare time of a push: at bare times. Then the
//     old values have a legal order in which none of them is inside at these times, see [Stack], and fit in.
//   - A pop that found nothing, and returned before the turn, saw a bare time with respect to all values. That does not
//     change whatever comes, as those that are left were not pushed for sure before; so it fits in again, too.
//
// So there are left: the values inside and those of pushes of unknown outcome, what returned after the turn with the pushes
// of the values that it popped, and what is not over.
func forgetStack(p *Part, until int64) (rest *Part, from []int32) {
	f := &fading{store: &store{ops: p.Ops}, until: until}
	if !f.pair() {
		return keepAll(p)
	}
	f.findTurn()
	f.findOld()
	k := newKept(p)
	f.keep(k)
	return k.rest()
}

// fading is a stack whose past is to be forgotten. Only values that were popped before until are taken in its store.
type fading struct {
	*store
	until  int64
	turn   int64
	places *valueTable // of the values, by what was pushed
	old    []bool      // by value
	bare   []int64     // by value: the last bare time of its push
}

// pair finds the values, and which of them were popped. It fails if the part has no legal order, or one value twice.
func (f *fading) pair() bool {
	places, failure := f.puts(trade{Push, Pop, PopEmpty, "pushed"})
	if failure != nil {
		return false
	}
	f.places = places
	for i := range f.ops {
		op := &f.ops[i]
		if op.Kind != Pop || op.underWay(f.until) {
			continue
		}
		k := places.find(op.Value)
		if k < 0 || f.taken(&f.values[k], op, int32(i)) != nil {
			return false
		}
	}
	return true
}

// findTurn finds the earliest time at which a value may have been popped that is left. Values are in order of push.
func (f *fading) findTurn() {
	f.turn = f.until
	first := slices.IndexFunc(f.values, func(h held) bool { return h.left() })
	if first < 0 {
		return
	}
	for i := range f.ops {
		op := &f.ops[i]
		if op.Kind != Pop || !op.underWay(f.until) {
			continue
		}
		k := int32(first)
		if op.known() {
			k = f.places.find(op.Value)
		}
		if k >= 0 && f.values[k].left() {
			f.turn = min(f.turn, max(op.Call, f.values[k].putCall))
		}
	}
}

// findOld goes through the values by the return of their push. Those that come later leave the times up to it bare.
func (f *fading) findOld() {
	f.sort()
	f.old, f.bare = make([]bool, len(f.values)), make([]int64, len(f.values))
	from, to := beginning, beginning // the last stretch that is not bare, without its ends
	for _, i := range f.order {
		h := &f.values[i]
		f.bare[i] = h.putReturn
		if from < h.putReturn && h.putReturn < to {
			f.bare[i] = from
		}
		f.old[i] = !h.left() && (h.takeReturn < f.turn || f.bare[i] < h.putCall)
		if !f.old[i] || !h.sure() {
			continue
		}
		if h.putReturn >= to {
			from = h.putReturn
		}
		to = max(to, h.takeCall)
	}
}

// keep keeps what matters. A push need not be narrowed where nothing that is kept was called in what it would lose.
func (f *fading) keep(k *kept) {
	var calls []int64
	value := make([]int32, len(f.ops)) // by place
	for i := range f.values {
		value[f.values[i].put] = int32(i)
		if take := f.values[i].take; take >= 0 {
			value[take] = int32(i)
		}
	}
	matters := func(i int) bool {
		switch op := &f.ops[i]; {
		case op.Kind == PopEmpty:
			return op.underWay(f.turn)
		case op.Kind == Pop && op.underWay(f.until):
			return true
		default:
			return !f.old[value[i]]
		}
	}
	for i := range f.ops {
		if matters(i) {
			calls = append(calls, f.ops[i].Call)
		}
	}
	for i := range f.ops {
		op := f.ops[i]
		if !matters(i) {
			continue
		}
		if op.Kind == Push {
			bare := f.bare[value[i]]
			next, _ := slices.BinarySearch(calls, bare+1)
			if bare >= op.Call && bare < op.Return && next < len(calls) && calls[next] <= f.values[value[i]].putReturn {
				op.Return = bare
				k.stand(op, int32(i))
				continue
			}
		}
		k.keep(int32(i))
	}
}
