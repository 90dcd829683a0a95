package rules_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/rules"
)

const perKey = "final.read[0].balance == initial + sum(accepted.earn, .amount) - sum(accepted.spend, .amount)"

// TestWhole holds that what moved points between accounts is not held against a service by a rule that does not see it.
func TestWhole(t *testing.T) {
	moved := func(o op) *hist { return made(o, last(0, 90), last(1, 110)) }
	const counted = perKey + " + sum(filter(accepted.give_away, .to == key), .amount)" +
		" - sum(filter(accepted.give_away, .from == key), .amount)"
	for _, c := range []struct {
		name, holds string
		h           *hist
		want        checkers.Status
		words       string
	}{
		{"not seen", perKey, moved(give(0, 1, 10)), checkers.Undecided, "filter(accepted.give_away, …)"},
		{"not seen, and unknown", perKey, moved(unknown(give(0, 1, 10))), checkers.Undecided, "1 operation (give-away)"},
		{"not seen, and refused", perKey, moved(refuse(give(0, 1, 10))), checkers.Invalid, "left is 90, right is 100"},
		{"not there", perKey, made(last(0, 90), last(1, 100)), checkers.Invalid, "left is 90, right is 100"},
		{"not asked for", "final.read[0].balance >= 95", moved(give(0, 1, 10)), checkers.Invalid, "left is 90, right is 95"},
		{"counted", counted, moved(give(0, 1, 10)), checkers.Valid, ""},
		{"counted, and wrong", counted, moved(give(0, 1, 11)), checkers.Invalid, "for account 0, "},
		{"counted, and unknown", counted, moved(unknown(give(0, 1, 10))), checkers.Valid, ""},
		{"counted, unknown and wrong", counted, moved(unknown(give(0, 1, 11))), checkers.Invalid, "for account 0, "},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.h.Ops {
				if o := &c.h.Ops[i]; o.Input.kind == "give-away" {
					o.Input.args["from"] = int64(o.Input.key)
				}
			}
			v := check(t, c.h, rules.Rule{Name: "r", Each: rules.PerKey, Holds: c.holds})
			require.Equal(t, c.want, v.Status, v.Text())
			require.Contains(t, v.Text(), c.words)
		})
	}
}

// TestWideChoice holds that a rule which holds by a choice says how wide that was, and proves nothing if it was too wide.
func TestWideChoice(t *testing.T) {
	h := func(known, free int) *hist {
		ops := slices.Concat(repeat(earn(0, 5), known), repeat(unknown(earn(0, 1)), free))
		return made(append(ops, last(0, 100+int64(5*known)+1), last(1, 100))...)
	}
	r := rules.Rule{Name: "r", Holds: conserved}
	v := check(t, h(30, 3), r)
	require.Equal(t, checkers.Valid, v.Status, v.Text())
	require.Contains(t, v.Text(), "rule r: it holds for one choice of what became of 3 operations of unknown outcome, "+
		"beside 30 that are known")
	v = check(t, h(30, 31), r)
	require.Equal(t, checkers.Undecided, v.Status, v.Text())
	require.Contains(t, v.Reason, "31 operations of unknown outcome, beside 30 that are known")
	require.Equal(t, checkers.Valid, check(t, h(30, 30), r).Status)
	require.Equal(t, checkers.Valid, check(t, h(0, 10), r).Status, "so few can be looked at")

	v = check(t, made(slices.Concat(repeat(unknown(earn(0, 1)), 50), []op{last(0, 100), last(1, 100)})...), r)
	require.Equal(t, checkers.Valid, v.Status, "it holds as it is: %s", v.Text())
	require.Empty(t, v.Reason)

	both := slices.Concat(repeat(earn(0, 5), 20), repeat(earn(1, 5), 20), []op{unknown(earn(0, 1)), unknown(earn(1, 1))})
	v = check(t, made(append(both, last(0, 201), last(1, 201))...), rules.Rule{Name: "r", Each: rules.PerKey, Holds: perKey})
	require.Equal(t, checkers.Valid, v.Status, v.Text())
	require.Contains(t, v.Reason, "rule r: for account 0, it holds for one choice of what became of 1 operation of unknown "+
		"outcome, beside 20 that are known; the same with another account")
}

// TestOrderOfChoices holds that no list is taken for one without an order where its order is looked at.
func TestOrderOfChoices(t *testing.T) {
	h := made(unknown(earn(0, 1)), earn(0, 2), unknown(earn(0, 1)))
	for holds, want := range map[string]checkers.Status{
		"map(accepted.earn, .amount) == [2, 1]":                           checkers.Valid,
		"map(accepted.earn, .amount) in [[2, 1]]":                         checkers.Valid,
		"string(map(accepted.earn, .amount)) == '[2 1]'":                  checkers.Valid,
		"uniq(map(accepted.earn, .amount)) == [2, 1]":                     checkers.Valid,
		"not (map(accepted.earn, .amount) != [2, 1])":                     checkers.Valid,
		"let a = map(accepted.earn, .amount); a == [2, 1]":                checkers.Valid,
		"[map(accepted.earn, .amount)] == [[2, 1]]":                       checkers.Valid,
		"{'a': map(accepted.earn, .amount)} == {'a': [2, 1]}":             checkers.Valid,
		"any([map(accepted.earn, .amount)], # == [2, 1])":                 checkers.Valid,
		"(keys > 0 ? map(accepted.earn, .amount) : []) == [2, 1]":         checkers.Valid,
		"concat(map(accepted.earn, .amount), []) == [2, 1]":               checkers.Valid,
		"map(filter(accepted.earn, .amount > 0), .amount) == [2, 1]":      checkers.Valid,
		"map(accepted.earn, .amount) == [2, 2]":                           checkers.Invalid,
		"sort(map(accepted.earn, .amount)) == [1, 2] and keys == 2":       checkers.Valid,
		"values(groupBy(accepted.earn, .amount)) == [accepted.earn, 'x']": checkers.Invalid,
	} {
		t.Run(holds, func(t *testing.T) {
			v := check(t, h, rules.Rule{Name: "r", Holds: holds})
			require.Equal(t, want, v.Status, v.Text())
		})
	}
	many := made(append(repeat(unknown(earn(0, 1)), 40), repeat(earn(0, 2), 40)...)...)
	for _, holds := range []string{
		"len(uniq(map(accepted.earn, .amount))) == 3", "7 in map(accepted.earn, .amount)",
		"sum(concat(map(accepted.earn, .amount), [1])) == 0",
	} {
		v := check(t, many, rules.Rule{Name: "r", Holds: holds})
		require.Equal(t, checkers.Invalid, v.Status, "the order is not looked at, so that choices are few: %s", v.Text())
	}
}

// TestEnds holds that the check ends, with what is put together in a loop, and when it is told to.
func TestEnds(t *testing.T) {
	const pair = "reduce(accepted.earn, [#acc, #acc], [1])"
	many := make([]op, 900)
	for i := range many {
		many[i] = earn(0, int64(i))
	}
	for _, h := range []*hist{made(many[:60]...), made(many...)} {
		for _, holds := range []string{
			"string(" + pair + ") != ''", "len(flatten(" + pair + ")) != 1", pair + " == " + pair, pair + " != " + pair,
			pair + " in [" + pair + "]", "max(" + pair + ") == 2", "mean(" + pair + ") == 2", "median(" + pair + ") == 2",
			"min(" + pair + ") == 2", "len(string(reduce(accepted.earn, [{'a': #acc}, {'b': #acc}], [1]))) == 0",
			"all(1..900000, 1 in 1..900000 and not (0 in 2..900000)) and len(accepted.earn) > 0",
			"len(reduce(accepted.earn, #acc + #acc, 'xx')) == 0", "len(map(accepted.earn, 1..900000)) == 0",
			"len(map(accepted.earn, sort(1..20000))) == 0",
			"len(map(1..9000, upper(reduce(1..10, #acc + #acc, 'xxxxx')))) == len(accepted.earn)",
		} {
			t.Run(holds, func(t *testing.T) {
				v := check(t, h, rules.Rule{Name: "r", Holds: holds})
				require.Equal(t, checkers.Undecided, v.Status, v.Text())
			})
		}
	}
	s, err := rules.Compile([]rules.Rule{{Name: "r", Holds: "len(string(" + pair + ")) == 1"}}, vocabulary())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	require.Contains(t, rules.Check(ctx, s, made(many[:25]...), view).Reason, "it was not evaluated to its end")
}

// TestSaysNothing holds that a rule which can't break is refused, and one that was held against nothing is told.
func TestSaysNothing(t *testing.T) {
	for holds, each := range map[string]string{
		"keys > 0": rules.Once, "key >= 0": rules.PerKey, "initial == 100": rules.PerOperation,
		"balance + sound > 0": rules.PerOperation,
		"to + balance > 0":    rules.PerOperation, "sound and balance > 0 or to > 0": rules.PerOperation,
	} {
		_, err := rules.Compile([]rules.Rule{{Name: "r", Each: each, Holds: holds}}, vocabulary())
		if holds == "sound and balance > 0 or to > 0" {
			require.NoError(t, err, "it may have one of them alone")
			continue
		}
		require.ErrorContains(t, err, "rule r: ", holds)
	}
	_, err := rules.Compile([]rules.Rule{{Name: "r", Each: rules.PerOperation, Holds: "to + balance > 0"}}, vocabulary())
	require.ErrorContains(t, err, "no kind of operation has all of balance, to")
	_, err = rules.Compile([]rules.Rule{{Name: "r", Holds: "keys > 0"}}, vocabulary())
	require.ErrorContains(t, err, "it names no list of operations, such as accepted.earn")

	never := rules.Rule{Name: "never", Each: rules.PerOperation, Holds: "sound == true"}
	v := check(t, made(last(0, 100), last(1, 100)), never)
	require.Equal(t, checkers.Undecided, v.Status)
	require.Contains(t, v.Reason, "rule never was evaluated for no operation")
	v = check(t, made(last(0, 100), last(1, 100)), never, rules.Rule{Name: "r", Holds: conserved})
	require.Equal(t, checkers.Valid, v.Status, "another was evaluated")
	require.Contains(t, v.Reason, "rule never was evaluated for no operation")
}

// TestCutOff holds that an expression that YAML has cut is told as such.
func TestCutOff(t *testing.T) {
	_, err := rules.Compile([]rules.Rule{{Name: "r", Holds: "all(map(accepted.earn, .amount),"}}, vocabulary())
	require.ErrorContains(t, err, "quote it: # begins a comment in YAML")
	_, err = rules.Compile([]rules.Rule{{Name: "r", Holds: "all(accepted.earn, .amount) )"}}, vocabulary())
	require.NotContains(t, err.Error(), "quote it")
}
