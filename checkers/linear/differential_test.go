package linear

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/peer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bruteForce tries every order that honours time. It is as simple as can be, to be right at sight.
func bruteForce[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O]) bool {
	return bruteForceOf(m, h, func(i int) bool { return h.Ops[i].Outcome == history.OK })
}

// bruteForceOf lets all operations that are not bound take effect at any time after their call, or never.
func bruteForceOf[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], bound func(i int) bool) bool {
	var state S
	taken := make([]bool, len(h.Ops))
	var extend func(state S) bool
	extend = func(state S) bool {
		complete := true
		for i := range h.Ops {
			complete = complete && (taken[i] || !bound(i))
		}
		if complete {
			return true
		}
	candidates:
		for i := range h.Ops {
			op := &h.Ops[i]
			if taken[i] || op.Outcome == history.Failed {
				continue
			}
			for j := range h.Ops {
				if bound(j) && !taken[j] && h.Ops[j].Return < op.Call {
					continue candidates
				}
			}
			for _, next := range stepsOf(m, state, op) {
				taken[i] = true
				if extend(next) {
					return true
				}
				taken[i] = false
			}
		}
		return false
	}
	return extend(state)
}

// stepsOf gives every state that an operation may leave.
func stepsOf[S comparable, I, O any](m Model[S, I, O], state S, op *history.Op[I, O]) []S {
	var next S
	var ok bool
	switch known := op.Outcome == history.OK; {
	case known && m.Steps != nil:
		return m.Steps(state, op.Input, op.Output, nil)
	case !known && m.Effects != nil:
		return m.Effects(state, op.Input, nil)
	case known:
		next, ok = m.Step(state, op.Input, op.Output)
	default:
		next, ok = m.Effect(state, op.Input)
	}
	if !ok {
		return nil
	}
	return []S{next}
}

type maybe[I any] = peer.Asked[I]

// forPorcupine translates a model.
func forPorcupine[S comparable, I, O any](m Model[S, I, O]) porcupine.Model {
	if m.Steps != nil {
		return severalForPorcupine(m)
	}
	var start S
	return peer.Model(start, m.Step, m.Effect)
}

func severalForPorcupine[S comparable, I, O any](m Model[S, I, O]) porcupine.Model {
	several := porcupine.NondeterministicModel{
		Init: func() []any { var zero S; return []any{zero} },
		Step: func(state, input, output any) (next []any) {
			in := input.(maybe[I])
			op := &history.Op[I, O]{Input: in.In}
			if in.Unknown {
				op.Outcome, next = history.Unknown, append(next, state)
			} else {
				op.Output = output.(O)
			}
			for _, to := range stepsOf(m, state.(S), op) {
				next = append(next, to)
			}
			return next
		},
	}
	return several.ToModel()
}

func operations[I, O any](h *history.History[I, O]) []porcupine.Operation { return peer.Operations(h) }

// status asks for the verdict with these prunings.
func status[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], p pruning) checkers.Status {
	return Check(context.Background(), m, h, withPruning(p)).Status
}

// agree compares the checker, with all prunings, with none and with one set of them, to brute force and Porcupine.
func agree[S comparable, I, O any](t *testing.T, w world[S, I, O], count int, p chance) {
	t.Helper()
	porc := forPorcupine(w.model)
	legal := 0
	for seed := range count {
		h := w.random(rand.New(rand.NewPCG(uint64(seed), 1)), p)
		want := checkers.Invalid
		if bruteForce(w.model, h) {
			want, legal = checkers.Valid, legal+1
		}
		if porcupine.CheckOperations(porc, operations(h)) != (want == checkers.Valid) {
			require.FailNow(t, "brute force and Porcupine disagree", "seed %d: %+v", seed, h.Ops)
		}
		for _, prune := range [...]pruning{everything, 0, pruning(seed) & everything} {
			if got := status(w.model, h, prune); got != want {
				require.FailNow(t, "wrong verdict", "seed %d, pruning %05b: %v, not %v: %+v", seed, prune, got, want, h.Ops)
			}
		}
	}
	share := float64(legal) / float64(count)
	require.Greater(t, share, 0.1, "too few legal histories to mean anything")
	require.Less(t, share, 0.9, "too few illegal histories to mean anything")
	t.Logf("%d histories, %.0f %% legal", count, 100*share)
}

// histories is how many random histories a test takes; STRESS_HISTORIES says otherwise, as for the monitors.
func histories() int {
	if n, err := strconv.Atoi(os.Getenv("STRESS_HISTORIES")); err == nil {
		return n
	}
	if testing.Short() {
		return volume / 10
	}
	return volume
}

// Together 20 × 8,000 histories.
func TestAgreesWithBruteForceAndPorcupine(t *testing.T) {
	count := histories()
	for name, p := range map[string]chance{
		"known":   {failed: 0.1, wrong: 0.35},
		"unknown": {unknown: 0.35, failed: 0.05, wrong: 0.6},
	} {
		compare(t, name, registerWorld(), count, p)
		compare(t, name, uniqueWorld(), count, p)
		compare(t, name, counterWorld("counter", 0, 0, 1, 1), count, p)
		compare(t, name, counterWorld("counter of several sizes", 0, 0, 1, 2, -1), count, p)
		compare(t, name, fetchAddWorld(), count, p)
		compare(t, name, logWorld(), count, p)
		compare(t, name, bagWorld(), count, p)
		compare(t, name, blurredWorld(), count, p)
		compare(t, name, walletWorld("wallet", "ddtrrRR"), count, p)
		compare(t, name, walletWorld("accounts", "drrr"), count, p)
	}
}

func compare[S comparable, I, O any](t *testing.T, name string, w world[S, I, O], count int, p chance) {
	t.Run(fmt.Sprintf("%s/%s", w.name, name), func(t *testing.T) {
		t.Parallel()
		agree(t, w, count, p)
	})
}
