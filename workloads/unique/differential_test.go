package unique_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/unique"
)

// absent is what a key holds that has no result. IDs begin at 1, and candidates are all that a create of unknown outcome
// need be tried with: those that anybody can be told, and another.
const absent = 0

var candidates = []int64{1, 2, 3, 4, 5, 6, 99}

// after gives what the key may hold after an operation, nothing if it can't have been answered so.
func after(o *op, id int64) []int64 {
	answer := o.Output
	var ok bool
	switch {
	case o.Outcome == history.Unknown && o.Input.Kind == unique.Create && id == absent:
		return candidates
	case o.Outcome == history.Unknown:
		return []int64{id}
	case o.Input.Kind == unique.Count:
		ok = id == absent && answer.Count == 0 || id != absent && answer.Count == 1
	case o.Input.Kind == unique.Get:
		ok = answer.Found == (id != absent) && (!answer.Found || answer.ID == id)
	case id == absent && answer.Found && (answer.Created || answer.Untold):
		return []int64{answer.ID}
	default:
		ok = id != absent && answer.Found && !answer.Created && answer.ID == id
	}
	if ok {
		return []int64{id}
	}
	return nil
}

// bruteForce looks for orders of every key's operations, and for a result that was given for both.
func bruteForce(ops []op) bool { return apart(ops) && ordered(ops) }

func apart(ops []op) bool {
	of := map[int64]int32{}
	for _, o := range ops {
		if o.Outcome != history.OK || !o.Output.Found {
			continue
		}
		if key, ok := of[o.Output.ID]; ok && key != o.Input.Key {
			return false
		}
		of[o.Output.ID] = o.Input.Key
	}
	return true
}

func ordered(ops []op) bool {
	for key := range int32(2) {
		var own []op
		for _, o := range ops {
			if o.Input.Key == key && o.Outcome != history.Failed {
				own = append(own, o)
			}
		}
		if !simulate.Possible(own, int64(absent), after) {
			return false
		}
	}
	return true
}

// random makes a history that is right but for at most a few answers, with many ties of times.
func random(r *rand.Rand) []op {
	ids := make([]int64, 2)
	ops := make([]op, 1+r.IntN(6))
	for i := range ops {
		o := &ops[i]
		at := time.Duration(2 * i)
		o.Client, o.Call, o.Return = int32(i), max(0, at-time.Duration(r.IntN(5))), at+time.Duration(r.IntN(5))
		o.Input = in{Kind: unique.Kind(max(0, r.IntN(5)-2)), Key: int32(r.IntN(4) / 3)}
		id := &ids[o.Input.Key]
		switch n := r.IntN(8); {
		case n == 0:
			o.Outcome = history.Failed
			continue
		case n < 3:
			o.Outcome = history.Unknown
			o.Return = history.Never
			if o.Input.Kind == unique.Create && *id == absent && r.IntN(2) == 0 {
				*id = fresh(r, o.Input.Key)
			}
			continue
		}
		o.Output = answer(r, o.Input, id)
		if r.IntN(12) == 0 {
			wrong := r.Int64N(2) * fresh(r, o.Input.Key)
			o.Output = answer(r, o.Input, &wrong)
		}
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	return ops
}

// fresh draws an ID of the key's own, but now and then one of any key's.
func fresh(r *rand.Rand, key int32) int64 {
	if r.IntN(5) == 0 {
		return 1 + r.Int64N(6)
	}
	return int64(3*key) + 1 + r.Int64N(3)
}

func answer(r *rand.Rand, asked in, id *int64) out {
	untold := asked.Kind == unique.Create && r.IntN(3) == 0
	switch {
	case asked.Kind == unique.Count:
		if *id == absent {
			return out{}
		}
		return out{Count: 1 + int64(r.IntN(20)/19)}
	case *id != absent:
		return out{Found: true, ID: *id, Untold: untold}
	case asked.Kind == unique.Get || r.IntN(20) == 0:
		return out{}
	}
	*id = fresh(r, asked.Key)
	return out{Found: true, ID: *id, Created: !untold, Untold: untold}
}

// TestAgainstAllOrders compares the check, and the model alone, with a search through all orders, and holds that the
// operations which an anomaly names are wrong by themselves.
func TestAgainstAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := mustNew(t, 2)
	seen := map[string]int{}
	for n := range simulate.Volume(40_000) {
		h := &hist{Ops: random(r)}
		want := checkers.Valid
		if !bruteForce(h.Ops) {
			want = checkers.Invalid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		require.Equal(t, ordered(h.Ops), linear.Check(context.Background(), unique.Model(), h).Status == checkers.Valid,
			"%d: %+v", n, h.Ops)
		seen[want.String()]++
		if ordered(h.Ops) && !apart(h.Ops) {
			seen["mixed"]++
		}
		for _, a := range v.Anomalies {
			seen[a.Name]++
			var named []op
			for _, i := range a.Ops {
				named = append(named, h.Ops[i])
			}
			require.True(t, a.Name == checkers.NonLinearizable || !bruteForce(named), "%d: %s: %+v", n, a.Message, h.Ops)
		}
	}
	for _, what := range []string{
		"valid", "invalid", "mixed", checkers.DuplicateEffect, checkers.LostResult, checkers.NonLinearizable,
	} {
		require.Greater(t, seen[what], simulate.Volume(200), "%s: %v", what, seen)
	}
	t.Log(seen)
}
