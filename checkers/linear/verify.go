package linear

import (
	"slices"

	"github.com/lostupdate/stress/history"
)

const (
	// effortOfVerification is how much the verification of a proof does before it gives up, in comparisons of sets and steps
	// of the model.
	effortOfVerification = 1 << 14
	// mostTried is how many operations it can have.
	mostTried = 64 * len(few{})
)

// few is a set of at most mostTried operations, by place.
type few [8]uint64

func (f *few) has(i int) bool { return f[i/64]>>(i%64)&1 != 0 }

// with gives the set with one more.
func (f few) with(i int) few {
	f[i/64] |= 1 << (i % 64)
	return f
}

// within says whether all that are in it are in another too.
func (f *few) within(other *few) bool {
	for n, word := range f {
		if word&^other[n] != 0 {
			return false
		}
	}
	return true
}

// verification tries all orders of a few operations, to hold what is to be printed to the model once more. It is the
// search of Wing & Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory of configurations ("Testing for
// linearizability", 2017), as plain as can be, and shares nothing with the search that found the proof: no layers, no
// numbered states, nothing of what the model says of itself besides its steps. It leaves out one thing alone: an order that
// has used more of those that need not be in it than another that came as far, with the same state.
type verification[S comparable, I, O any] struct {
	model *Model[S, I, O]
	ops   []history.Op[I, O]
	bound []bool // by place in ops: it must be in the order; others may take effect at any time after their call, or never

	known map[reached[S]][]few // what of the others was in the orders that came there
	queue [][]attempt[S]       // what is to be looked at, by how many of the others are in it: few come first

	effort *int // what is left of it
}

// reached is how far an order has come.
type reached[S comparable] struct {
	bound few // those that must be in it
	state S
}

// attempt is an order so far, or all that are the same from here on.
type attempt[S comparable] struct {
	reached[S]
	loose few // those in it that need not be
}

// verify says whether operations have no legal order from a state: exhausted if so, found if they have one, outOfEffort if
// that takes more effort, which is used up.
func verify[S comparable, I, O any](
	m *Model[S, I, O], from S, ops []history.Op[I, O], bound []bool, effort *int,
) halt {
	if len(ops) > mostTried {
		return outOfEffort
	}
	v := verification[S, I, O]{
		model: m, ops: ops, bound: bound,
		known: map[reached[S]][]few{}, queue: make([][]attempt[S], len(ops)+1), effort: effort,
	}
	v.add(attempt[S]{reached: reached[S]{state: from}}, 0)
	for loose := 0; loose < len(v.queue); loose++ {
		for len(v.queue[loose]) > 0 {
			last := len(v.queue[loose]) - 1
			at := v.queue[loose][last]
			v.queue[loose] = v.queue[loose][:last]
			if v.extend(&at, loose) {
				return found
			}
			if *effort < 0 {
				return outOfEffort
			}
		}
	}
	return exhausted
}

// add has an attempt looked at, unless one that came as far has used no more.
func (v *verification[S, I, O]) add(at attempt[S], loose int) {
	for _, used := range v.known[at.reached] {
		*v.effort--
		if used.within(&at.loose) {
			return
		}
	}
	v.known[at.reached] = append(v.known[at.reached], at.loose)
	v.queue[loose] = append(v.queue[loose], at)
}

// extend puts each operation next that can be, and says whether nothing was missing any more.
func (v *verification[S, I, O]) extend(at *attempt[S], loose int) (complete bool) {
	deadline, complete := history.Never, true
	for i := range v.ops {
		if v.bound[i] && !at.bound.has(i) {
			deadline, complete = min(deadline, v.ops[i].Return), false
		}
	}
	for i := 0; i < len(v.ops) && !complete; i++ {
		if v.ops[i].Call > deadline || at.bound.has(i) || at.loose.has(i) {
			continue
		}
		*v.effort--
		for _, next := range v.after(&v.ops[i], at.state) {
			to := attempt[S]{reached[S]{at.bound, next}, at.loose}
			if v.bound[i] {
				to.bound = at.bound.with(i)
				v.add(to, loose)
			} else if next != at.state { // what need not be in the order and changes nothing is left out
				to.loose = at.loose.with(i)
				v.add(to, loose+1)
			}
		}
	}
	return complete
}

// after gives every state that an operation may leave.
func (v *verification[S, I, O]) after(op *history.Op[I, O], state S) []S {
	var next S
	var ok bool
	known := op.Outcome == history.OK
	switch {
	case known && v.model.Steps != nil:
		return v.model.Steps(state, op.Input, op.Output, nil)
	case !known && v.model.Effects != nil:
		return v.model.Effects(state, op.Input, nil)
	case known:
		next, ok = v.model.Step(state, op.Input, op.Output)
	default:
		next, ok = v.model.Effect(state, op.Input)
	}
	if !ok {
		return nil
	}
	return []S{next}
}

// verify says whether what the search says has no order has none: exhausted if so.
func (p *prover[S, I, O]) verify(proved proof[S]) halt {
	effort := effortOfVerification
	for _, r := range proved.in.roots {
		var ops []history.Op[I, O]
		var bound []bool
		for n, i := range proved.in.places {
			if !slices.Contains(r.taken, i) {
				ops, bound = append(ops, p.h.Ops[i]), append(bound, !proved.loose[n])
			}
		}
		if h := verify(&p.model, r.state, ops, bound, &effort); h != exhausted {
			return h
		}
	}
	return exhausted
}
