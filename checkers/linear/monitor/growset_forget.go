package monitor

import "slices"

// forgetGrowSet keeps one include of each element that is in for sure, the reads that are not over, and the includes of
// the other elements that still matter.
//
// What is gone makes no difference whatever comes. By the argument of [GrowSet], a history is legal if the reads are a chain,
// and of two operations of which one must come first, the other does not return before it is called. What must come first
// is told by what the two saw and put in, so that two operations of the part, of which some continuation is legal, are in
// order whatever comes. What comes is called when everything finished is over, so that of those only two things matter:
//
//   - An element is in for sure if an include of it, or a read that has it, returned before until: every read to come must
//     have it. One include says so, from the call of the first, which lets the element in, to the return of any that is
//     over, or of such a read. As more of the same element after that do nothing, no other is needed.
//   - A read that returned lacks elements, but no operation to come could be before it.
//
// Of an element that is not in for sure, the include that was called first may let it in, and those of known outcome that
// are not over must still come. A read of unknown outcome does nothing.
//
// So there is left one include for each element that is in, and for each that is not one of unknown outcome at the most,
// and what is not over.
func forgetGrowSet(p *Part, until int64) (rest *Part, from []int32) {
	f := &fullness{growing: &growing{p: p, latest: noPlace}, until: until}
	if reason := f.gather(); reason != "" {
		return keepAll(p)
	}
	if !f.findIn() {
		return keepAll(p)
	}
	k := newKept(p)
	for i := range p.Ops {
		f.keep(k, int32(i))
	}
	return k.rest()
}

// fullness tells which elements are in a growing set for sure.
type fullness struct {
	*growing
	until int64
	in    []int64 // by element: when an operation was over that says so; Never if there is none
}

// findIn fails if a read saw what nobody included before it was over, or an element twice.
func (f *fullness) findIn() bool {
	f.in = slices.Repeat([]int64{Never}, len(f.first))
	for i := range f.p.Ops {
		if op := &f.p.Ops[i]; op.Kind == Include && !op.underWay(f.until) {
			e := f.numbers.of(op.Value)
			f.in[e] = min(f.in[e], op.Return)
		}
	}
	stamps := make([]int32, len(f.first)) // the last read that had the element, and 1 more
	for n, read := range f.reads {
		op := &f.p.Ops[read]
		if op.underWay(f.until) {
			continue
		}
		for _, value := range f.members(read) {
			e := f.numbers.of(value)
			if e == noPlace || stamps[e] == int32(n+1) || op.Return < f.p.Ops[f.first[e]].Call {
				return false
			}
			stamps[e] = int32(n + 1)
			f.in[e] = min(f.in[e], op.Return)
		}
	}
	return true
}

func (f *fullness) keep(k *kept, place int32) {
	op := f.p.Ops[place]
	if op.Kind == ReadAll {
		if op.known() && op.underWay(f.until) {
			k.keep(place)
		}
		return
	}
	e := f.numbers.of(op.Value)
	first, in := f.first[e] == place, f.in[e] != Never
	switch {
	case in && first && op.underWay(f.until):
		op.Return = f.in[e]
		k.stand(op, place)
	case first || !in && op.known():
		k.keep(place)
	}
}
