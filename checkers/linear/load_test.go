package linear

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// load makes a legal history of clients that never rest: each operation lasts 0.1 ms and an exponential time of 1 ms in
// the mean, and takes effect at a random moment of it. A share of them is of unknown outcome; half of those take effect.
func (w world[S, I, O]) load(seed uint64, clients, count int, unknown float64) *history.History[I, O] {
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
		op := history.Op[I, O]{Client: ids[c], Call: free[c] + 1, Input: w.draw(r, n)}
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
	w.execute(h, at)
	h.Sort()
	return h
}

func (w world[S, I, O]) execute(h *history.History[I, O], at []time.Duration) {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return int(min(at[i], 1<<50) - min(at[j], 1<<50)) })
	var state S
	for _, i := range order {
		if at[i] != history.Never {
			state, h.Ops[i].Output = w.exec(state, h.Ops[i].Input)
		}
	}
}
