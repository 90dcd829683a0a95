package rules_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/rules"
)

// ask and answer are of accounts with points.
type ask struct {
	kind   string
	key    uint64
	args   map[string]any
	hidden []string // of the answer
}

type answer map[string]any

type (
	op   = history.Op[ask, answer]
	hist = history.History[ask, answer]
)

func vocabulary() rules.Vocabulary {
	return rules.Vocabulary{
		Keys: 2, Constants: map[string]int64{"initial": 100}, Noun: "account",
		Kinds: []rules.Kind{
			{Name: "earn", Inputs: []string{"amount"}, Outputs: []string{"balance"}},
			{Name: "spend", Inputs: []string{"amount"}, Outputs: []string{"balance"}},
			{Name: "give-away", Inputs: []string{"from", "to", "amount"}, Whole: true},
			{Name: "read", ReadOnly: true, Final: true, Outputs: []string{"balance"}},
			{Name: "survey", ReadOnly: true, Whole: true},
			{Name: "check", ReadOnly: true, Final: true, Outputs: []string{"sound"}},
		},
	}
}

func view(o *op) rules.View {
	k := o.Input.kind
	return rules.View{
		Kind: k, Key: o.Input.key, Whole: k == "give-away", ReadOnly: k == "read" || k == "check",
		Fields: o.Input.args, Outputs: o.Output, Hidden: o.Input.hidden,
	}
}

func earn(key uint64, amount int64) op {
	return op{Input: ask{kind: "earn", key: key, args: map[string]any{"amount": amount}}, Output: answer{}}
}

func spend(key uint64, amount int64) op {
	return op{Input: ask{kind: "spend", key: key, args: map[string]any{"amount": amount}}, Output: answer{}}
}

func give(from, to uint64, amount int64) op {
	return op{Input: ask{kind: "give-away", key: from, args: map[string]any{"to": int64(to), "amount": amount}}, Output: answer{}}
}

func read(key uint64, balance any) op {
	return op{Input: ask{kind: "read", key: key}, Output: answer{"balance": balance}}
}

func last(key uint64, balance any) op {
	o := read(key, balance)
	o.Phase = history.Final
	return o
}

func sound(key uint64, is bool) op {
	return op{Input: ask{kind: "check", key: key}, Output: answer{"sound": is}, Phase: history.Final}
}

func (a answer) with(name string, value any) answer {
	a[name] = value
	return a
}

func unknown(o op) op {
	o.Outcome, o.Output = history.Unknown, nil
	return o
}

func failed(o op) op {
	o.Outcome, o.Output = history.Failed, nil
	return o
}

func refuse(o op) op {
	o.Output = answer{"refused": true}
	return o
}

func told(o op, balance int64) op {
	o.Output = answer{}.with("balance", balance)
	return o
}

// made puts operations one after the other.
func made(ops ...op) *hist {
	h := &hist{Ops: ops}
	for i := range h.Ops {
		h.Ops[i].Call, h.Ops[i].Return = time.Duration(2*i), time.Duration(2*i+1)
		h.Ops[i].Client = int32(i % 3)
		if h.Ops[i].Outcome == history.Unknown {
			h.Ops[i].Return = history.Never
		}
	}
	return h
}

func check(t testing.TB, h *hist, rs ...rules.Rule) checkers.Verdict {
	t.Helper()
	s, err := rules.Compile(rs, vocabulary())
	require.NoError(t, err)
	return rules.Check(context.Background(), s, h, view)
}

const conserved = "sum(final.read, .balance) == keys*initial + sum(accepted.earn, .amount) - sum(accepted.spend, .amount)"

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name, each, holds string
		h                 *hist
		want              checkers.Status
		words             []string // in the reason, or in the first anomaly
	}{
		{"conserved", "", conserved, made(earn(0, 5), spend(1, 7), last(0, 105), last(1, 93)), checkers.Valid, nil},
		{
			"lost", "", conserved, made(earn(0, 5), spend(1, 7), last(0, 105), last(1, 3093)), checkers.Invalid,
			[]string{
				"r: " + conserved + " does not hold: left is 3,198, right is 198 (3,000 too much)",
				"sum(accepted.earn, .amount) is 5", "sum(accepted.spend, .amount) is 7",
			},
		},
		{"failed operations are in no list", "", conserved, made(failed(earn(0, 5)), last(0, 100), last(1, 100)), checkers.Valid, nil},
		{"refused ones are not accepted", "", conserved, made(refuse(spend(0, 500)), last(0, 100), last(1, 100)), checkers.Valid, nil},
		{
			"but refused", "", "len(refused.spend) == 0", made(refuse(spend(0, 500))), checkers.Invalid,
			[]string{"left is 1, right is 0"},
		},
		{"unknown, took effect", "", conserved, made(unknown(earn(0, 5)), last(0, 105), last(1, 100)), checkers.Valid, nil},
		{"unknown, did not", "", conserved, made(unknown(earn(0, 5)), last(0, 100), last(1, 100)), checkers.Valid, nil},
		{
			"unknown, neither", "", conserved, made(unknown(earn(0, 5)), unknown(spend(0, 1)), last(0, 103), last(1, 100)),
			checkers.Invalid,
			[]string{
				"does not hold, whatever became of the 2 operations of unknown outcome: without them left is 203, right is 200 (3 too much)",
			},
		},
		{
			"unknown of a kind that the rule does not speak of", "", "sum(final.read, .balance) == 200",
			made(unknown(earn(0, 5)), last(0, 105), last(1, 100)), checkers.Invalid, []string{"left is 205"},
		},
		{
			"what an unknown one answered", "", "sum(accepted.earn, .balance) == 7", made(unknown(earn(0, 5))), checkers.Undecided,
			[]string{"rule r: what operation #0, earn, answered for balance is not known"},
		},
		{
			"what an unknown one answered, without need", "", "sum(accepted.earn, .balance) == 0", made(unknown(earn(0, 5))),
			checkers.Valid, nil,
		},
		{
			"what an unknown one answered, in an open list", "", "any(accepted.earn, .balance == 7)", made(unknown(earn(0, 5))),
			checkers.Undecided, []string{"what operation #0, earn, answered for balance is not known"},
		},
		{
			"unknown, perhaps refused", "", "len(refused.spend) == 1 and len(accepted.spend) == 1",
			made(unknown(spend(0, 5)), unknown(spend(0, 5))), checkers.Valid, nil,
		},
		{
			"unknown, not both", "", "len(refused.spend) == 1 and len(accepted.spend) == 1", made(unknown(spend(0, 5))),
			checkers.Invalid, []string{"whatever became of the 1 operation of unknown outcome"},
		},
		{
			"missing final read", "", conserved, made(last(0, 100)), checkers.Undecided,
			[]string{"1 of 2 final reads (read) are missing"},
		},
		{
			"failed final read", "", conserved, made(last(0, 100), failed(last(1, 100))), checkers.Undecided,
			[]string{"1 of 2 final reads (read) are missing"},
		},
		{
			"nil", "", "sum(final.read, .balance) > 0", made(last(0, nil), last(1, 2)), checkers.Undecided,
			[]string{"operation #0, read, has no balance"},
		},
		{
			"division by zero", "", "1/len(accepted.earn) > 0", made(), checkers.Undecided,
			[]string{"rule r: column 2: a division by zero"},
		},
		{
			"overflow", "", "sum(accepted.earn, .amount) > 0", made(earn(0, 1<<62), earn(0, 1<<62)), checkers.Undecided,
			[]string{"64 bits"},
		},
		{
			"exact", "", "sum(accepted.earn, .amount) == 9007199254740993", made(earn(0, 1<<53), earn(0, 1)), checkers.Valid, nil,
		},
		{"nothing to compare", "", "max(map(accepted.earn, .amount)) == 3", made(), checkers.Undecided, []string{"there is no value"}},
		{"not bool at the end", "", "all(accepted.earn, .balance)", made(told(earn(0, 1), 7)), checkers.Undecided, []string{"rule r:"}},
		{
			"all", "", "all(final.read, .balance >= 0)", made(last(0, 1), last(1, -2)), checkers.Invalid,
			[]string{"operation #1, read, whose balance is -2, is the first for which it is false"},
		},
		{
			"each operation, no comparison", "operation", `op == "read" or amount < 5`, made(earn(0, 3), earn(1, 7)), checkers.Invalid,
			[]string{`for operation #1, earn on account 1, op == "read" or amount < 5 does not hold: amount is 7`},
		},
		{
			"each key", "key", "final.read[0].balance == initial + sum(accepted.earn, .amount)",
			made(earn(1, 5), last(0, 100), last(1, 104)),
			checkers.Invalid, []string{"r: for account 1, final.read[0].balance == ", "left is 104, right is 105 (1 too little)"},
		},
		{
			"each key, unknown on the other", "key", "final.read[0].balance == initial + sum(accepted.earn, .amount)",
			made(unknown(earn(0, 5)), last(0, 100), last(1, 105)), checkers.Invalid, []string{"for account 1"},
		},
		{"each key by its number", "key", "key < 2 and key >= 0 and len(accepted.earn) == 0", made(last(0, 1)), checkers.Valid, nil},
		{
			"both keys", "key", "final.read[0].balance == 100", made(last(0, 101), last(1, 102)), checkers.Invalid,
			[]string{"; the same with another account"},
		},
		{
			"each operation", "operation", "balance >= 0", made(earn(0, 1), read(0, 5), last(0, 0)), checkers.Undecided,
			[]string{"operation #0, earn, has no balance"},
		},
		{
			"each operation that has it", "operation", "amount > 0", made(earn(0, 1), read(0, 5), spend(1, 0)), checkers.Invalid,
			[]string{"r: for operation #2, spend on account 1, amount > 0 does not hold: left is 0, right is 0"},
		},
		{
			"each operation that was not refused", "operation", "refused or balance >= 0", made(refuse(spend(0, 1)), read(0, 5)),
			checkers.Valid, nil,
		},
		{"each operation, refused without", "operation", "balance >= 0", made(refuse(spend(0, 1)), read(0, 5)), checkers.Valid, nil},
		{
			"each operation by kind", "operation", `op == "read" ? balance >= 0 : amount > 0`, made(earn(0, 1), read(0, -5)),
			checkers.Invalid, []string{"#1"},
		},
		{
			"each operation and a sum", "operation", "balance <= initial + sum(accepted.earn, .amount)",
			made(unknown(earn(0, 5)), read(0, 105), read(0, 106)), checkers.Invalid,
			[]string{"for operation #2, read on account 0, ", "without it left is 106, right is 100"},
		},
		{"interchangeable", "", "len(accepted.earn) == 1900",
			made(append(repeat(earn(0, 5), 1000), repeat(unknown(earn(0, 5)), 1000)...)...), checkers.Valid, nil},
		{"interchangeable, none", "", "len(accepted.earn) == 1001", made(repeat(unknown(earn(0, 5)), 1000)...), checkers.Invalid, nil},
		{
			"more than can be tried", "", "sum(accepted.earn, .amount) == -1", made(doubling(20)...), checkers.Undecided,
			[]string{"20 operations of unknown outcome leave more choices than could be tried"},
		},
		{
			"more than can be tried, but one found", "", "sum(accepted.earn, .amount) == 1048575",
			made(append(repeat(earn(0, 0), 20), doubling(20)...)...),
			checkers.Valid, nil,
		},
		{"many that look alike", "", "sum(accepted.earn, .amount) == -1", made(upTo(60)...), checkers.Invalid, nil},
		{
			"many on both sides", "", "sum(final.read, .balance) - 200 + sum(accepted.spend, .amount) == sum(accepted.earn, .amount)",
			made(slices.Concat(both(20), []op{last(0, 100), last(1, 5000)})...), checkers.Invalid,
			[]string{"whatever became of the 40 operations of unknown outcome: without them left is 4,900, right is 0"},
		},
		{
			"many on both sides, one choice", "", "2 * sum(accepted.spend, .amount) == keys * sum(accepted.earn, .amount) + 10000 - 1",
			made(both(20)...), checkers.Invalid, nil,
		},
		{
			"many on both sides, and another comparison", "",
			"sum(accepted.spend, .amount) == sum(accepted.earn, .amount) + 1 and keys == 2",
			made(append(repeat(earn(0, 0), 40), both(20)...)...), checkers.Valid, nil,
		},
		{
			"a final read that came early", "", conserved, made(last(0, 100), last(1, 100), earn(0, 5)), checkers.Undecided,
			[]string{"before all"},
		},
		{
			"torn by one that touches all", "", "sum(final.read, .balance) == 200",
			made(unknown(give(0, 1, 10)), last(0, 100), last(1, 110)),
			checkers.Undecided, []string{"1 operation of unknown outcome may have taken effect between two of the final reads"},
		},
		{
			"torn by one between two reads of an object", "", "count(final.check, .sound) == count(final.read, .balance == 100)",
			made(unknown(earn(0, 5)), sound(0, true), sound(1, true), last(0, 105), last(1, 100)), checkers.Undecided,
			[]string{"between two of the final reads"},
		},
		{
			"not torn", "", "count(final.check, .sound) == count(final.read, .balance == 100)",
			made(earn(0, 5), sound(0, true), sound(1, true), last(0, 105), last(1, 100)), checkers.Invalid, nil,
		},
		{
			"uniq", "", "len(uniq(map(accepted.earn, .amount))) == len(accepted.earn)", made(earn(0, 1), earn(1, 1)),
			checkers.Invalid, nil,
		},
		{
			"groups", "", "all(values(groupBy(accepted.earn, .amount)), len(#) == 1)", made(earn(0, 1), earn(1, 1)),
			checkers.Invalid, nil,
		},
		{
			"order", "", "len(accepted.earn) == 0 or last(accepted.earn).amount == 2", made(earn(0, 2), unknown(earn(1, 1))),
			checkers.Valid, nil,
		},
		{"let", "", "let a = sum(accepted.earn, .amount); a == 3", made(earn(0, 1), unknown(earn(1, 2))), checkers.Valid, nil},
		{"reduce", "", "reduce(accepted.earn, #acc + .amount, 0) == 3", made(earn(0, 1), unknown(earn(1, 2))), checkers.Valid, nil},
		{
			"filter", "", "sum(filter(accepted.earn, .key == 1), .amount) == 2", made(earn(0, 1), unknown(earn(1, 2))),
			checkers.Valid, nil,
		},
		{
			"client", "", "count(accepted.earn, .client == 1) == 1 and len(accepted.earn) == 1",
			made(unknown(earn(0, 1)), unknown(earn(0, 1))), checkers.Valid, nil,
		},
		{"memory", "", "len(1..900000) + len(1..900000) == len(accepted.earn)", made(), checkers.Undecided, []string{"memory budget"}},
		{"a kind with a hyphen", "", "len(accepted.give_away) == 1", made(give(0, 1, 2)), checkers.Valid, nil},
		{"fractions", "", "sum(final.read, .balance) == 1.5", made(last(0, 1.25), last(1, 0.25)), checkers.Valid, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := check(t, c.h, rules.Rule{Name: "r", Each: c.each, Holds: c.holds})
			require.Equal(t, c.want, v.Status, v.Text())
			text := v.Reason
			if v.Status == checkers.Invalid {
				require.NotEmpty(t, v.Anomalies)
				require.Equal(t, checkers.BrokenInvariant, v.Anomalies[0].Name)
				text = v.Anomalies[0].Message
			}
			for _, words := range c.words {
				assert.Contains(t, text, words)
			}
			assert.NotContains(t, text, "\n")
			assert.NotContains(t, text, "@")
		})
	}
}

func repeat(o op, n int) []op {
	all := make([]op, n)
	for i := range all {
		all[i] = o
	}
	return all
}

// doubling are additions of unknown outcome of which no two choices have one sum.
func doubling(n int) []op {
	var all []op
	for i := range n {
		all = append(all, unknown(earn(0, 1<<i)))
	}
	return all
}

// both are n additions of unknown outcome, and as many that take away.
func both(n int) []op {
	var all []op
	for i := range n {
		all = append(all, unknown(earn(0, int64(10+7*i))), unknown(spend(0, int64(11+5*i))))
	}
	return all
}

func upTo(n int) []op {
	var all []op
	for i := range n {
		all = append(all, unknown(earn(0, int64(1+i))))
	}
	return all
}

func TestEvidence(t *testing.T) {
	v := check(t, made(earn(0, 5), failed(earn(0, 5)), read(1, 100), last(0, 1), last(1, 100)),
		rules.Rule{Name: "r", Anomaly: checkers.LostUpdate, Holds: conserved})
	require.Equal(t, checkers.Invalid, v.Status)
	assert.Equal(t, checkers.LostUpdate, v.Anomalies[0].Name)
	assert.Equal(t, []int{0, 3, 4}, v.Anomalies[0].Ops)

	many := append(repeat(earn(0, 5), 17), last(0, 1), last(1, 100))
	v = check(t, made(many...), rules.Rule{Name: "r", Holds: conserved})
	assert.Equal(t, []int{17, 18}, v.Anomalies[0].Ops, "so many that were accepted say nothing")

	v = check(t, made(earn(1, 5), last(0, 1), last(1, 106)),
		rules.Rule{Name: "r", Each: rules.PerKey, Holds: "final.read[0].balance <= initial + sum(accepted.earn, .amount)"})
	assert.Equal(t, []int{0, 2}, v.Anomalies[0].Ops)
	assert.Equal(t, "account 1", v.Anomalies[0].Object)
}

func TestCancelled(t *testing.T) {
	s, err := rules.Compile([]rules.Rule{
		{Name: "r", Holds: "all(accepted.earn, all(accepted.earn, all(accepted.earn, .amount == 5)))"},
	}, vocabulary())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v := rules.Check(ctx, s, made(repeat(earn(0, 5), 10_000)...), view)
	assert.Equal(t, checkers.Undecided, v.Status)
	assert.Contains(t, v.Reason, "rule r: it was not evaluated to its end: context canceled")
}

func TestMalformed(t *testing.T) {
	v := check(t, made(op{Input: ask{kind: "steal"}}), rules.Rule{Name: "r", Holds: "len(accepted.earn) == 0"})
	assert.Equal(t, checkers.Undecided, v.Status)
	assert.Contains(t, v.Reason, `operation #0: there is no kind of operation "steal"`)
}
