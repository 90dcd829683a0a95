package rules_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/rules"
	"github.com/lostupdate/stress/workloads/wallet"
)

// TestBuiltIn holds rules against a workload that knows nothing of them.
func TestBuiltIn(t *testing.T) {
	w, err := wallet.New(wallet.Config{Keys: workloads.Keys{N: 1}})
	require.NoError(t, err)
	v := rules.Vocabulary{Keys: 1, Constants: map[string]int64{"initial": 1000}, Object: w.Object, Noun: "wallet"}
	for _, kind := range wallet.Kinds() {
		reads := kind == "read" || kind == "read-all"
		v.Kinds = append(v.Kinds, rules.Kind{
			Name: kind, ReadOnly: reads, Whole: kind == "read-all" || kind == "transfer", Final: kind == "read",
			Inputs: rules.FieldsOf[wallet.Input](), Outputs: rules.FieldsOf[wallet.Output](),
		})
	}
	s, err := rules.Compile([]rules.Rule{
		{Name: "sum", Holds: "sum(final.read, .balance) == initial + sum(accepted.deposit, .amount) - sum(accepted.deduct, .amount)"},
		{Name: "floor", Each: rules.PerOperation, Holds: "balance >= 0 and to_balance >= 0 and len(balances ?? []) == 0"},
	}, v)
	require.NoError(t, err)
	h := &history.History[wallet.Input, wallet.Output]{Ops: []history.Op[wallet.Input, wallet.Output]{
		{Call: 0, Return: 1, Input: wallet.Input{Kind: wallet.Deduct, Amount: 300}},
		{Call: 2, Return: 3, Input: wallet.Input{Kind: wallet.Deduct, Amount: 5000}, Output: wallet.Output{Refused: true}},
		{Call: 4, Return: 5, Phase: history.Final, Input: wallet.Input{Kind: wallet.Read}, Output: wallet.Output{Balance: 700}},
	}}
	view := rules.ViewOf[wallet.Input, wallet.Output](w.Class)
	require.Equal(t, checkers.Valid, rules.Check(t.Context(), s, h, view).Status, rules.Check(t.Context(), s, h, view).Text())
	h.Ops[2].Output.Balance = 1000
	verdict := rules.Check(t.Context(), s, h, view)
	require.Equal(t, checkers.Invalid, verdict.Status, verdict.Text())
	assert.Contains(t, verdict.Anomalies[0].Message, "left is 1,000, right is 700 (300 too much)")
}

type inner struct {
	Deep int8 `json:"deep"`
}

type shape struct {
	inner
	Large  int64             `json:"large"`
	Count  uint32            `json:"count,omitempty"`
	Ratio  float32           `json:"ratio"`
	Kind   wallet.Kind       `json:"kind"`
	List   []int32           `json:"list"`
	Near   *inner            `json:"near"`
	Far    *inner            `json:"far"`
	Named  map[string]uint16 `json:"named"`
	Hidden string            `json:"-"`
	Plain  string
}

func TestView(t *testing.T) {
	w, err := wallet.New(wallet.Config{})
	require.NoError(t, err)
	o := history.Op[wallet.Input, shape]{Output: shape{
		Large: math.MaxInt64, Ratio: 0.5, Kind: wallet.Deduct, List: []int32{1, 2}, Near: &inner{3}, Named: map[string]uint16{"x": 7},
		Plain: "p",
	}}
	v := rules.ViewOf[wallet.Input, shape](w.Class)(&o)
	assert.Equal(t, "deposit", v.Kind)
	assert.Equal(t, map[string]any{
		"deep": int64(0), "large": int64(math.MaxInt64), "count": uint64(0), "ratio": 0.5, "kind": "deduct",
		"list": []any{int64(1), int64(2)}, "near": map[string]any{"deep": int64(3)}, "far": nil,
		"named": map[string]any{"x": int64(7)}, "Plain": "p",
	}, v.Outputs)
	assert.ElementsMatch(t, []string{"deep", "large", "count", "ratio", "kind", "list", "near", "far", "named", "Plain"},
		rules.FieldsOf[shape]())
	assert.Equal(t, []string{"value"}, rules.FieldsOf[int]())

	n := history.Op[wallet.Input, int64]{Output: 7}
	assert.Equal(t, map[string]any{"value": int64(7)}, rules.ViewOf[wallet.Input, int64](w.Class)(&n).Outputs)
	n.Outcome = history.Unknown
	assert.Empty(t, rules.ViewOf[wallet.Input, int64](w.Class)(&n).Outputs)
}
