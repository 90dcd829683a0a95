package linear

import (
	"math"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// oneByOne is how many operations grow binds each for itself; then it binds twice as many each time.
const oneByOne = 16

// grow looks for operations that prove a violation from none on: as long as the search finds an order with what is bound,
// it binds what this order puts out of its time, or the latest operation for which it has no place. Most proofs count a
// handful of operations, so that this takes as many searches with next to nothing bound, and letting loose what a proof
// can do without takes many more. What it binds need not be minimal, but for the last. It gives up where a search costs
// too much.
func (p *prover[S, I, O]) grow(w window[S], free []int32) (last []int32, ok bool) {
	p.bind(w)
	p.let(free, true)
	spare := slices.Clone(free) // what is loose, the latest first
	slices.SortFunc(spare, func(a, b int32) int { return p.order(w.places[b], w.places[a]) })
	for round := 0; p.search(w, p.effort/trialsAtLeast); round++ {
		p.s.tracing = true
		if h := p.run(w); h != found || len(spare) == 0 {
			return last, h == exhausted
		}
		last = p.missed(w, spare)
		for n := 1; n < 1<<max(0, round-oneByOne) && n < len(spare); n++ {
			last = append(last, spare[n])
		}
		p.let(last, false)
		spare = slices.DeleteFunc(spare, func(n int32) bool { return !p.loose[n] })
	}
	return nil, false
}

// missed gives loose operations that the order which the search found does not leave in their time.
func (p *prover[S, I, O]) missed(w window[S], spare []int32) (missed []int32) {
	order, latest := p.s.trace, time.Duration(math.MinInt64)
	for _, i := range order {
		op := &p.h.Ops[i]
		latest = max(latest, op.Call)
		if op.Outcome != history.OK || op.Return >= latest {
			continue
		}
		if n := slices.IndexFunc(spare, func(n int32) bool { return w.places[n] == i }); n >= 0 {
			missed = append(missed, spare[n])
		}
	}
	switch {
	case len(missed) > 3:
		return missed[:1]
	case len(missed) > 0:
		return missed
	}
	o := p.follow(w.roots, order)
	for _, n := range spare {
		if i := w.places[n]; !slices.Contains(o.places, i) && !p.fit(&o, i) {
			return append(missed, n)
		}
	}
	return append(missed, spare[0])
}

// witness is an order of operations, and the states before the first, in between, and after the last.
type witness[S comparable] struct {
	places []int32
	states []S
}

// follow gives an order with its states; nothing where a model with several states leaves open which.
func (p *prover[S, I, O]) follow(roots []root[S], order []int32) witness[S] {
	if p.model.Steps != nil || p.model.Effects != nil {
		return witness[S]{}
	}
	for _, r := range roots {
		o := witness[S]{places: slices.Clone(order), states: append(make([]S, 0, len(order)+1), r.state)}
		if states, ok := p.onward(nil, &o, 0, r.state); ok {
			o.states = states
			return o
		}
	}
	return witness[S]{}
}

// onward gives the states from one on that comes before the n-th operation of an order, until they are the order's own.
func (p *prover[S, I, O]) onward(to []S, o *witness[S], n int, state S) (states []S, ok bool) {
	for to = append(to, state); n < len(o.places); n++ {
		if n < len(o.states)-1 && state == o.states[n] {
			return append(to, o.states[n+1:]...), true
		}
		if state, ok = p.given(state, o.places[n]); !ok {
			return to, false
		}
		to = append(to, state)
	}
	return to, true
}

// fit puts one more operation into an order, within its time, if there is a place for it.
func (p *prover[S, I, O]) fit(o *witness[S], i int32) bool {
	if len(o.states) == 0 {
		return false
	}
	op, from, to := &p.h.Ops[i], 0, len(o.places)
	for n, j := range o.places {
		other := &p.h.Ops[j]
		if other.Outcome == history.OK && other.Return < op.Call {
			from = n + 1
		}
		if other.Call > op.Return {
			to = min(to, n)
		}
	}
	for n := to; n >= from && p.left > 0; n-- {
		state, ok := p.given(o.states[n], i)
		if !ok {
			continue
		}
		if states, ok := p.onward(o.states[:n+1:n+1], o, n, state); ok {
			o.places, o.states = slices.Insert(o.places, n, i), states
			return true
		}
	}
	return false
}

// given gives the state after an operation.
func (p *prover[S, I, O]) given(state S, i int32) (to S, ok bool) {
	p.left--
	if op := &p.h.Ops[i]; op.Outcome == history.OK {
		return p.model.Step(state, op.Input, op.Output)
	}
	return p.model.Effect(state, p.h.Ops[i].Input)
}
