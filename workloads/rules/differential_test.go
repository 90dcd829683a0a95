package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/rules"
)

// histories is how many are held against a search through all choices.
const histories = 400

// counterparts are rules, and the same said in Go of a history in which nothing is unknown.
func counterparts() []counterpart {
	return []counterpart{
		{"conserved", rules.Once, conserved, func(s *sums) bool {
			return s.finals[0]+s.finals[1] == 200+s.earned[0]+s.earned[1]-s.spent[0]-s.spent[1]
		}},
		{"bound", rules.Once, "sum(final.read, .balance) < 200 + sum(accepted.earn, .amount)", func(s *sums) bool {
			return s.finals[0]+s.finals[1] < 200+s.earned[0]+s.earned[1]
		}},
		{"counts", rules.Once, "len(accepted.earn) == count(accepted.spend, .amount > 1) + 1", func(s *sums) bool {
			return s.earns == s.bigSpends+1
		}},
		{"refusals", rules.Once, "len(refused.spend) == len(accepted.spend)", func(s *sums) bool { return s.refusals == s.spends }},
		{"open", rules.Once, "any(accepted.earn, .amount == 3) == any(accepted.spend, .amount == 3)", func(s *sums) bool {
			return s.earned3 == s.spent3
		}},
		{"open and sums", rules.Once, "any(accepted.earn, .amount == 3) and sum(accepted.earn, .amount) == 4", func(s *sums) bool {
			return s.earned3 && s.earned[0]+s.earned[1] == 4
		}},
		{"each", rules.PerKey, "final.read[0].balance == initial + sum(accepted.earn, .amount) - sum(accepted.spend, .amount)", nil},
		{"all", rules.Once,
			"all(accepted.earn, .amount < 3) and none(accepted.spend, .amount == 3) and one(accepted.earn, .amount == 1)",
			func(s *sums) bool {
				ones := 0
				for _, amount := range s.amounts {
					if amount == 1 {
						ones++
					}
				}
				return !s.earned3 && !s.spent3 && ones == 1
			}},
		{"nested", rules.Once, "all(accepted.earn, len(filter(accepted.earn, .amount > 1)) <= .amount)", func(s *sums) bool {
			more := int64(0)
			for _, amount := range s.amounts {
				if amount > 1 {
					more++
				}
			}
			for _, amount := range s.amounts {
				if more > amount {
					return false
				}
			}
			return true
		}},
		{"groups", rules.Once,
			"len(uniq(map(accepted.earn, .amount))) == len(accepted.earn) and len(accepted.earn) > 1", func(s *sums) bool {
				seen := map[int64]bool{}
				for _, amount := range s.amounts {
					seen[amount] = true
				}
				return len(seen) == len(s.amounts) && len(seen) > 1
			}},
		{"ordered", rules.Once, "len(accepted.earn) > 0 and first(accepted.earn).amount == 3", func(s *sums) bool {
			return len(s.amounts) > 0 && s.amounts[0] == 3
		}},
		{"sorted", rules.Once, "len(accepted.earn) > 1 and map(accepted.earn, .amount) in [sort(map(accepted.earn, .amount))]",
			func(s *sums) bool { return len(s.amounts) > 1 && slices.IsSorted(s.amounts) }},
		{"tenths", rules.Once, "sum(accepted.earn, .amount * 0.1) == sum(accepted.spend, .amount / 10) + 0.3", func(s *sums) bool {
			return s.earned[0]+s.earned[1] == s.spent[0]+s.spent[1]+3
		}},
	}
}

type counterpart struct {
	name, each, holds string
	same              func(s *sums) bool
}

// sums are what the counterparts are of.
type sums struct {
	finals, earned, spent              [2]int64
	earns, spends, bigSpends, refusals int
	earned3, spent3                    bool
	amounts                            []int64
}

func sumsOf(ops []op) *sums {
	s := &sums{}
	for _, o := range ops {
		amount, _ := o.Input.args["amount"].(int64)
		switch {
		case o.Input.kind == "read":
			s.finals[o.Input.key] = o.Output["balance"].(int64)
		case o.Output["refused"] == true:
			s.refusals++
		case o.Input.kind == "earn":
			s.earned[o.Input.key] += amount
			s.earns++
			s.earned3 = s.earned3 || amount == 3
			s.amounts = append(s.amounts, amount)
		default:
			s.spent[o.Input.key] += amount
			s.spends++
			s.spent3 = s.spent3 || amount == 3
			if amount > 1 {
				s.bigSpends++
			}
		}
	}
	return s
}

// decided tries everything that may have become of the operations of unknown outcome, one after the other.
func (c counterpart) decided(ops []op) bool {
	if c.each == rules.PerKey {
		for key := range int64(2) {
			if !anyChoice(ops, nil, func(s *sums) bool { return s.finals[key] == 100+s.earned[key]-s.spent[key] }) {
				return false
			}
		}
		return true
	}
	return anyChoice(ops, nil, c.same)
}

func anyChoice(ops, sure []op, same func(s *sums) bool) bool {
	if len(ops) == 0 {
		return same(sumsOf(sure))
	}
	o, rest := ops[0], ops[1:]
	with := func(o op) bool { return anyChoice(rest, append(sure[:len(sure):len(sure)], o), same) }
	if o.Outcome != history.Unknown {
		return with(o)
	}
	o.Outcome = history.OK
	turned := o
	turned.Output = answer{"refused": true}
	return with(o) || o.Input.kind == "spend" && with(turned) || anyChoice(rest, sure, same)
}

func random(r *rand.Rand) *hist {
	var ops []op
	balances := [2]int64{100, 100}
	for range 1 + r.IntN(8) {
		key, amount := uint64(r.IntN(2)), int64(1+r.IntN(3))
		o, delta := earn(key, amount), amount
		if r.IntN(2) == 0 {
			o, delta = spend(key, amount), -amount
			if r.IntN(4) == 0 {
				o, delta = refuse(o), 0
			}
		}
		if r.IntN(2) == 0 {
			o = unknown(o)
			delta *= int64(r.IntN(2))
		}
		balances[key] += delta
		ops = append(ops, o)
	}
	if r.IntN(2) == 0 {
		balances[r.IntN(2)] += int64(r.IntN(7) - 3)
	}
	return made(append(ops, last(0, balances[0]), last(1, balances[1]))...)
}

// TestEveryChoice holds the verdicts against a search through all choices, in both directions.
func TestEveryChoice(t *testing.T) {
	for i, c := range counterparts() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := rules.Compile([]rules.Rule{{Name: c.name, Each: c.each, Holds: c.holds}}, vocabulary())
			require.NoError(t, err)
			found := map[checkers.Status]int{}
			for seed := range uint64(histories) {
				h := random(rand.New(rand.NewPCG(seed, uint64(i))))
				want := checkers.Invalid
				if c.decided(h.Ops) {
					want = checkers.Valid
				}
				v := rules.Check(t.Context(), s, h, view)
				require.Equal(t, want, v.Status, "seed %d: %s%s", seed, v.Text(), shown(h))
				found[want]++
			}
			require.Greater(t, found[checkers.Valid], histories/20)
			require.Greater(t, found[checkers.Invalid], histories/20)
		})
	}
}

func shown(h *hist) string {
	var b strings.Builder
	for i, o := range h.Ops {
		fmt.Fprintf(&b, "\n#%d %v %v %+v %v", i, o.Outcome, o.Phase, o.Input, o.Output)
	}
	return b.String()
}
