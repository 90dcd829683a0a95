package linear

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Whatever a violation is said to be proved by must prove it, by brute force, and nothing of it can be spared.
func TestProofsHoldAndAreMinimal(t *testing.T) {
	p := chance{unknown: 0.15, wrong: 0.6}
	proofs(t, registerWorld(), p)
	proofs(t, uniqueWorld(), p)
	proofs(t, fetchAddWorld(), p)
	proofs(t, logWorld(), p)
	proofs(t, bagWorld(), p)
	proofs(t, blurredWorld(), p)
	proofs(t, counterWorld("counter", 0, 1, 2), p)
	proofs(t, walletWorld("wallet", "ddtrrRR"), p)
}

func proofs[S comparable, I, O any](t *testing.T, w world[S, I, O], p chance) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		w.model.Key = nil
		illegal := 0
		for seed := range max(1000, volume*3/8) {
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 2)), p)
			v := Check(t.Context(), w.model, h)
			if v.Status != checkers.Invalid {
				continue
			}
			illegal++
			proofHolds(t, w.model, h, v.Anomalies[0].Ops, seed)
			windowHolds(t, w.model, h, seed)
		}
		require.Greater(t, illegal, 100)
	})
}

func proofHolds[S comparable, I, O any](
	t *testing.T, m Model[S, I, O], h *history.History[I, O], core []int, seed int,
) {
	t.Helper()
	in := func(i int) bool { return slices.Contains(core, i) }
	if bruteForceOf(m, h, in) {
		require.FailNow(t, "the operations prove nothing", "seed %d: %v of %+v", seed, core, h.Ops)
	}
	for _, spared := range core {
		if !bruteForceOf(m, h, func(i int) bool { return in(i) && i != spared }) {
			require.FailNow(t, "the proof is not minimal", "seed %d: %v of %+v", seed, core, h.Ops)
		}
	}
}

// windowHolds forces a proof to take the beginning of the history as given: what is in neither is loose.
func windowHolds[S comparable, I, O any](t *testing.T, m Model[S, I, O], h *history.History[I, O], seed int) {
	t.Helper()
	for _, length := range [...]int{3, 1, 0} {
		ops := Check(t.Context(), m, h, withWindows(length)).Anomalies[0].Ops
		bound := givenBy(h, ops, length)
		for _, i := range ops {
			bound[i] = true
		}
		if bruteForceOf(m, h, func(i int) bool { return bound[i] }) {
			require.FailNow(t, "the window proves nothing", "seed %d: last %d, %v of %+v", seed, length, ops, h.Ops)
		}
	}
}

// givenBy works out which operations a window of this length takes as given: those called by the return of the last
// operation before it.
func givenBy[I, O any](h *history.History[I, O], ops []int, length int) map[int]bool {
	less := func(i, j int) bool {
		a, b := &h.Ops[i], &h.Ops[j]
		return a.Return < b.Return || a.Return == b.Return && i < j
	}
	last := ops[0]
	for _, i := range ops {
		if less(last, i) {
			last = i
		}
	}
	var before []int
	for i := range h.Ops {
		if h.Ops[i].Outcome == history.OK && less(i, last) {
			before = append(before, i)
		}
	}
	slices.SortFunc(before, func(i, j int) int {
		if less(i, j) {
			return -1
		}
		return 1
	})
	given := map[int]bool{}
	if from := len(before) - length; from > 0 {
		end := h.Ops[before[from-1]].Return
		for _, i := range before {
			given[i] = h.Ops[i].Call <= end
		}
	}
	return given
}
