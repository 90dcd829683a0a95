package monitor

import "slices"

// forgetStack lets go of all values that were popped for sure, and narrows the pushes of the others to what is left of
// them. What is gone, and what stands for it, makes no difference whatever comes:
//
//   - Let there be a horizon, until or before. A value is old if its pop returned before the horizon; that pop took what
//     was pushed in this part, where values are unique. It is also old if no time of its push is bare with respect to the
//     old values found so far: it was pushed onto one of them, and popped before that, and so before the horizon. Every
//     other pop can take effect at the horizon, if it is called by then.
//   - Leave the old values out of a legal order. Pushes of values that were inside at the horizon, or came later, were at
//     bare times, or they would have been popped before an old one. Now take a push at a time that is not bare. During
//     such a stretch of time one and the same old value lies lowest of the old ones: when it is popped, no old value is
//     inside, as all lay on it. What is pushed onto that value is popped before it, and so before the horizon, and nothing
//     else happens meanwhile. So all that can be pushed when it was, or at the beginning of the stretch if that is
//     earlier, and popped one after the other when that value was. Then every push is at its last bare time or before.
//   - In a legal order of what is kept, let what happens before the horizon happen as late as it can in this order, but
//     not after the horizon. Then all that happens at bare times: the horizon, and the last bare times of pushes and of
//     pops that found nothing. The old values have a legal order in which none is inside at these times, see [Stack].
//   - A pop that found nothing saw a time that is bare with respect to all values. If it returned before a value that is
//     left can have been popped, that does not change whatever comes, as such values were not pushed for sure before; so
//     it fits in again. Of several between which nothing else begins or ends one is enough.
//
// The horizon is until, unless there is a value that must be old and has no pop for sure: it was taken by one of several
// pops of unknown outcome, or its pop may be for another value. Then it is the time at which a value that is left can have
// been popped first: not before it was pushed, nor before the first such pop was called. All that returned since is kept,
// until no value is left that was there at that time.
//
// So there are left: the values inside and those of pushes of unknown outcome, what is not over, and a few pops that found
// nothing after an operation was called that is not over; or what returned after the horizon with the values it popped.
func forgetStack(p *Part, until int64) (rest *Part, from []int32) {
	f := &fading{store: &store{ops: p.Ops}, until: until}
	if !f.pair() {
		return keepAll(p)
	}
	f.sort()
	f.sift()
	k := newKept(p)
	f.keep(k)
	return k.rest()
}

// fading is a stack whose past is to be forgotten. In its store only those values are taken that were popped before until,
// and one of which it is clear which pop of unknown outcome took it.
type fading struct {
	*store
	until  int64
	turn   int64       // when a value that is left can have been popped first, or until
	places *valueTable // of the values, by what was pushed
	claims [][]int32   // by value that is left: the pops of it that are not over

	old       []bool  // by value
	bare      []int64 // by value: the last bare time of its push
	stretches []gap   // those that are not bare, without their ends
	over      []int64 // by stretch: when all pops of its values are over
	missed    int     // how many old values were taken by pops of unknown outcome, none knows which
	spent     []int32 // the pops that took them, or others of which it makes no difference
	suspects  int     // how many of those, the first, can have done that
}

// pair finds the values, and who popped them. It fails if the part has no legal order, or one value twice.
func (f *fading) pair() bool {
	places, failure := f.puts(trade{Push, Pop, PopEmpty, "pushed"})
	if failure != nil {
		return false
	}
	f.places, f.claims = places, make([][]int32, len(f.values))
	for i := range f.ops {
		op := &f.ops[i]
		if op.Kind != Pop {
			continue
		}
		if !op.known() {
			f.loose = append(f.loose, int32(i))
			continue
		}
		switch k := places.find(op.Value); {
		case op.underWay(f.until):
			if k >= 0 {
				f.claims[k] = append(f.claims[k], int32(i))
			}
		case k < 0 || f.taken(&f.values[k], op, int32(i)) != nil:
			return false
		}
	}
	return true
}

// findTurn goes by the pops that are not over. The value that was pushed first is the first that one of unknown outcome can
// have taken.
func (f *fading) findTurn() {
	f.turn = f.until
	first := true
	for i := range f.values {
		h := &f.values[i]
		if f.old[i] || h.take >= 0 {
			continue
		}
		pops := f.claims[i]
		if first && len(f.loose) > 0 {
			pops = append(slices.Clip(pops), f.loose[0])
		}
		first = false
		for _, pop := range pops {
			f.turn = min(f.turn, max(f.ops[pop].Call, h.putCall))
		}
	}
}

// findOld goes through the values by the return of their push. Those that come later leave the times up to it bare. It
// fails if it is not clear what took one of them.
func (f *fading) findOld(horizon int64) bool {
	f.old, f.bare = make([]bool, len(f.values)), make([]int64, len(f.values))
	f.stretches, f.over, f.missed, f.suspects = nil, nil, 0, 0
	sure := true
	for _, i := range f.order {
		h := &f.values[i]
		f.bare[i] = f.lastBare(h.putReturn)
		must := f.bare[i] < h.putCall
		if must && h.take < 0 {
			f.old[i] = f.claim(i)
			sure = f.old[i] && sure
		}
		if h.take < 0 || !must && h.takeReturn >= horizon {
			continue
		}
		if f.old[i] = true; h.sure() {
			f.stretch(h)
		}
	}
	return sure
}

// stretch has a value make times that are not bare.
func (f *fading) stretch(h *held) {
	last := len(f.stretches) - 1
	if last < 0 || h.putReturn >= f.stretches[last].to {
		f.stretches, f.over = append(f.stretches, gap{h.putReturn, h.takeCall}), append(f.over, h.takeReturn)
		return
	}
	f.stretches[last].to = max(f.stretches[last].to, h.takeCall)
	f.over[last] = max(f.over[last], h.takeReturn)
}

// lastBare gives the last bare time up to a time.
func (f *fading) lastBare(time int64) int64 {
	next, _ := slices.BinarySearchFunc(f.stretches, time, func(g gap, time int64) int {
		if g.from < time {
			return -1
		}
		return 1
	})
	if next > 0 && time < f.stretches[next-1].to {
		return f.stretches[next-1].from
	}
	return time
}

// claim finds the only pop that can have taken a value that must be old, and that none is known to have taken, or counts
// it as missed. It was taken before the stretch of its push was over. If it was certainly called before the stretch ends, it
// makes no more times bare, whichever took it.
func (f *fading) claim(value int32) bool {
	h, last := &f.values[value], len(f.stretches)-1
	suspects := f.looseUntil(f.over[last])
	pops := append(slices.Clip(f.claims[value]), f.loose[:suspects]...)
	switch {
	case len(pops) == 1:
		h.take, h.takeCall, h.takeReturn = pops[0], max(f.ops[pops[0]].Call, h.putCall), f.ops[pops[0]].Return
		f.loose = f.loose[suspects:]
	case len(pops) == 0 || len(pops) > suspects || f.ops[pops[suspects-1]].Call > f.stretches[last].to:
		return false
	default:
		f.missed, f.suspects = f.missed+1, max(f.suspects, suspects)
	}
	return true
}

// settle finds out whether it is clear which pops of unknown outcome are left: if all that can have taken the values that
// are missed did; or if it makes no difference which, since nothing that is kept returned between their calls, or between
// the times from which they can have taken something that is left. The first of them must not be kept without that, though it
// can do most: of those called in the stretch some may have been too late for the value, if it lay on one that was popped
// before, so that the first took it.
func (f *fading) settle() bool {
	if f.missed > f.suspects {
		return false
	}
	if f.missed > 0 && f.missed < f.suspects {
		first := f.until
		if next := slices.Index(f.old, false); next >= 0 {
			first = f.values[next].putCall
		}
		from, to := max(first, f.ops[f.loose[0]].Call), max(first, f.ops[f.loose[f.suspects-1]].Call)
		for i, bare := range f.bare {
			if !f.old[i] && from <= bare && bare < to {
				return false
			}
		}
		for i := range f.ops {
			if op := &f.ops[i]; op.Kind == PopEmpty && from <= op.Return && f.lastBare(op.Return) < to {
				return false
			}
		}
	}
	f.spent = f.loose[f.suspects-f.missed : f.suspects]
	f.loose = slices.Concat(f.loose[:f.suspects-f.missed], f.loose[f.suspects:])
	return true
}

// sift finds the old values and the horizon.
func (f *fading) sift() {
	sure := false
	for range 4 { // a pop of unknown outcome that must have taken one value cannot have taken those before it
		few := len(f.loose)
		if sure = f.findOld(f.until); len(f.loose) == few {
			break
		}
		sure = false
	}
	if sure && f.settle() {
		f.findTurn()
		return
	}
	f.old = make([]bool, len(f.values))
	f.findTurn()
	f.findOld(f.turn)
}
