package cache_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/cache"
	"github.com/lostupdate/stress/workloads/internal/simulate"
)

// right says by definition, and by trying all orders, whether the operations of one key are as they must be.
func right(ops []op) bool {
	for i := range ops {
		for j := range ops {
			mine := i < j && ops[i].Client == ops[j].Client
			if (mine || ops[i].Return < ops[j].Call) && older(&ops[i], &ops[j]) || mine && backwards(&ops[i], &ops[j]) {
				return false
			}
		}
	}
	return possible(ops, 0)
}

func looked(o *op) bool {
	return o.Outcome == history.OK && o.Input.Kind != cache.Write && !o.Output.Nothing
}

// older says whether the second operation, which came after the first, was given something older than what that had written.
func older(write, look *op) bool {
	return write.Outcome == history.OK && write.Input.Kind == cache.Write && looked(look) &&
		look.Output.Version < write.Output.Version
}

// backwards says whether the second is a read older than the first, which the same client made before.
func backwards(first, second *op) bool {
	return looked(first) && looked(second) && first.Input.Kind == cache.Read &&
		second.Input.Kind == cache.Read && second.Output.Version < first.Output.Version
}

// possible tries all orders in which the source can have come to the versions that it and the cache gave.
func possible(ops []op, version int64) bool {
	done := true
	for i := range ops {
		done = done && ops[i].Outcome != history.OK
	}
	if done {
		return true
	}
	for i := range ops {
		next, ok := after(&ops[i], version)
		if ok && mayBeFirst(ops, i) && possible(slices.Delete(slices.Clone(ops), i, i+1), next) {
			return true
		}
	}
	return false
}

// mayBeFirst says whether no operation ended before the i-th began; those that end as it begins may come after it.
func mayBeFirst(ops []op, i int) bool {
	for j := range ops {
		if ops[j].Outcome == history.OK && ops[j].Return < ops[i].Call {
			return false
		}
	}
	return true
}

// after gives the source's version after an operation, and whether it can have been answered so.
func after(o *op, version int64) (int64, bool) {
	switch unknown := o.Outcome == history.Unknown; {
	case o.Input.Kind == cache.Write:
		return version + 1, unknown || o.Output.Version == version+1
	case unknown || o.Output.Nothing:
		return version, true
	case o.Input.Kind == cache.Stored:
		return version, o.Output.Version == version
	}
	return version, 0 <= o.Output.Version && o.Output.Version <= version
}

// ofKey are the operations of one key that may have taken effect.
func ofKey(ops []op, key int32) []op {
	var own []op
	for _, o := range ops {
		if o.Input.Key == key && o.Outcome != history.Failed {
			own = append(own, o)
		}
	}
	return own
}

// system is a source with a cache that is kept badly.
type system struct {
	stored, cached int64 // cached is -1 if there is nothing
}

func (s *system) do(r *rand.Rand, kind cache.Kind) out {
	switch {
	case kind == cache.Write:
		s.stored++
		return s.written(r)
	case kind == cache.Stored:
		return out{Version: s.stored}
	case kind == cache.Cached && s.cached < 0:
		return out{Nothing: true}
	case s.cached >= 0:
		return out{Version: s.cached}
	}
	loaded := max(0, s.stored-r.Int64N(20)/19)
	if r.IntN(3) == 0 {
		return out{Version: loaded}
	}
	s.cached = loaded
	return out{Version: loaded, Filled: true}
}

func (s *system) written(r *rand.Rand) out {
	switch r.IntN(12) {
	case 0: // the cache is forgotten
	case 1, 2, 3, 4:
		s.cached = s.stored
		return out{Version: s.stored, Filled: true}
	default:
		s.cached = -1
	}
	return out{Version: s.stored}
}

const keys = 2

// random makes a history that is right but for at most a few answers, with many ties of times. The last operations are
// final looks.
func random(r *rand.Rand) []op {
	systems := [keys]system{{cached: -1}, {cached: -1}}
	n := 2 + r.IntN(6)
	ops := make([]op, n)
	for i := range ops {
		o, at := &ops[i], time.Duration(2*i)
		o.Call, o.Return = max(0, at-time.Duration(r.IntN(5))), at+time.Duration(r.IntN(4))
		o.Input = in{Kind: cache.Kind([]int{0, 0, 0, 1, 1, 1, 1, 2, 3}[r.IntN(9)]), Key: int32(r.IntN(6) / 5)}
		answer(r, o, &systems[o.Input.Key])
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	seat(r, ops)
	for i, kind := range []cache.Kind{cache.Cached, cache.Stored} {
		at := time.Duration(100 + 10*i)
		o := op{Client: int32(1000 + i), Call: at, Return: at + 5, Phase: history.Final, Input: in{Kind: kind}}
		answer(r, &o, &systems[0])
		ops = append(ops, o)
	}
	return ops
}

func answer(r *rand.Rand, o *op, s *system) {
	switch r.IntN(10) {
	case 0:
		o.Outcome = history.Failed
	case 1:
		o.Outcome, o.Return = history.Unknown, history.Never
		if r.IntN(2) == 0 {
			s.do(r, o.Input.Kind)
		}
	default:
		o.Output = s.do(r, o.Input.Kind)
		if r.IntN(10) == 0 { // mostly too old
			o.Output.Version = max(-r.Int64N(8)/7, o.Output.Version-1+r.Int64N(8)/7*2)
		}
	}
}

// seat gives operations that don't overlap to the same client, now and then.
func seat(r *rand.Rand, ops []op) {
	var free []time.Duration // when a client has made its operation, by client
	for i := range ops {
		c := slices.IndexFunc(free, func(at time.Duration) bool { return at <= ops[i].Call && r.IntN(6) > 0 })
		if c < 0 {
			c = len(free)
			free = append(free, 0)
		}
		ops[i].Client, free[c] = int32(c), ops[i].Return
	}
}

// unseen are writes of which nobody was told: they explain any version, and no order of versions.
func unseen() []op {
	ops := make([]op, 5)
	for i := range ops {
		ops[i] = op{Client: int32(2000 + i), Call: -1, Return: history.Never, Outcome: history.Unknown}
	}
	return ops
}

// byThemselves says whether the operations that an anomaly names are wrong without the others. What they don't tell of are
// writes whose versions are below theirs, which may be any.
func byThemselves(h *hist, a *checkers.Anomaly) bool {
	var named []op
	for _, i := range a.Ops {
		o := h.Ops[i]
		o.Input.Key = 0
		named = append(named, o)
	}
	if a.Name != checkers.PhantomUpdate { // which is one that there are too few writes for
		named = append(unseen(), named...)
	}
	return !right(named)
}

// equal says whether the final looks at key 0 found the same, or nothing in the cache, or could not tell.
func equal(ops []op) bool {
	cached, stored := &ops[len(ops)-2], &ops[len(ops)-1]
	return cached.Outcome != history.OK || stored.Outcome != history.OK || cached.Output.Nothing ||
		cached.Output.Version == stored.Output.Version
}

func unknownWrites(ops []op) bool {
	return slices.ContainsFunc(ops, func(o op) bool { return o.Outcome == history.Unknown && o.Input.Kind == cache.Write })
}

// TestAgainstTheDefinition compares the check with the definition and all orders, and holds that the operations which an
// anomaly names are wrong by themselves.
func TestAgainstTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := mustNew(t, keys)
	seen := map[string]int{}
	for n := range simulate.Volume(50_000) {
		h := &hist{Ops: random(r)}
		want := checkers.Valid
		if !right(ofKey(h.Ops, 0)) || !right(ofKey(h.Ops, 1)) {
			want = checkers.Invalid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		seen[want.String()]++
		if want == checkers.Valid && !unknownWrites(h.Ops) {
			require.True(t, equal(h.Ops), "%d: %+v", n, h.Ops)
			seen["at rest"]++
		}
		for _, a := range v.Anomalies {
			seen[a.Name]++
			require.True(t, a.Name == checkers.NonLinearizable || byThemselves(h, &a), "%d: %s: %+v", n, a.Message, h.Ops)
		}
	}
	for _, what := range []string{
		"valid", "invalid", "at rest", checkers.StaleCache, checkers.StaleRead, checkers.NonMonotonicRead,
		checkers.LostUpdate, checkers.PhantomUpdate, checkers.NonLinearizable,
	} {
		require.Greater(t, seen[what], simulate.Volume(200), "%s: %v", what, seen)
	}
	t.Log(seen)
}
