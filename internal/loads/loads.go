// Package loads makes the histories that checkers are measured and tested on, and reads those that others recorded.
//
// Made histories are legal by construction: operations take effect at a moment between their call and their return, and
// what they answer is what a right object answers in that order. The same arguments give the same history.
//
// Tests inside checkers/linear use it, so it knows nothing of that package; internal/contest says how its histories are
// checked.
package loads

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// Object is a data type as a load sees it: what clients ask of it, and what a right object does.
type Object[S, I, O any] struct {
	Start S

	// Draw gives what the n-th operation to be called asks for.
	Draw func(r *rand.Rand, n int) I

	// Aim changes, where set, what an operation asks for once it is known which state it meets: a compare-and-set that finds
	// what it expects.
	Aim func(state S, in I) I

	// Do gives the next state, and what a right object answers.
	Do func(state S, in I) (S, O)
}

// Load makes a legal history of clients that never rest: each operation lasts 0.1 ms and an exponential time of 1 ms in
// the mean, and takes effect at a random moment of it. A share of them is of unknown outcome; half of those take effect.
func (o Object[S, I, O]) Load(seed uint64, clients, count int, unknown float64) *history.History[I, O] {
	r := rand.New(rand.NewPCG(seed, uint64(count)))
	h := &history.History[I, O]{Ops: make([]history.Op[I, O], 0, count)}
	at := make([]time.Duration, 0, count)
	free := make([]time.Duration, clients)
	ids := make([]int32, clients)
	for c := range ids {
		ids[c] = int32(c)
	}
	next := int32(clients)
	for n := range count {
		c := n % clients
		op := history.Op[I, O]{Client: ids[c], Call: free[c] + 1, Input: o.Draw(r, n)}
		op.Return = op.Call + time.Duration((0.1+r.ExpFloat64())*1e6)
		free[c] = op.Return
		point := op.Call + time.Duration(r.Int64N(int64(op.Return-op.Call)))
		if r.Float64() < unknown {
			op.Outcome = history.Unknown
			ids[c], next = next, next+1
			if r.IntN(2) == 0 {
				point = history.Never
			}
		}
		h.Ops, at = append(h.Ops, op), append(at, point)
	}
	o.execute(h, at)
	h.Sort()
	return h
}

func (o Object[S, I, O]) execute(h *history.History[I, O], at []time.Duration) {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return int(min(at[i], 1<<50) - min(at[j], 1<<50)) })
	state := o.Start
	for _, i := range order {
		if at[i] == history.Never {
			continue
		}
		op := &h.Ops[i]
		if o.Aim != nil {
			op.Input = o.Aim(state, op.Input)
		}
		state, op.Output = o.Do(state, op.Input)
	}
}
