package rules_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/rules"
)

// long is a history of n additions, of which some are of unknown outcome.
func long(n, doubtful int) *hist {
	ops := make([]op, 0, n+2)
	var balances [2]int64
	for i := range n {
		o := earn(uint64(i%2), int64(1+i%500))
		if i < doubtful {
			o = unknown(o)
		} else {
			balances[i%2] += int64(1 + i%500)
		}
		ops = append(ops, o)
	}
	return made(append(ops, last(0, 100+balances[0]), last(1, 100+balances[1]-1))...)
}

func benchmarks() map[string]rules.Rule {
	return map[string]rules.Rule{
		"sum":       {Name: "r", Holds: "sum(final.read, .balance) == keys*initial + sum(accepted.earn, .amount)"},
		"key":       {Name: "r", Each: rules.PerKey, Holds: "final.read[0].balance == initial + sum(accepted.earn, .amount)"},
		"operation": {Name: "r", Each: rules.PerOperation, Holds: "amount < 500"},
		"all":       {Name: "r", Holds: "all(accepted.earn, .amount > 0) and all(accepted.earn, .amount < 500)"},
	}
}

// TestLong holds the verdicts of the benchmark on fewer operations.
func TestLong(t *testing.T) {
	for name, r := range benchmarks() {
		for _, doubtful := range []int{0, 7} {
			v := check(t, long(5000, doubtful), r)
			require.Equal(t, checkers.Invalid, v.Status, "%s: %s", name, v.Text())
		}
	}
}

// BenchmarkCheck checks 100,000 operations.
func BenchmarkCheck(b *testing.B) {
	for name, r := range benchmarks() {
		s, err := rules.Compile([]rules.Rule{r}, vocabulary())
		require.NoError(b, err)
		for shape, doubtful := range map[string]int{"known": 0, "7 unknown": 7} {
			h := long(100_000, doubtful)
			b.Run(name+"/"+shape, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if v := rules.Check(context.Background(), s, h, view); v.Status != checkers.Invalid {
						b.Fatal(v.Text())
					}
				}
			})
		}
	}
}
