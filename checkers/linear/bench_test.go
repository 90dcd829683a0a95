package linear

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

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

func BenchmarkRegister(b *testing.B) {
	for _, n := range [...]int{1000, 10_000} {
		sideBySide(b, typed(rwWorld(), typedRegister()), 10, n, true)
	}
	sideBySide(b, typed(rwWorld(), typedRegister()), 10, 100_000, false)
	sideBySide(b, typed(rwWorld(), typedRegister()), 16, 100_000, false)
}

func BenchmarkCasRegister(b *testing.B) {
	sideBySide(b, registerWorld(), 10, 10_000, true)
	sideBySide(b, registerWorld(), 16, 10_000, false)
}

func BenchmarkFetchAdd(b *testing.B) {
	for _, n := range [...]int{1000, 10_000, 100_000} {
		sideBySide(b, typed(hotFetchAdd(), typedFetchAdd()), 16, n, true)
	}
	sideBySide(b, typed(hotFetchAdd(), typedFetchAdd()), 16, 1_000_000, false)
}

func BenchmarkCounter(b *testing.B) {
	for _, n := range [...]int{1000, 10_000} {
		sideBySide(b, typedCounter(0, 1), 10, n, true)
	}
	sideBySide(b, typedCounter(0, 1), 16, 100_000, false)
}

// typed gives a world the type of another, so that monitors decide it.
func typed[S comparable, I, O any](w, other world[S, I, O]) world[S, I, O] {
	w.model.Type = other.model.Type
	return w
}

// sideBySide measures the search and, where the model has a type, the monitor; and Porcupine where that ends.
func sideBySide[S comparable, I, O any](b *testing.B, w world[S, I, O], clients, count int, other bool) {
	h := w.load(1, clients, count, 0)
	name := fmt.Sprintf("clients=%d/ops=%d", clients, count)
	search := w.model
	search.Type = nil
	b.Run(name+"/search", func(b *testing.B) { benchmark(b, search, h) })
	if w.model.Type != nil {
		b.Run(name+"/monitor", func(b *testing.B) { benchmark(b, w.model, h) })
	}
	if other {
		model, ops := forPorcupine(w.model), operations(h)
		b.Run(name+"/porcupine", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				porcupine.CheckOperations(model, ops)
			}
		})
	}
}

func benchmark[S comparable, I, O any](b *testing.B, m Model[S, I, O], h *history.History[I, O]) {
	b.ReportAllocs()
	for b.Loop() {
		if v := Check(context.Background(), m, h); v.Status != checkers.Valid {
			b.Fatal(v)
		}
	}
}
