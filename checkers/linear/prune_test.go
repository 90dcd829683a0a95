package linear

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Each rule that spares the search something is held alone, and all but it, against the search without any and against
// brute force, so that a wrong one can't hide behind another that leaves out the same. All worlds together are four times
// as many histories as STRESS_HISTORIES says; a million for each rule are
//
//	STRESS_HISTORIES=250000 go test -run EachPruningAlone -timeout 0 -v ./checkers/linear
//
// The search goes on from the lowest layer, or depth first, in turns of few visits, which small histories else never see.
func TestEachPruningAlone(t *testing.T) {
	eachPruning(t, registerWorld())
	eachPruning(t, logWorld())
	eachPruning(t, blurredWorld())
	eachPruning(t, walletWorld("wallet", "ddtrrRR"))
}

func rules() []pruning { return []pruning{eager, symmetry, dominance, useless, lookAhead} }

func eachPruning[S comparable, I, O any](t *testing.T, w world[S, I, O]) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		count, legal := histories(), 0
		for seed := range count {
			p := chance{unknown: 0.35, failed: 0.05, wrong: 0.6}
			if seed%4 == 0 {
				p = chance{failed: 0.1, wrong: 0.35}
			}
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 4)), p)
			want := checkers.Invalid
			if bruteForce(w.model, h) {
				want, legal = checkers.Valid, legal+1
			}
			singly(t, w.model, h, seed, want)
		}
		require.Greater(t, 10*legal, count, "too few legal histories to mean anything")
		require.Less(t, 10*legal, 9*count, "too few illegal histories to mean anything")
		t.Logf("%d histories, %d legal, each with %d sets of rules", count, legal, 1+2*len(rules()))
	})
}

// singly checks a history without any rule, with each alone, and with all but each.
func singly[S comparable, I, O any](
	t *testing.T, m Model[S, I, O], h *history.History[I, O], seed int, want checkers.Status,
) {
	t.Helper()
	sets := []pruning{0}
	for _, rule := range rules() {
		sets = append(sets, rule, everything&^monitors&^rule)
	}
	for _, set := range sets {
		v := Check(context.Background(), m, h, WithoutProofs(), withPruning(set), withPatience(1+seed%5))
		if v.Status != want {
			require.FailNow(t, "wrong verdict", "seed %d, pruning %05b: %v, not %v: %+v", seed, set, v.Status, want, h.Ops)
		}
	}
}

// A configuration to which the search comes back later, when it knows more states, goes on with the way that is next. This
// history was once called illegal, since the ways had other numbers by then.
func TestWaysKeepTheirNumbers(t *testing.T) {
	h := logWorld().random(rand.New(rand.NewPCG(52106, 4)), chance{unknown: 0.35, failed: 0.05, wrong: 0.6})
	require.Len(t, h.Ops, 6)
	for visits := range 20 {
		v := Check(t.Context(), logWorld().model, h, withPruning(lookAhead), withPatience(1+visits))
		require.Equal(t, checkers.Valid, v.Status, "in turns of %d visits", 1+visits)
	}
}
