package linear

import (
	"math/rand/v2"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/loads"
)

// load makes a legal history of clients that never rest.
func (w world[S, I, O]) load(seed uint64, clients, count int, unknown float64) *history.History[I, O] {
	return loads.Object[S, I, O]{Draw: w.draw, Do: w.exec}.Load(seed, clients, count, unknown)
}

// rwWorld is a register of unique values, half reads, half writes.
func rwWorld() world[int, put, got] {
	w := uniqueWorld()
	w.draw = func(r *rand.Rand, n int) put { return put{kind: "rw"[r.IntN(2)], to: n + 1} }
	return w
}

func hotFetchAdd() world[int, int, int] {
	w := fetchAddWorld()
	w.draw = func(*rand.Rand, int) int { return 1 }
	return w
}
