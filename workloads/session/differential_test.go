package session_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/session"
)

// possible compares every read with every operation of its client before, and tries all writes of unknown outcome for what
// nobody says to have written. Which versions were written is known from all; the chosen are those that must be possible.
func possible(all []op, chosen []int) bool {
	for n, i := range chosen {
		r := all[i]
		if writtenTwice(all, chosen[:n], i) {
			return false
		}
		if r.Outcome != history.OK || r.Input.Kind != session.Read {
			continue
		}
		for _, j := range chosen[:n] {
			o := all[j]
			if o.Outcome == history.OK && o.Client == r.Client && o.Input.Key == r.Input.Key && o.Output.Version > r.Output.Version {
				return false
			}
		}
	}
	return explained(all, chosen, map[version]int{}, map[int]bool{})
}

// writtenTwice says that one of the others wrote the version that the i-th operation did.
func writtenTwice(all []op, others []int, i int) bool {
	w := all[i]
	return w.Outcome == history.OK && w.Input.Kind == session.Write && slices.ContainsFunc(others, func(j int) bool {
		o := all[j]
		return o.Outcome == history.OK && o.Input == w.Input && o.Output == w.Output
	})
}

type version struct {
	key int32
	n   int64
}

// explained finds a write for each version that was read, from the first of the chosen on.
func explained(all []op, chosen []int, by map[version]int, taken map[int]bool) bool {
	if len(chosen) == 0 {
		return true
	}
	r, rest := all[chosen[0]], chosen[1:]
	v := version{r.Input.Key, r.Output.Version}
	if r.Outcome != history.OK || r.Input.Kind != session.Read || v.n == 0 {
		return explained(all, rest, by, taken)
	}
	if v.n < 0 {
		return false
	}
	for _, w := range all {
		if w.Input.Kind == session.Write && w.Outcome == history.OK && w.Input.Key == v.key && w.Output.Version == v.n {
			return w.Call <= r.Return && explained(all, rest, by, taken)
		}
	}
	if i, there := by[v]; there {
		return all[i].Call <= r.Return && explained(all, rest, by, taken)
	}
	for i, w := range all {
		if w.Outcome != history.Unknown || w.Input.Kind != session.Write || w.Input.Key != v.key || taken[i] || w.Call > r.Return {
			continue
		}
		by[v], taken[i] = i, true
		if explained(all, rest, by, taken) {
			return true
		}
		delete(by, v)
		delete(taken, i)
	}
	return false
}

// random makes a history of three clients whose reads are a little behind, or ahead.
func random(r *rand.Rand) []op {
	ops := make([]op, 0, 12)
	ends := [6]time.Duration{}
	latest := make([]int64, 2)
	for i := range 3 + r.IntN(9) {
		c := r.IntN(3)
		now := time.Duration(10 * i)
		o := op{Client: int32(c), Input: in{Kind: session.Kind(r.IntN(2)), Key: int32(r.IntN(4) / 3)}}
		o.Call = max(ends[c], now-time.Duration(r.IntN(20)))
		o.Return = max(o.Call, now) + time.Duration(r.IntN(15))
		ends[c] = o.Return
		v := &latest[o.Input.Key]
		switch n := r.IntN(12); {
		case n == 0:
			o.Outcome = history.Failed
		case n == 1 && o.Input.Kind == session.Write:
			o.Client, o.Outcome, o.Return = int32(10+i), history.Unknown, history.Never
			*v += int64(r.IntN(2))
		case o.Input.Kind == session.Write:
			if r.IntN(16) > 0 || *v == 0 { // or else as one who has not seen the last
				*v++
			}
			o.Output.Version = *v
		default:
			o.Output.Version = max(0, *v-int64(max(0, r.IntN(12)-9)))
			if r.IntN(20) == 0 {
				o.Output.Version++
			}
			if r.IntN(60) == 0 {
				o.Output.Version = -1
			}
		}
		ops = append(ops, o)
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	return ops
}

// TestAgainstAllPairs compares the check with one that looks at all pairs and tries all writes, and holds that the
// operations which an anomaly names are wrong by themselves.
func TestAgainstAllPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := mustNew(t, 2)
	seen := map[string]int{}
	for n := range simulate.Volume(60_000) {
		h := &hist{Ops: random(r)}
		want := checkers.Invalid
		every := make([]int, len(h.Ops))
		for i := range every {
			every[i] = i
		}
		if possible(h.Ops, every) {
			want = checkers.Valid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		seen[want.String()]++
		for _, a := range v.Anomalies {
			seen[a.Name]++
			require.False(t, possible(h.Ops, a.Ops), "%d: %s: %+v", n, a.Message, h.Ops)
		}
	}
	for _, what := range []string{
		"valid", "invalid", checkers.UnreadWrite, checkers.NonMonotonicRead, checkers.PhantomUpdate, checkers.LostUpdate,
	} {
		require.Greater(t, seen[what], simulate.Volume(1000), "%s: %v", what, seen)
	}
	t.Log(seen)
}
