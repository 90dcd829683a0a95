package rules_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/rules"
)

// TestAlarm holds what is said of batches against the check of all of them, and against what the rule says in Go.
func TestAlarm(t *testing.T) {
	set, err := rules.Compile([]rules.Rule{
		{Name: "small", Each: rules.PerOperation, Holds: "amount < 9"},
		{Name: "all", Holds: "sum(accepted.earn, .amount) >= 0"},
	}, vocabulary())
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(7, 7))
	alarmed := 0
	for range 300 {
		alarm := rules.Alarm(set, view)
		h, broken, said := &hist{}, false, false
		for len(h.Ops) < 12 {
			var b history.Batch[ask, answer]
			for range r.IntN(4) {
				o := earn(0, r.Int64N(10))
				o.Outcome = []history.Outcome{history.OK, history.Unknown, history.Failed}[r.IntN(3)]
				broken = broken || o.Outcome == history.OK && o.Input.args["amount"].(int64) == 9
				b.Done = append(b.Done, o)
			}
			h.Ops = append(h.Ops, b.Done...)
			said = alarm(t.Context(), b) || said
			require.Equal(t, broken, said)
		}
		require.Equal(t, broken, rules.Check(t.Context(), set, h, view).Status == checkers.Invalid)
		if broken {
			alarmed++
		}
	}
	require.Greater(t, alarmed, 50)
	require.Less(t, alarmed, 250)
}

// TestNoAlarm: what is said of lists may change as long as there may be more operations.
func TestNoAlarm(t *testing.T) {
	set, err := rules.Compile([]rules.Rule{
		{Name: "all", Holds: "len(accepted.earn) < 3"},
		{Name: "key", Each: rules.PerKey, Holds: "len(accepted.earn) < 3"},
		{Name: "operation", Each: rules.PerOperation, Holds: "amount < len(accepted.earn)"},
	}, vocabulary())
	require.NoError(t, err)
	require.Nil(t, rules.Alarm(set, view))
}
