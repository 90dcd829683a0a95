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
		return monitor.Act{Kind: monitor.Mismatch, Other: int64(in.old)}
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
		count, byRule := histories(), map[string]int{}
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
func TestMonitoredViolationIsDrawn(t *testing.T) {
	stale := of(write(0, 0, 1, 7), write(1, 2, 3, 8), read(2, 4, 5, 7))
	require.Equal(t, []checkers.Arrow{
		{From: 1, To: 2, Relation: checkers.Misses, Text: "8 was not seen"},
		{From: 0, To: 2, Relation: checkers.Reads, Text: "read 7"},
	}, Check(t.Context(), typedRegister().model, stale).Anomalies[0].Arrows)
	lost := of(span(0, 0, 5, 1, 0), span(1, 2, 6, 1, 0)) // both added 1 to 0
	require.Equal(t, []checkers.Arrow{
		{From: checkers.Earlier, To: 0, Relation: checkers.Reads, Text: "read 0"},
		{From: checkers.Earlier, To: 1, Relation: checkers.Reads, Text: "read 0"},
	}, Check(t.Context(), typedFetchAdd().model, lost).Anomalies[0].Arrows)
}

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

// Logs are often in order of return; the numbers of operations are theirs.
func TestMonitorsTakeHistoriesInAnyOrder(t *testing.T) {
	w := typedRegister()
	w.draw = func(r *rand.Rand, n int) put { return put{kind: "rw"[r.IntN(2)], to: n + 1} }
	h := w.load(1, 100, 5000, 0)
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(h.Ops), func(i, j int) { h.Ops[i], h.Ops[j] = h.Ops[j], h.Ops[i] })
	require.Equal(t, checkers.Verdict{}, Check(t.Context(), w.model, h))
	at := slices.IndexFunc(h.Ops, func(op history.Op[put, got]) bool { return op.Input.kind == 'r' && op.Call > 20e6 })
	h.Ops[at].Output.value = 0 // long overwritten
	v := Check(t.Context(), w.model, h)
	require.Equal(t, checkers.Invalid, v.Status)
	assert.LessOrEqual(t, len(v.Anomalies[0].Ops), 4)
	assert.Contains(t, v.Anomalies[0].Ops, at)
}

// A proof that counts thousands of operations is too long for a search, and to read.
func TestProofByCounting(t *testing.T) {
	w := typedCounter(1)
	h := w.load(1, 100, 40_000, 0)
	end := time.Duration(0)
	for i := range h.Ops {
		end = max(end, h.Ops[i].Return)
	}
	h.Ops = append(h.Ops, span(0, end+1, end+2, 0, 39_000))
	v := Check(t.Context(), w.model, h)
	require.Equal(t, checkers.Invalid, v.Status)
	a := v.Anomalies[0]
	assert.Equal(t, monitor.RuleLostUpdate, a.Name)
	assert.Len(t, a.Ops, mostEvidence)
	assert.Contains(t, a.Message, "and op #40000 (client 0: 0 → 39000) together with 38999 operations before")
	assert.Contains(t, a.Message, "the counting of a monitor")

	h.Ops[40_000].Output = 41_000
	v = Check(t.Context(), w.model, h)
	require.Equal(t, checkers.Invalid, v.Status)
	assert.Equal(t, []int{40_000}, v.Anomalies[0].Ops)
	assert.Contains(t, v.Anomalies[0].Message, "something was seen that nobody had put there: nothing explains op #40000")
	assert.Contains(t, v.Anomalies[0].Message, "the counting of a monitor")
}

func TestReturnAtTheEndOfTimeIsKnown(t *testing.T) {
	h := of(write(1, 0, 1, 7), read(2, 2, history.Never, 9))
	assert.Equal(t, checkers.Invalid, Check(t.Context(), typedRegister().model, h).Status)
}

// What no monitor has the memory for is searched.
func TestMonitorsKeepToTheMemory(t *testing.T) {
	w := typedRegister()
	h := w.load(1, 2, 400, 0)
	for memory := range int64(64) {
		v := Check(t.Context(), w.model, h, WithMemory(memory<<10))
		assert.NotEqual(t, checkers.Invalid, v.Status, "%d KiB", memory)
	}
	assert.Equal(t, checkers.Undecided, Check(t.Context(), w.model, h, WithMemory(100)).Status)
	assert.Equal(t, checkers.Valid, Check(t.Context(), w.model, h, WithMemory(100*400)).Status)
}

// Objects are translated as many at once as the memory permits, down to one by one; an illegal one among legal ones is found
// however they are put together, also in a history that is not in order of call.
func TestObjectsAreTranslatedTogether(t *testing.T) {
	type keyed struct {
		key uint64
		put
	}
	typed := typedRegister().model
	m := Model[int, keyed, got]{
		Step: func(s int, in keyed, out got) (int, bool) { return typed.Step(s, in.put, out) },
		Key:  func(in keyed) (uint64, bool) { return in.key, false },
		Type: &Type[keyed, got]{Act: func(in keyed, out got, known bool) monitor.Act { return typed.Type.Act(in.put, out, known) }},
	}
	var h history.History[keyed, got]
	for n := range 600 { // object k has k/30 writes and as many reads, one after the other
		key := uint64(n % 40)
		if n/40 > int(key)/3 {
			continue
		}
		at := time.Duration(10 * n)
		h.Ops = append(h.Ops,
			history.Op[keyed, got]{Input: keyed{key, put{kind: 'w', to: n + 1}}, Call: at, Return: at + 2},
			history.Op[keyed, got]{Input: keyed{key, put{kind: 'r'}}, Output: got{value: n + 1}, Call: at + 3, Return: at + 5})
	}
	wrong := h
	wrong.Ops = slices.Clone(h.Ops)
	wrong.Ops[len(wrong.Ops)-3].Output.value = 1 // what object 0 held; its key is another
	for _, memory := range []int64{6 << 10, 20 << 10, 1 << 30} {
		for range 2 {
			require.Equal(t, checkers.Valid, Check(t.Context(), m, &h, WithMemory(memory)).Status, "%d bytes", memory)
			v := Check(t.Context(), m, &wrong, WithMemory(memory))
			require.Equal(t, checkers.Invalid, v.Status, v.Reason)
			slices.Reverse(h.Ops)
			slices.Reverse(wrong.Ops)
		}
	}
}
