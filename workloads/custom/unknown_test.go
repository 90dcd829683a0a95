package custom_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/custom"
	"github.com/lostupdate/stress/workloads/rules"
)

// unsure makes an operation one of unknown outcome.
func unsure(o op) op {
	o.Outcome, o.Output = history.Unknown, out{}
	return o
}

func peek(key int32) op { return op{Input: in{Op: "read", Key: key}, Output: told("balance", 1000)} }

// TestUnknown holds that a rule which holds for some choice of what may have become of operations is not broken, and that one
// which holds for none is.
func TestUnknown(t *testing.T) {
	refused := out{Refused: true}
	both := func(first, second int64) *hist {
		return made([]int64{first, second, 1000}, unsure(spend(0, 7, out{})), unsure(spend(1, 11, out{})))
	}
	const perKey = "final.read[0].balance == initial - sum(accepted.spend, .amount)"
	whole := op{Input: in{Op: "move-all", Args: custom.NewArgs(map[string]int64{"from": 0, "to": 1})}}
	for _, c := range []struct {
		name, each, holds string
		h                 *hist
		want              checkers.Status
		text              string
	}{
		{"both were made", rules.PerKey, perKey, both(993, 989), checkers.Valid, ""},
		{"neither was", rules.PerKey, perKey, both(1000, 1000), checkers.Valid, ""},
		{"each may be either", rules.PerKey, perKey, both(1000, 989), checkers.Valid, ""},
		{"one is on the other account", rules.PerKey, perKey, both(1000, 993), checkers.Invalid, "for account 1, "},
		{"half of one", rules.PerKey, perKey, both(1000, 994), checkers.Invalid,
			"without it left is 994, right is 1,000 (6 too little)"},
		{"it was refused", rules.Once, "len(refused.spend) == 2", both(1000, 1000), checkers.Valid, ""},
		{"it was refused or made, once", rules.Once, "len(refused.spend) + len(accepted.spend) == 3", both(1000, 1000),
			checkers.Invalid, "whatever became of the 2 operations of unknown outcome"},
		{"not of one rule alone", rules.Once, "len(refused.spend) == 1 or len(accepted.spend) == 1", both(1000, 1000),
			checkers.Valid, ""},
		{"a read changes nothing", rules.Once, "sum(final.read, .balance) == 3000", made([]int64{1000, 1000, 1000}, unsure(peek(0))),
			checkers.Valid, ""},
		{"a read that nobody was answered is in no list", rules.Once, "len(accepted.read) == 1",
			made([]int64{1000, 1000, 1000}, peek(0), unsure(peek(1))), checkers.Valid, ""},
		{"a read that was answered is in one", rules.Once, "all(accepted.read, .balance < 1000)",
			made([]int64{1000, 1000, 1000}, peek(0), unsure(peek(1))), checkers.Invalid,
			"operation #0, read, whose balance is 1,000, is the first"},
		{"a read of all changes nothing between final reads", rules.Once, "sum(final.read, .balance) == 3000",
			made([]int64{1000, 1000, 1000}, unsure(op{Input: in{Op: "total"}})), checkers.Valid, ""},
		{"but what touches all may be between them", rules.Once, "sum(final.read, .balance) == 3000",
			made([]int64{990, 1000, 1000}, unsure(whole)), checkers.Undecided, "between two of the final reads"},
		{"which one read of all can't show", rules.Once, "final.total[0].sum == 3000",
			made([]int64{990, 1000, 1000}, unsure(whole)), checkers.Invalid, "left is 2,990, right is 3,000"},
		{"a final read that nobody was answered", rules.Once, "sum(final.read, .balance) == 3000",
			without(made([]int64{1000, 1000, 1000})),
			checkers.Undecided, "1 of 3 final reads (read) are missing"},
		{"an output that a refusal lacks", rules.Once, "all(refused.spend, .balance >= 0)",
			made([]int64{1000, 1000, 1000}, spend(0, 5, refused)), checkers.Undecided, "rule r: operation #0, spend, has no balance"},
		{"a division by what is not there", rules.Once, "100 / len(accepted.earn) > 0", made([]int64{1000, 1000, 1000}),
			checkers.Undecided, "rule r: column 5: a division by zero"},
		{"a remainder of it", rules.Once, "100 % len(accepted.earn) > 0", made([]int64{1000, 1000, 1000}),
			checkers.Undecided, "rule r: column 5: a division by zero"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := mustNew(t, func(t *custom.Type) { t.Rules = []rules.Rule{{Name: "r", Each: c.each, Holds: c.holds}} })
			v := w.Check(context.Background(), c.h)
			require.Equal(t, c.want, v.Status, v.Text())
			require.Contains(t, v.Text(), c.text)
		})
	}
}

// without makes the answer to a final read unknown.
func without(h *hist) *hist {
	h.Ops[1] = unsure(h.Ops[1])
	return h
}

// TestOneOfSeveralRules holds that a rule which can't be evaluated hides no other that is broken.
func TestOneOfSeveralRules(t *testing.T) {
	w := mustNew(t, func(t *custom.Type) {
		t.Rules = []rules.Rule{
			{Name: "share", Holds: "100 / len(accepted.earn) > 0"}, {Name: "sum", Holds: "sum(final.read, .balance) == 3000"},
		}
	})
	v := w.Check(context.Background(), made([]int64{1000, 1000, 999}))
	require.Equal(t, checkers.Invalid, v.Status, v.Text())
	require.Len(t, v.Anomalies, 1)
	require.Contains(t, v.Anomalies[0].Message,
		"sum: sum(final.read, .balance) == 3000 does not hold: left is 2,999, right is 3,000")
}

// TestRuleErrors holds that a rule which can't be right is told with its name and its place.
func TestRuleErrors(t *testing.T) {
	for holds, want := range map[string]string{
		"sum(accepted.spend, .amount)": "rule r: column 1: it must be true or false, as a comparison is, and is ",
		"'x'":                          "rule r: column 1: it must be true or false, as a comparison is, and is string",
		"keys == 3 and\n  sum(final.read, .balnce)": "rule r: line 2, column 20: unknown field balnce: did you mean balance?",
		"len(final.spend) == 1":                     "column 11: spend is not made after everybody has stopped",
		"len(accepted.move-all) == 1":               "rule r: ",
	} {
		p := points()
		p.Rules = []rules.Rule{{Name: "r", Holds: holds}}
		_, err := custom.New(p)
		require.ErrorContains(t, err, want, holds)
	}
}
