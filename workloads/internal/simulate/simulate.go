// Package simulate makes small histories of a store that lives in a test, to hold workloads' checks against.
package simulate

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// step is the time between the moments at which two operations take effect.
const step = 10

// Store carries out operations one after the other.
type Store[I, O any] func(in I) O

// History makes operations that take effect in the order given, each at a moment between its call and its return, by a
// client of its own. Of every ten, one failed; unknown is the share of those of unknown outcome, of which a third take
// effect, a third do so after all else, and a third never. The final reads come after all returns.
func History[I, O any](r *rand.Rand, asked, final []I, unknown float64, do Store[I, O]) *history.History[I, O] {
	h := &history.History[I, O]{}
	var late []I
	for n, in := range asked {
		op := history.Op[I, O]{Client: int32(n), Input: in}
		moment := time.Duration(step * (n + 10))
		op.Call = moment - time.Duration(r.IntN(4*step))
		op.Return = moment + time.Duration(r.IntN(4*step))
		switch p := r.Float64(); {
		case p < 0.1:
			op.Outcome = history.Failed
		case p < 0.1+unknown:
			op.Outcome = history.Unknown
			switch r.IntN(3) {
			case 0:
				do(in)
			case 1:
				late = append(late, in)
				op.Return = history.Never
			}
		default:
			op.Output = do(in)
		}
		h.Ops = append(h.Ops, op)
	}
	return finish(r, h, final, late, do)
}

func finish[I, O any](r *rand.Rand, h *history.History[I, O], final, late []I, do Store[I, O]) *history.History[I, O] {
	for n, in := range final {
		at := time.Duration(step * (len(h.Ops) + 100 + n))
		op := history.Op[I, O]{Client: 1000, Call: at, Return: at + step/2, Phase: history.Final, Input: in}
		if len(late) > 0 && r.IntN(3) == 0 {
			do(late[0])
			late = late[1:]
		}
		op.Output = do(in)
		h.Ops = append(h.Ops, op)
	}
	slices.SortStableFunc(h.Ops, func(a, b history.Op[I, O]) int { return int(a.Call - b.Call) })
	return h
}
