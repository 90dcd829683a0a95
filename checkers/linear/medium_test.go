package linear

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Histories of 60 operations, long enough for the search to forget and to grow; every other one with wide sets.
func TestAgreesWithPorcupineOnLongerHistories(t *testing.T) {
	longer(t, registerWorld())
	longer(t, rwWorld())
	longer(t, counterWorld("counter of several sizes", 0, 0, 1, 2, -1))
	longer(t, fetchAddWorld())
	longer(t, logWorld())
	longer(t, bagWorld())
	longer(t, blurredWorld())
	longer(t, walletWorld("wallet", "ddtrrRR"))
}

func longer[S comparable, I, O any](t *testing.T, w world[S, I, O]) {
	count := max(50, volume*3/80)
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		porc, legal := forPorcupine(w.model), 0
		for seed := range count {
			h := w.load(uint64(seed), 5, 60, 0.08)
			if r := rand.New(rand.NewPCG(uint64(seed), 3)); seed%4 > 1 {
				for range 3 {
					op := &h.Ops[r.IntN(len(h.Ops))]
					op.Output = w.wrong(r, op.Input, op.Output)
				}
			}
			want := checkers.Invalid
			if porcupine.CheckOperations(porc, operations(h)) {
				want, legal = checkers.Valid, legal+1
			}
			opts := []Option{withPruning(everything)}
			if seed%2 == 1 {
				opts = append(opts, withWideSets())
			}
			if got := Check(t.Context(), w.model, h, opts...).Status; got != want {
				require.FailNow(t, "wrong verdict", "seed %d: %v, not %v", seed, got, want)
			}
		}
		require.Less(t, 20*legal, 19*count, "too few illegal histories to mean anything")
	})
}

// More clients, and more unknown outcomes that took effect, than bits in a word.
func TestMoreThanAWordOfOpenOperations(t *testing.T) {
	w := hotFetchAdd()
	h := w.load(7, 100, 3000, 0.1)
	require.Greater(t, h.Count(history.Unknown), 2*64)
	assert.Equal(t, checkers.Verdict{}, Check(context.Background(), w.model, h))
}

// A fetch-and-add leaves no choice, so that its search runs in constant memory: here less than a configuration each.
func TestNoChoiceNeedsNoMemory(t *testing.T) {
	h := hotFetchAdd().load(1, 16, 100_000, 0)
	v := Check(context.Background(), hotFetchAdd().model, h, WithMemory(21*100_000+1<<20))
	assert.Equal(t, checkers.Verdict{}, v)
}
