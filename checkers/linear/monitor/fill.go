package monitor

import "math"

// fill puts blind additions into the gaps of a ladder whose rungs fit.
type fill struct {
	*ladder
	next    int     // of blind: those before were called in time for the gap at hand
	bound   soon    // of those, the certain ones that are not placed yet
	loose   []int32 // and those of unknown outcome, in order of call
	witness bool
	order   []int32
}

func newFill(l *ladder, witness bool) *fill {
	f := &fill{ladder: l, witness: witness}
	if witness {
		f.order = make([]int32, 0, len(l.sights)+len(l.blind))
	}
	return f
}

func (f *fill) run() Result {
	end, latest := f.start, int64(math.MinInt64)
	for k, place := range f.rungs {
		f.callUpTo(f.ops[f.soonest[k]].Return)
		at := f.seen(place)
		for need := (at - end) / f.delta; need > 0; need-- {
			if !f.take() {
				return f.phantom(f.soonest[k])
			}
		}
		end = at + f.step(place)
		if f.witness {
			f.order = append(f.order, place)
		}
		if call := f.ops[place].Call; call > latest {
			latest = call
			if len(f.bound) > 0 && f.bound[0].at < latest {
				return f.crowd(k, f.bound[0].at)
			}
		}
	}
	if f.witness {
		f.order = f.withRest(f.order)
	}
	return Result{Status: Legal, Order: f.order}
}

// callUpTo makes additions ready that were called by then.
func (f *fill) callUpTo(time int64) {
	for ; f.next < len(f.blind) && f.ops[f.blind[f.next]].Call <= time; f.next++ {
		place := f.blind[f.next]
		if f.ops[place].known() {
			f.bound.push(due{f.ops[place].Return, place})
		} else {
			f.loose = append(f.loose, place)
		}
	}
}

// take places the addition that returns first. If there is none, then the sight whose return says so cannot have seen
// what it saw: all blind additions that were called by then, and all fetch-and-adds below, are not enough.
func (f *fill) take() bool {
	var place int32
	switch {
	case len(f.bound) > 0:
		place = f.bound.pop().place
	case len(f.loose) > 0:
		place, f.loose = f.loose[0], f.loose[1:]
	default:
		return false
	}
	if f.witness {
		f.order = append(f.order, place)
	}
	return true
}

// crowd finds, for an addition that no gap below rung k had room for, which returned at that time, the operations that
// prove it. By Hall's theorem there are gaps up to that rung which are too few for the additions that must be in them,
// because they were called after a sight below the gaps returned, and returned before the rung was called. The fewest
// such gaps make the smallest core: the rung, that sight, the fetch-and-adds between, and one addition more than there
// is room for. More additions, whatever they do, only make it worse.
func (f *fill) crowd(k int, returned int64) Result {
	var inside []int32 // called after the gaps began, so far; the last called first
	room, lowest := int64(0), len(f.blind)
	core := []int32{f.rungs[k]}
	for low := k; low >= 0; low-- {
		room += f.gap(low)
		for ; lowest > 0 && (low == 0 || f.ops[f.blind[lowest-1]].Call > f.ops[f.soonest[low-1]].Return); lowest-- {
			if place := f.blind[lowest-1]; f.ops[place].Return <= returned {
				inside = append(inside, place)
			}
		}
		if int64(len(inside)) > room && low > 0 {
			if sight := f.soonest[low-1]; f.seen(sight) > f.start || f.step(sight) != 0 {
				core = append(core, sight) // else the gaps begin where the object did
			}
			return outcome(RuleStaleRead, append(core, inside[:room+1]...)...)
		}
		if low > 0 && f.step(f.rungs[low-1]) != 0 {
			core = append(core, f.rungs[low-1])
		}
	}
	return outcome(f.tooLow(f.rungs[k]), append(core, inside[:room+1]...)...)
}
