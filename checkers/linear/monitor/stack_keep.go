package monitor

import "slices"

// keep keeps what matters.
func (f *fading) keep(k *kept) {
	gone, ends := f.narrow()
	f.keepFew(gone, ends)
	var calls []int64
	for i := range f.ops {
		if !gone[i] {
			calls = append(calls, f.ops[i].Call)
		}
	}
	for i := range f.ops {
		op := f.ops[i]
		switch {
		case gone[i]:
		case ends[i] < op.Return && anyOf(calls, ends[i]+1, op.Return): // else to narrow it makes no difference
			op.Return = ends[i]
			k.stand(op, int32(i))
		default:
			k.keep(int32(i))
		}
	}
}

// narrow tells what is gone, pops that found nothing among it, and to what the returns of the others are narrowed.
func (f *fading) narrow() (gone []bool, ends []int64) {
	gone, ends = make([]bool, len(f.ops)), make([]int64, len(f.ops))
	for i := range f.ops {
		op := &f.ops[i]
		gone[i] = op.Kind == PopEmpty
		ends[i] = op.Return
		if op.Kind == PopEmpty {
			ends[i] = max(op.Call, f.lastBare(op.Return))
		}
	}
	for i := range f.values {
		h := &f.values[i]
		if f.old[i] {
			gone[h.put] = true
			if h.take >= 0 {
				gone[h.take] = true
			}
		} else if f.bare[i] < h.putReturn && f.bare[i] >= h.putCall {
			ends[h.put] = f.bare[i]
		}
	}
	for _, pop := range f.spent {
		gone[pop] = true
	}
	return gone, ends
}

// keepFew keeps those of the pops that found nothing that matter.
func (f *fading) keepFew(gone []bool, ends []int64) {
	var calls, returns []int64
	for i := range f.ops {
		if !gone[i] {
			calls, returns = append(calls, f.ops[i].Call), append(returns, ends[i])
		}
	}
	slices.Sort(returns)
	from, to := f.until, beginning // the last that is kept and over
	for i := range f.ops {
		op := &f.ops[i]
		switch {
		case op.Kind != PopEmpty || !op.known() || !op.underWay(f.turn):
		case op.underWay(f.until):
			gone[i] = false
		case from == f.until || anyOf(calls, from+1, max(to, ends[i])) || anyOf(returns, from, max(to, ends[i])-1):
			gone[i], from, to = false, op.Call, ends[i]
		}
	}
}

// anyOf says whether one of some times is not before one time and not after another.
func anyOf(times []int64, from, to int64) bool {
	next, _ := slices.BinarySearch(times, from)
	return next < len(times) && times[next] <= to
}
