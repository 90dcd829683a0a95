package linear

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/lostupdate/stress/history"
)

// atLeast is how long a measurement takes, so that the clock of the processor's time can tell.
const atLeast = 2 * time.Millisecond

// measure runs something as often as asked, and adds to what a benchmark tells the median of the processor's time.
func measure(b *testing.B, run func()) {
	begin, times := time.Now(), []time.Duration(nil)
	run()
	batch := 1 + int(atLeast/max(1, time.Since(begin)))
	b.ReportAllocs()
	for b.Loop() {
		before := cpuTime()
		for range batch {
			run()
		}
		times = append(times, (cpuTime()-before)/time.Duration(batch))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "cpu-ns/check")
	b.ReportMetric(float64(batch), "checks/op")
}

// against measures this checker without proofs and with them, and Porcupine, on the same history.
func against[S comparable, I, O any](
	b *testing.B, name string, m Model[S, I, O], other porcupine.Model, hs ...*history.History[I, O],
) {
	check := func(opts ...Option) func() {
		return func() {
			for _, h := range hs {
				Check(context.Background(), m, h, opts...)
			}
		}
	}
	ops := make([][]porcupine.Operation, len(hs))
	for i, h := range hs {
		ops[i] = operations(h)
	}
	b.Run(name+"/verdict", func(b *testing.B) { measure(b, check(WithoutProofs())) })
	b.Run(name+"/proof", func(b *testing.B) { measure(b, check()) })
	b.Run(name+"/porcupine", func(b *testing.B) {
		measure(b, func() {
			for i := range ops {
				porcupine.CheckOperations(other, ops[i])
			}
		})
	})
}

// BenchmarkCorpus checks all of Jepsen's logs, and each file by itself.
func BenchmarkCorpus(b *testing.B) {
	register, store := forPorcupine(jepsenModel()), forPorcupine(kvModel())
	register.Init = func() any { return absent }
	store.Partition = byKey
	var logs []*history.History[put, got]
	for _, s := range samples(b) {
		if strings.HasPrefix(s.name, "jepsen/") {
			logs = append(logs, jepsen(b, s.path))
		}
	}
	against(b, "jepsen", jepsenModel(), register, logs...)
	for _, s := range samples(b) {
		if strings.HasPrefix(s.name, "jepsen/") {
			against(b, s.name, jepsenModel(), register, jepsen(b, s.path))
		} else {
			against(b, s.name, kvModel(), store, kv(b, s.path))
		}
	}
}

func byKey(ops []porcupine.Operation) [][]porcupine.Operation {
	parts := map[string][]porcupine.Operation{}
	for _, op := range ops {
		key := op.Input.(maybe[kvInput]).in.key
		parts[key] = append(parts[key], op)
	}
	var out [][]porcupine.Operation
	for _, part := range parts {
		out = append(out, part)
	}
	return out
}

// crashed is a history of five clients and five values, with writes that never took effect and of which nobody heard, and
// at the end a read of what nobody wrote.
func crashed(writes int) *history.History[put, got] {
	w := registerWorld()
	w.draw = func(r *rand.Rand, _ int) put { return put{kind: "rw"[r.IntN(2)], to: 1 + r.IntN(5)} }
	h := w.load(1, 5, 200, 0)
	end := time.Duration(0)
	for _, op := range h.Ops {
		end = max(end, op.Return)
	}
	for n := range writes {
		h.Ops = append(h.Ops, history.Op[put, got]{
			Client: int32(100 + n), Call: end * time.Duration(n) / time.Duration(writes), Return: history.Never,
			Outcome: history.Unknown, Input: put{kind: 'w', to: 1 + n%5},
		})
	}
	h.Ops = append(h.Ops, span(0, end+1, end+2, put{kind: 'r'}, got{value: 6}))
	h.Sort()
	return h
}

// BenchmarkCrashed needs more than 30 s and 1.6 GB of Porcupine with 14 crashed writes.
func BenchmarkCrashed(b *testing.B) {
	against(b, "writes=6", registerWorld().model, forPorcupine(registerWorld().model), crashed(6))
	m, h := registerWorld().model, crashed(14)
	b.Run("writes=14/verdict", func(b *testing.B) {
		measure(b, func() { Check(context.Background(), m, h, WithoutProofs()) })
	})
	b.Run("writes=14/proof", func(b *testing.B) { measure(b, func() { Check(context.Background(), m, h) }) })
	m.Leads, m.Sets = nil, nil
	b.Run("writes=14/verdict without look-ahead", func(b *testing.B) {
		measure(b, func() { Check(context.Background(), m, h, WithoutProofs()) })
	})
}
