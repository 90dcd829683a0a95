package linear

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Every history that is found legal has an order for each object, which bears replaying and lacks nothing; by whichever
// way it was found.
func TestValidHistoriesHaveOrders(t *testing.T) {
	p := chance{unknown: 0.25, failed: 0.1, wrong: 0.2}
	ordered(t, registerWorld(), p)
	ordered(t, uniqueWorld(), p)
	ordered(t, counterWorld("counter of several sizes", 0, 0, 1, 2, -1), p)
	ordered(t, fetchAddWorld(), p)
	ordered(t, walletWorld("wallet", "ddtrrRR"), p)
	ordered(t, walletWorld("accounts", "drrr"), p)
	ordered(t, typedRegister(), p)
	ordered(t, typedCounter(0, 0, 1, 2, -1), p)
	ordered(t, typedFetchAdd(), p)
}

func ordered[S comparable, I, O any](t *testing.T, w world[S, I, O], p chance) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		legal, count := 0, histories()/2
		for seed := range count {
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 5)), p)
			prune := pruning(seed) & everything
			v := Check(t.Context(), w.model, h, WithOrders(), withPruning(prune))
			if v.Status != checkers.Valid {
				require.Empty(t, v.Orders)
				continue
			}
			legal++
			if bad := flaw(w.model, h, v.Orders); bad != "" {
				require.FailNow(t, bad, "seed %d, pruning %07b: %+v of %+v", seed, prune, v.Orders, h.Ops)
			}
		}
		require.Greater(t, legal, count/10)
	})
}

// flaw says what is wrong with the orders of a history.
func flaw[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], orders []checkers.Order) string {
	in := map[int]bool{}
	for _, order := range orders {
		key := uint64(0)
		if len(orders) > 1 && len(order.Ops) > 0 {
			key, _ = m.Key(h.Ops[order.Ops[0]].Input)
		}
		if err := Replay(m, h, key, order.Ops); err != nil {
			return err.Error()
		}
		for _, i := range order.Ops {
			in[i] = true
		}
	}
	for i := range h.Ops {
		if h.Ops[i].Outcome == history.OK && !in[i] {
			return "an operation is missing"
		}
	}
	return ""
}

func TestOrdersOfLongHistories(t *testing.T) {
	t.Parallel()
	h := rwWorld().load(1, 8, 5000, 0.01)
	v := Check(checkers.WithOrders(t.Context()), rwWorld().model, h)
	require.Equal(t, checkers.Valid, v.Status)
	require.Empty(t, flaw(rwWorld().model, h, v.Orders))
	require.Empty(t, Check(t.Context(), rwWorld().model, h).Orders, "nobody asked")
}

func TestReplayFindsWhatIsWrong(t *testing.T) {
	m := wordyRegister()
	h := of(write(1, 0, 1, 7), read(2, 2, 3, 7), write(1, 2, 5, 8))
	require.NoError(t, Replay(m, h, 0, []int{0, 1, 2}))
	assert.ErrorContains(t, Replay(m, h, 0, []int{0, 2, 1}), "#1 is not legal where it comes")
	assert.ErrorContains(t, Replay(m, h, 0, []int{0, 3}), "#3 is not in the history")
	assert.ErrorContains(t, Replay(m, h, 0, []int{0, 1, 1}), "#1 is not in the history, or twice")
	late := of(write(1, 0, 1, 7), write(2, 2, 3, 8))
	assert.ErrorContains(t, Replay(m, late, 0, []int{1, 0}), "#0 comes after one that was called after its return")
}
