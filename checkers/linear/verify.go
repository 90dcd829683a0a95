package linear

import (
	"github.com/lostupdate/stress/history"
)

// effortOfVerification is how many configurations the verification of a proof looks at before it gives up.
const effortOfVerification = 1 << 15

// verification tries all orders of a few operations, to hold what is to be printed to the model once more. It is the
// search of Wing & Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory of configurations ("Testing for
// linearizability", 2017), as plain as can be, and shares nothing with the search that found the proof: no layers, no
// numbered states, none of the rules by which that leaves something out.
type verification[S comparable, I, O any] struct {
	model  *Model[S, I, O]
	ops    []history.Op[I, O]
	bound  []bool // by place in ops: it must be in the order; others may take effect at any time after their call, or never
	taken  []byte // by place in ops: 1 if it is in the order so far
	vain   map[tried[S]]bool
	effort int
}

// tried is a configuration.
type tried[S comparable] struct {
	taken string
	state S
}

// verify says whether operations have no legal order from a state: exhausted if so, found if they have one, outOfEffort if
// that takes too long to find out.
func verify[S comparable, I, O any](m *Model[S, I, O], from S, ops []history.Op[I, O], bound []bool) halt {
	v := verification[S, I, O]{
		model: m, ops: ops, bound: bound, taken: make([]byte, len(ops)), vain: map[tried[S]]bool{}, effort: effortOfVerification,
	}
	switch {
	case v.extend(from):
		return found
	case v.effort <= 0:
		return outOfEffort
	}
	return exhausted
}

// extend says whether the order so far, which left a state, can be brought to an end.
func (v *verification[S, I, O]) extend(state S) bool {
	here := tried[S]{string(v.taken), state}
	if v.vain[here] || v.effort <= 0 {
		return false
	}
	v.effort--
	v.vain[here] = true
	deadline, complete := history.Never, true
	for i := range v.ops {
		if v.bound[i] && v.taken[i] == 0 {
			deadline, complete = min(deadline, v.ops[i].Return), false
		}
	}
	for i := 0; i < len(v.ops) && !complete; i++ {
		if v.taken[i] == 0 && v.ops[i].Call <= deadline {
			complete = v.with(i, state)
		}
	}
	return complete
}

// with puts an operation next into the order.
func (v *verification[S, I, O]) with(i int, state S) bool {
	v.taken[i] = 1
	defer func() { v.taken[i] = 0 }()
	for _, next := range v.after(&v.ops[i], state) {
		if (v.bound[i] || next != state) && v.extend(next) { // what need not be in the order and changes nothing is left out
			return true
		}
	}
	return false
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
