package linear

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

func typedRegister() world[int, put, got] {
	w := uniqueWorld()
	w.name = "typed register"
	w.draw = func(r *rand.Rand, n int) put { return put{kind: "rrwc"[r.IntN(4)], old: r.IntN(n + 1), to: n + 1} }
	w.model.Type = &Type[put, got]{Act: func(in put, out got, known bool) monitor.Act {
		switch {
		case in.kind == 'r':
			return monitor.Act{Kind: monitor.Read, Value: int64(out.value)}
		case in.kind == 'w':
			return monitor.Act{Kind: monitor.Write, Value: int64(in.to)}
		case !known || out.ok:
			return monitor.Act{Kind: monitor.CompareAndSet, Value: int64(in.to), Other: int64(in.old)}
		}
		return monitor.Act{}
	}}
	return w
}

func typedCounter(sizes ...int) world[int, int, int] {
	w := counterWorld("typed counter", sizes...)
	w.model.Type = &Type[int, int]{Act: func(in, out int, _ bool) monitor.Act {
		if in == 0 {
			return monitor.Act{Kind: monitor.Read, Value: int64(out)}
		}
		return monitor.Act{Kind: monitor.Add, Value: int64(in)}
	}}
	return w
}

func typedFetchAdd() world[int, int, int] {
	w := fetchAddWorld()
	w.name = "typed fetch-add"
	w.model.Type = &Type[int, int]{Act: func(in, out int, _ bool) monitor.Act {
		if in == 0 {
			return monitor.Act{Kind: monitor.Read, Value: int64(out)}
		}
		return monitor.Act{Kind: monitor.FetchAdd, Value: int64(in), Other: int64(out)}
	}}
	return w
}

// The verdict is the brute force's whether a monitor decides or the search, and what is named proves it.
func TestPlannedVerdictsAndTheirProofs(t *testing.T) {
	for _, p := range []chance{{failed: 0.1, wrong: 0.35}, {unknown: 0.35, failed: 0.05, wrong: 0.6}} {
		planned(t, typedRegister(), p)
		planned(t, typedCounter(0, 0, 1, 1), p)
		planned(t, typedCounter(0, 0, 1, 2, -1), p)
		planned(t, typedFetchAdd(), p)
	}
}

func planned[S comparable, I, O any](t *testing.T, w world[S, I, O], p chance) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		count, byRule := 8000, map[string]int{}
		if testing.Short() {
			count = 800
		}
		for seed := range count {
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 4)), p)
			v := Check(t.Context(), w.model, h)
			if want := bruteForce(w.model, h); (v.Status == checkers.Valid) != want || v.Status == checkers.Undecided {
				require.FailNow(t, "wrong verdict", "seed %d: %+v of %+v", seed, v, h.Ops)
			}
			if v.Status != checkers.Invalid {
				continue
			}
			byRule[v.Anomalies[0].Name]++
			core := v.Anomalies[0].Ops
			bound := func(i int) bool { return h.Ops[i].Outcome == history.OK && slices.Contains(core, i) }
			if bruteForceOf(w.model, h, bound) {
				require.FailNow(t, "the operations prove nothing", "seed %d: %+v of %+v", seed, v, h.Ops)
			}
		}
		t.Log(byRule)
		require.Greater(t, len(byRule), 1, "only the search has found anything")
	})
}

// A monitor that was told a wrong type must not be believed.
func TestWrongTypeIsFoundOut(t *testing.T) {
	w := typedRegister()
	w.model.Type.Act = func(_ put, out got, _ bool) monitor.Act {
		return monitor.Act{Kind: monitor.Read, Value: int64(out.value) + 100} // nobody wrote that
	}
	v := Check(t.Context(), w.model, of(write(1, 0, 1, 7), read(2, 2, 3, 7)))
	assert.Equal(t, checkers.Verdict{}, v)
}

func TestMonitoredViolationIsNamedAndTold(t *testing.T) {
	w := typedRegister()
	w.model.Describe = wordyRegister().Describe
	v := Check(t.Context(), w.model, of(
		write(1, 0, 1, 7), read(2, 2, 3, 7), write(2, 4, 5, 8), read(3, 6, 7, 8), read(1, 10, 12, 7),
	))
	require.Equal(t, checkers.Invalid, v.Status)
	require.Len(t, v.Anomalies, 1)
	a := v.Anomalies[0]
	assert.Equal(t, monitor.RuleStaleRead, a.Name)
	t.Log(a)
}

// One hot object, a hundred clients: hopeless for a search.
func TestMonitorsDecideWhatNoSearchCould(t *testing.T) {
	w := typedRegister()
	w.draw = func(r *rand.Rand, n int) put { return put{kind: "rw"[r.IntN(2)], to: n + 1} }
	h := w.load(1, 100, 20_000, 0.01)
	require.Equal(t, checkers.Verdict{}, Check(t.Context(), w.model, h))
	at := len(h.Ops) - 1
	for h.Ops[at].Input.kind != 'r' || h.Ops[at].Outcome != history.OK {
		at--
	}
	h.Ops[at].Output.value = 1 // long overwritten
	v := Check(t.Context(), w.model, h)
	require.Equal(t, checkers.Invalid, v.Status)
	assert.LessOrEqual(t, len(v.Anomalies[0].Ops), 4)
	assert.Contains(t, v.Anomalies[0].Ops, at)
	assert.Less(t, h.Ops[at].Call, time.Hour)
}
