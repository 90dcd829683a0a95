package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/rules"
)

// TestHidden holds that a rule which asks for what was hidden is undecided, whatever stands in its place, and that all others are
// decided.
func TestHidden(t *testing.T) {
	told := earn(0, 5)
	told.Output["balance"], told.Input.hidden = "acc-${token}", []string{"balance"}
	const why = "balance of operation #1, earn, has a secret in it, which is hidden, so that no rule can read it: say secret: false"
	for _, c := range []struct {
		each, holds string
		want        checkers.Status
	}{
		{rules.PerOperation, `balance startsWith "acc"`, checkers.Undecided},
		{rules.PerOperation, `not (balance startsWith "acc")`, checkers.Undecided},
		{rules.PerOperation, `amount > 5 or balance == "acc"`, checkers.Undecided},
		{rules.PerOperation, `amount == 5 or balance == "acc"`, checkers.Valid},
		{rules.PerKey, `all(accepted.earn, .balance == nil)`, checkers.Undecided},
		{rules.Once, `len(uniq(map(accepted.earn, .balance))) == 2`, checkers.Undecided},
		{rules.Once, `any(accepted.earn, (.balance ?? "") == "")`, checkers.Undecided},
		{rules.Once, `sum(accepted.earn, .amount) == 10`, checkers.Valid},
		{rules.Once, `sum(accepted.earn, .amount) == 11`, checkers.Invalid},
	} {
		first := earn(0, 5)
		first.Output["balance"] = "x"
		if c.each == rules.PerOperation {
			first = spend(0, 5)
			first.Output["balance"] = "acc"
			first.Outcome = history.Failed
		}
		v := check(t, made(first, told), rules.Rule{Name: "r", Each: c.each, Holds: c.holds})
		require.Equal(t, c.want, v.Status, "%s: %s", c.holds, v.Text())
		if c.want == checkers.Undecided {
			require.Contains(t, v.Text(), why, c.holds)
		}
	}
}

// TestHiddenDoesNotAlarm holds that a run is not ended by what no rule can read.
func TestHiddenDoesNotAlarm(t *testing.T) {
	set, err := rules.Compile([]rules.Rule{{Name: "r", Each: rules.PerOperation, Holds: `balance == "acc"`}}, vocabulary())
	require.NoError(t, err)
	alarm := rules.Alarm(set, view)
	told := earn(0, 5)
	told.Output["balance"] = "acc-${token}"
	require.True(t, alarm(t.Context(), history.Batch[ask, answer]{Done: []op{told}}))
	told.Input.hidden = []string{"balance"}
	require.False(t, alarm(t.Context(), history.Batch[ask, answer]{Done: []op{told}}))
}
