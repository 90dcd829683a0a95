package rules_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/rules"
)

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct {
		rule rules.Rule
		want string
	}{
		{
			rules.Rule{Name: "r", Holds: "sum(acepted.earn, .amount) == 1"},
			"rule r: column 5: unknown name acepted: did you mean accepted?",
		},
		{rules.Rule{Name: "r", Holds: "sum(accepted.ern, .amount) == 1"}, "rule r: column 14: unknown field ern: did you mean earn?"},
		{rules.Rule{Name: "r", Holds: "sum(accepted.earn, .amout) == 1"}, "column 21: unknown field amout: did you mean amount?"},
		{rules.Rule{Name: "r", Holds: "sum(accepted.earn, .amount) == initiall"}, "unknown name initiall: did you mean initial?"},
		{rules.Rule{Name: "r", Holds: "sum(accepted.earn, .amount)\n  == \n bad"}, "line 3, column 2: unknown name bad"},
		{rules.Rule{Name: "r", Holds: "mx(accepted.earn) == 1"}, "did you mean max?"},
		{
			rules.Rule{Name: "r", Holds: "len(final.earn) == 1"},
			"column 11: earn is not made after everybody has stopped: there is no final.earn",
		},
		{
			rules.Rule{Name: "r", Each: "key", Holds: "len(accepted.survey) == 1"},
			"survey is of all accounts, and so in no list of one account",
		},
		{rules.Rule{Name: "r", Holds: "len(accepted) == 1"}, "accepted must be followed by a dot and a kind of operation"},
		{rules.Rule{Name: "r", Holds: "len($env) == 1"}, "$env can't be used in a rule"},
		{rules.Rule{Name: "r", Holds: "now() == now()"}, "no function"},
		{rules.Rule{Name: "r", Holds: "2 ** 3 == len(accepted.earn)"}, "column 3: ** is no operator that a rule can use"},
		{rules.Rule{Name: "r", Holds: "'x'.y() == 1"}, "no function"},
		{rules.Rule{Name: "r", Holds: "1 + 1"}, "column 3: it must be true or false, as a comparison is, and is int"},
		{rules.Rule{Name: "r", Holds: "sum(accepted.earn, .amount)"}, "it must be true or false"},
		{rules.Rule{Name: "r", Holds: "1 =="}, "column 4: unexpected token EOF"},
		{rules.Rule{Name: "r", Holds: "1 == 'x'"}, "mismatched types int and string"},
		{rules.Rule{Name: "r", Holds: " "}, "rule r: holds must have the expression"},
		{rules.Rule{Name: "r", Holds: "true", Each: "object"}, `rule r: each is "object", and must be "key", "operation" or left out`},
		{rules.Rule{Name: "r", Holds: "true", Anomaly: "lost-updat"}, "there is no anomaly lost-updat: did you mean lost-update?"},
		{rules.Rule{Holds: "true"}, "rule 1: it needs a name"},
		{rules.Rule{Name: "r", Holds: "balance == 1"}, "unknown name balance"},
		{rules.Rule{Name: "r", Holds: "key == 1"}, "unknown name key"},
	} {
		t.Run(c.rule.Holds, func(t *testing.T) {
			_, err := rules.Compile([]rules.Rule{c.rule}, vocabulary())
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestCompileTellsAll(t *testing.T) {
	_, err := rules.Compile([]rules.Rule{
		{Name: "a", Holds: "x"}, {Name: "b", Holds: "len(accepted.earn) == 0"}, {Name: "b", Holds: "y"},
	}, vocabulary())
	require.ErrorContains(t, err, "rule a: column 1: unknown name x")
	require.ErrorContains(t, err, "rule b: another rule has this name")
}

func TestVocabularyErrors(t *testing.T) {
	for want, v := range map[string]rules.Vocabulary{
		"have one name in expressions, a_b":       {Keys: 1, Kinds: []rules.Kind{{Name: "a-b"}, {Name: "a_b"}}},
		`the operation "a b" can't be named`:      {Keys: 1, Kinds: []rules.Kind{{Name: "a b"}}},
		"a is made after everybody has stopped":   {Keys: 1, Kinds: []rules.Kind{{Name: "a", Final: true}}},
		"1 object at least":                       {},
		`"final" can't be the name of a constant`: {Keys: 1, Constants: map[string]int64{"final": 1}},
		"the constant keys":                       {Keys: 1, Constants: map[string]int64{"keys": 1}},
	} {
		_, err := rules.Compile(nil, v)
		require.ErrorContains(t, err, want)
	}
}

func TestCompileDeep(t *testing.T) {
	for _, n := range []int{4000, 1_000_000} {
		deep := strings.Repeat("(", n) + "len(accepted.earn)==0" + strings.Repeat(")", n)
		_, err := rules.Compile([]rules.Rule{{Name: "r", Holds: deep}}, vocabulary())
		if n == 4000 {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "rule r: holds is of 2000021 bytes, and must be of 10000 at most")
		}
	}
}

// FuzzCompile looks for expressions that panic, or that go on when they are told to stop.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		conserved, "all(final.read, .balance >= 0)", "let a = 1..900000; all(a, all(a, # > 0))", "final.read[0].balance == 1",
		"sum(filter(accepted.earn, .key == 1), .amount) == 2", "refused or balance >= 0", `op == "read" ? balance >= 0 : amount > 0`,
		"all(values(groupBy(accepted.earn, .amount)), len(#) == 1)", "accepted.earn?.x == nil", "{'a': 1}.a == 1", "-keys < 1 // c",
		"string(flatten([sort([0.1, 2]), 1..3])) == upper('x')",
		"mean(map(sortBy(accepted.earn, .amount), int(round(.amount*1.5)))) > 1",
		"reduce(accepted.earn, #acc + .amount, 0) == 3",
		"sum(filter(accepted.give_away, .to == key), .amount) in [1, 0.5]",
		"if key > 1 { true } else { false }", "accepted.earn | len() == 1",
	} {
		for _, each := range []string{"", "key", "operation"} {
			f.Add(text, each)
		}
	}
	h := made(earn(0, 5), unknown(earn(0, 5)), unknown(spend(1, 7)), refuse(spend(1, 1)),
		last(0, 100), last(1, 100), sound(0, true), sound(1, true))
	f.Fuzz(func(t *testing.T, text, each string) {
		s, err := rules.Compile([]rules.Rule{{Name: "r", Each: each, Holds: text}}, vocabulary())
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if v := rules.Check(ctx, s, h, view); v.Status == checkers.Invalid {
			require.NotEmpty(t, v.Anomalies[0].Message)
		}
	})
}
