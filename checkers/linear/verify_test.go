package linear

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/loads"
)

// TestVerificationIsRight holds the verification of proofs to the brute force.
func TestVerificationIsRight(t *testing.T) {
	p := chance{unknown: 0.25, failed: 0.05, wrong: 0.5}
	verified(t, registerWorld(), p)
	verified(t, counterWorld("counter of several sizes", 0, 0, 1, 2, -1), p)
	verified(t, logWorld(), p)
	verified(t, blurredWorld(), p)
}

func verified[S comparable, I, O any](t *testing.T, w world[S, I, O], p chance) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		seen := map[halt]int{}
		for seed := range histories() / 4 {
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 3)), p)
			var ops []history.Op[I, O]
			var bound []bool
			for _, op := range h.Ops {
				if op.Outcome == history.Failed {
					continue
				}
				if op.Outcome == history.Unknown {
					op.Return = history.Never
				}
				ops, bound = append(ops, op), append(bound, op.Outcome == history.OK)
			}
			want := exhausted
			if bruteForce(w.model, h) {
				want = found
			}
			var start S
			effort := 1 << 20
			got := verify(&w.model, start, ops, bound, &effort)
			require.Equal(t, want, got, "seed %d: %+v", seed, h.Ops)
			seen[got]++
		}
		require.NotZero(t, seen[found])
		require.NotZero(t, seen[exhausted])
	})
}

func TestVerificationGivesUpInTheEnd(t *testing.T) {
	m := byExec(loads.DoRegister)
	h := loads.Crashed(20)
	bound := make([]bool, len(h.Ops))
	for i, op := range h.Ops {
		bound[i] = op.Outcome == history.OK
	}
	effort := 1000
	require.Equal(t, outOfEffort, verify(&m, 0, h.Ops, bound, &effort))
}

// A look-ahead that is wrong has the search leave out the only legal orders.
func TestWhatAModelSaysOfItselfIsNotTrusted(t *testing.T) {
	m := Model[int, string, int]{
		Step: func(state int, in string, out int) (int, bool) {
			if in == "put" {
				return state + 1, true
			}
			return state - 1, out == state
		},
		Sets:  func(in string) (int, bool) { return 7, in == "put" },
		Leads: func(state int, _ string, out int) bool { return state == out },
	}
	var h history.History[string, int]
	for client, op := range []struct {
		in  string
		out int
	}{{"put", 0}, {"put", 0}, {"take", 2}, {"take", 1}} {
		h.Ops = append(h.Ops, history.Op[string, int]{Client: int32(client), Input: op.in, Output: op.out, Return: 9})
	}
	v := Check(t.Context(), m, &h)
	require.Equal(t, checkers.Undecided, v.Status, v.Anomalies)
	require.Contains(t, v.Reason, "Leads")
	m.Leads, m.Sets = nil, nil
	require.Equal(t, checkers.Valid, Check(t.Context(), m, &h).Status)
}
