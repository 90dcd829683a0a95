package linear

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// keyed is the input of many registers.
type keyed struct {
	key uint64
	put
}

func keyedModel() Model[int, keyed, got] {
	m := byExec(func(state int, in keyed) (int, got) { return execRegister(state, in.put) })
	m.Key = func(in keyed) (uint64, bool) { return in.key, false }
	m.Pure = func(in keyed, out got) bool { return in.kind == 'r' || in.kind == 'c' && !out.ok }
	act := typedRegister().model.Type.Act
	m.Type = &Type[keyed, got]{Act: func(in keyed, out got, known bool) monitor.Act { return act(in.put, out, known) }}
	return m
}

// keyedLoad is a history of reads and writes of unique values, half each, on registers chosen at random.
func keyedLoad(keys, clients, count int) *history.History[keyed, got] {
	w := world[int, keyed, got]{draw: func(r *rand.Rand, n int) keyed {
		return keyed{key: uint64(r.IntN(keys)), put: put{kind: "rw"[r.IntN(2)], to: n + 1}}
	}}
	states := make([]int, keys)
	w.exec = func(_ int, in keyed) (int, got) { // the n-th to take effect
		state := &states[in.key]
		var out got
		*state, out = execRegister(*state, in.put)
		return 0, out
	}
	return w.load(1, clients, count, 0)
}

// BenchmarkPartitioned is a key-value store of a thousand keys, so that hardly anything on one key runs side by side.
func BenchmarkPartitioned(b *testing.B) {
	h, m := keyedLoad(1000, 50, 1_000_000), keyedModel()
	search := m
	search.Type = nil
	for name, model := range map[string]Model[int, keyed, got]{"monitor": m, "search": search} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.Equal(b, checkers.Verdict{}, Check(context.Background(), model, h))
			}
		})
	}
	other, ops := forPorcupine(m), operations(h)
	other.Partition = func(ops []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, 1000)
		for _, op := range ops {
			key := op.Input.(maybe[keyed]).in.key
			parts[key] = append(parts[key], op)
		}
		return parts
	}
	b.Run("porcupine", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.True(b, porcupine.CheckOperations(other, ops))
		}
	})
}
