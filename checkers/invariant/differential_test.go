package invariant_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/history"
)

type sort struct {
	name string
	make func(r *rand.Rand, s shape) *hist
}

func sorts() []sort {
	return []sort{
		{"atomic", func(r *rand.Rand, s shape) *hist { return simulate(r, s, true) }},
		{"racy", func(r *rand.Rand, s shape) *hist { return simulate(r, s, false) }},
		{"mutated", func(r *rand.Rand, s shape) *hist {
			h := simulate(r, s, r.IntN(2) > 0)
			for range 1 + r.IntN(2) {
				mutate(r, h)
			}
			return h
		}},
	}
}

// TestNeverInvents holds every check against a search through all orders.
func TestNeverInvents(t *testing.T) {
	for _, sort := range sorts() {
		t.Run(sort.name, func(t *testing.T) {
			t.Parallel()
			found := map[string]int{}
			illegal := 0
			for seed := range uint64(histories) {
				r := rand.New(rand.NewPCG(seed, 17))
				s := randomShape(r)
				h := sort.make(r, s)
				right := linearizable(h, s.start)
				if !right {
					illegal++
				}
				require.False(t, sort.name == "atomic" && !right, "seed %d: the generator is wrong: %s", seed, show(h))
				hold(t, seed, h, s, right, found)
			}
			t.Logf("seeds 0 to %d: %d illegal; found %v", histories-1, illegal, found)
			if sort.name != "atomic" {
				require.Greater(t, found["Updates"], histories/100)
				require.Greater(t, found["Conserved"], histories/1000)
			}
			if sort.name == "mutated" { // even a racy store holds its floor
				require.Greater(t, found["NonNegative"], histories/1000)
			}
		})
	}
}

func hold(t *testing.T, seed uint64, h *hist, s shape, right bool, found map[string]int) {
	t.Helper()
	sheet, snapshots, levels := sheet(h, s.start, s.additive)
	verdicts := map[string]checkers.Verdict{
		"Updates":   invariant.Updates(context.Background(), h, sheet),
		"Conserved": invariant.Conserved(context.Background(), h, sheet, snapshots),
	}
	if s.floor {
		verdicts["NonNegative"] = invariant.NonNegative(h, levels, sheet.Words)
	}
	for name, v := range verdicts {
		if v.Status == checkers.Valid {
			continue
		}
		found[name]++
		require.Equal(t, checkers.Invalid, v.Status)
		if right {
			t.Fatalf("seed %d: %s invents: %s%s", seed, name, v.Text(), show(h))
		}
		for _, a := range v.Anomalies {
			require.NotContains(t, a.Message, "\n")
			if name == "Conserved" {
				total(t, fmt.Sprintf("seed %d: %s\n%s", seed, a.Text(), show(h)), h, s, a)
			}
			if a.Name == checkers.LostUpdate || a.Name == checkers.PhantomUpdate {
				verify(t, fmt.Sprintf("seed %d: %s\n%s", seed, a.Text(), show(h)), h, s, a)
			}
		}
	}
}

func show(h *hist) string {
	var b strings.Builder
	for i, o := range h.Ops {
		fmt.Fprintf(&b, "\n#%d %v %v..%v %v %+v %+v", i, o.Outcome,
			int64(o.Call), int64(o.Return), o.Phase, o.Input, o.Output)
	}
	return b.String()
}

// TestFindsEveryWrongTotal holds what is promised: with final reads and no operation of unknown outcome, a final value
// that is not the sum of the acknowledged updates is always found.
func TestFindsEveryWrongTotal(t *testing.T) {
	wrong := 0
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 18))
		s := randomShape(r)
		s.additive, s.unknown, s.finals, s.early = true, 0, true, false
		h := simulate(r, s, false)
		sheet, _, _ := sheet(h, s.start, true)
		sum, last, known := s.start, state{}, [cells]bool{}
		for _, u := range sheet.Updates {
			sum[u.Key] += u.Delta
		}
		for _, f := range sheet.Reads {
			if f.Final {
				last[f.Key], known[f.Key] = f.Value, true
			}
		}
		off := map[string]bool{}
		for cell := range cells {
			if known[cell] && sum[cell] != last[cell] {
				off[fmt.Sprintf("cell %d", cell)] = true
			}
		}
		v := invariant.Updates(context.Background(), h, sheet)
		for _, a := range v.Anomalies {
			delete(off, a.Object)
		}
		require.Empty(t, off, "seed %d: %s", seed, show(h))
		if v.Status == checkers.Invalid {
			wrong++
		}
	}
	t.Logf("seeds 0 to %d: %d wrong", histories-1, wrong)
	require.Greater(t, wrong, histories/20)
}

// certain reports whether an operation is one of those acknowledged.
func certain(o *op) bool { return o.Outcome == history.OK && o.Input.update() && !o.Output.refused }
