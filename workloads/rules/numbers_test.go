package rules_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/rules"
)

// answered is an addition that was answered by any value.
func answered(balance any) op {
	o := earn(0, 1)
	o.Output = answer{"balance": balance}
	return o
}

// TestNumbers holds that no rule is broken, or holds, by a rounding.
func TestNumbers(t *testing.T) {
	euros := made(earn(0, 1020), earn(0, 1700), last(0, 100+10.2+17.0), last(1, 0))
	rounded := made(earn(0, 1020), earn(0, 1700), last(0, 127.19999999999996), last(1, 0))
	wrong := made(earn(0, 1020), earn(0, 1700), last(0, 127.21), last(1, 0))
	cents := made(last(0, 0.1), last(1, 0.2))
	const inEuros = "sum(final.read, .balance) == 100 + sum(accepted.earn, .amount)/100"
	for _, c := range []struct {
		name, holds string
		h           *hist
		want        checkers.Status
		words       string
	}{
		{"euros", inEuros, euros, checkers.Valid, ""},
		{"rounded euros", inEuros, rounded, checkers.Undecided, "int(round(x*100))"},
		{"rounded euros, not equal", "sum(final.read, .balance) != 127.2", rounded, checkers.Undecided, "int(round(x*100))"},
		{"rounded euros, less", "sum(final.read, .balance) >= 127.2", rounded, checkers.Undecided, "int(round(x*100))"},
		{"rounded euros, as whole numbers", "int(round(sum(final.read, .balance)*100)) == 12720", rounded, checkers.Valid, ""},
		{"wrong euros", inEuros, wrong, checkers.Invalid, "left is 127.21, right is 127.2"},
		{"rounded euros, far away", "sum(final.read, .balance) == 127.3", rounded, checkers.Invalid, "right is 127.3"},
		{"exact decimals", "sum(final.read, .balance) == 0.3", cents, checkers.Valid, ""},
		{"what remains of decimals", "sum(final.read, .balance) - 0.3 == 0", cents, checkers.Valid, ""},
		{"exact decimals, not less", "sum(final.read, .balance) < 0.3", cents, checkers.Invalid, "left is 0.3, right is 0.3"},
		{"decimals in a list", "0.1 in map(final.read, .balance)", cents, checkers.Valid, ""},
		{"a list of decimals", "map(final.read, .balance) == [0.1, 0.2]", cents, checkers.Valid, ""},
		{"unique decimals", "len(uniq(map(final.read, .balance))) == 2", cents, checkers.Valid, ""},
		{"groups of decimals", "len(groupBy(final.read, .balance)) == 2", cents, checkers.Valid, ""},
		{"the largest", "max(map(final.read, .balance)) == 0.2 and min(0.1, 3) == 0.1", cents, checkers.Valid, ""},
		{"the order", "sort(map(final.read, .balance), 'desc') == [0.2, 0.1]", cents, checkers.Valid, ""},
		{"the order by a field", "map(sortBy(final.read, -.balance), .balance) == [0.2, 0.1]", cents, checkers.Valid, ""},
		{"a third", "len(final.read) / 3 * 3 == 2", cents, checkers.Valid, ""},
		{"a mean", "mean(map(final.read, .balance)) == 0.15 and median(map(final.read, .balance)) == 0.15", cents, checkers.Valid, ""},
		{"round", "round(-2.5) == -3 and ceil(-2.5) == -2 and floor(-2.5) == -3 and int(-2.5) == -2 and len(final.read) == 2",
			cents, checkers.Valid, ""},
		{"a text of what has no end", "string(final.read[0].balance/3) != ''", cents, checkers.Undecided, "was rounded"},
		{"texts of numbers", "string(map(final.read, .balance)) == '[0.1 0.2]' and float('0.1') == 0.1", cents, checkers.Valid, ""},
		{"a float that does not fit", "len(accepted.earn) == 0 and int(1e19) > 0", made(), checkers.Undecided, "64 bits"},
		{"the negative of the least", "abs(accepted.earn[0].amount) < 0", made(earn(0, math.MinInt64)), checkers.Undecided, "64 bits"},
		{"the mean of large ones", "mean(map(accepted.earn, .amount)) == 9007199254740992", made(earn(0, 1<<53+1)), checkers.Invalid,
			"left is 9,007,199,254,740,993"},
		{"a large one rounded", "round(accepted.earn[0].amount) == 9007199254740992", made(earn(0, 1<<53+1)), checkers.Invalid, ""},
		{"a large one and a decimal", "accepted.earn[0].amount == 9007199254740992.0", made(earn(0, 1<<53+1)), checkers.Invalid, ""},
		{"a range that does not fit", "len(accepted.earn[0].amount..1) == 0", made(earn(0, math.MinInt64)), checkers.Undecided,
			"rule r:"},
		{"no number", "accepted.earn[0].balance == 0", made(answered(math.NaN())), checkers.Undecided, "no number"},
		{"what differs in kind", "accepted.earn[0].balance == 'x'", made(answered(0.5)), checkers.Invalid, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := check(t, c.h, rules.Rule{Name: "r", Holds: c.holds})
			require.Equal(t, c.want, v.Status, v.Text())
			require.Contains(t, v.Text(), c.words)
		})
	}
}

// TestLargeIdentifiers holds that numbers which are too large for 64 bits are not taken for each other.
func TestLargeIdentifiers(t *testing.T) {
	for name, value := range map[string]func(i int) any{
		"as JSON gives them": func(i int) any {
			v, err := rules.Decode(fmt.Appendf(nil, "%d", math.MaxUint64-uint64(i)))
			require.NoError(t, err)
			return v
		},
		"as they were answered": func(i int) any { return float64(math.MaxUint64 - uint64(i)) },
		"as Go has them":        func(i int) any { return math.MaxUint64 - uint64(i) },
		"beyond all":            func(int) any { v, _ := rules.Decode([]byte("1e999")); return v },
	} {
		t.Run(name, func(t *testing.T) {
			var ops []op
			for i := range 200 {
				ops = append(ops, answered(value(i)))
			}
			v := check(t, made(ops...), rules.Rule{
				Name: "r", Holds: "len(uniq(map(accepted.earn, .balance))) == len(accepted.earn)",
			})
			require.Equal(t, checkers.Undecided, v.Status, v.Text())
			require.Contains(t, v.Reason, "operation #0, earn, has a balance that does not fit in 64 bits")
		})
	}
}
