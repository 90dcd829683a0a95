package counter_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/internal/simulate"
)

func mustNew(t *testing.T, cfg counter.Config) *counter.Workload {
	t.Helper()
	w, err := counter.New(cfg)
	require.NoError(t, err)
	return w
}

func TestConfigErrorsNameTheOption(t *testing.T) {
	for option, cfg := range map[string]counter.Config{
		"keys":  {Keys: workloads.Keys{N: -1}},
		"hot":   {Keys: workloads.Keys{Hot: 2}},
		"skew":  {Keys: workloads.Keys{Skew: 0.5}},
		"reads": {Reads: 1.5},
	} {
		_, err := counter.New(cfg)
		require.ErrorContains(t, err, "counter: "+option+" must be")
	}
	_, err := counter.New(counter.Config{Reads: math.NaN()})
	require.ErrorContains(t, err, "reads")
}

func generate(w *counter.Workload, seed uint64, n int) []counter.Input {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(0)
	all := make([]counter.Input, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

func TestGenerates(t *testing.T) {
	w := mustNew(t, counter.Config{Keys: workloads.Keys{N: 3}, Deltas: []int64{1, -2}, Reads: 0.25})
	all := generate(w, 1, 10_000)
	require.Equal(t, all, generate(w, 1, 10_000))
	require.NotEqual(t, all, generate(w, 2, 10_000))
	reads, sum := 0, map[int64]int{}
	for _, in := range all {
		require.Less(t, in.Key, int32(3))
		if in.Kind == counter.Read {
			reads++
			require.Zero(t, in.Delta)
		} else {
			sum[in.Delta]++
		}
	}
	require.InDelta(t, 2500, reads, 200)
	require.InDelta(t, sum[1], sum[-2], 400)
	require.Len(t, sum, 2)
	require.Len(t, w.Final(), 3)
	for _, in := range generate(mustNew(t, counter.Config{}), 1, 100) {
		require.Equal(t, counter.Input{Kind: counter.Add, Delta: 1}, in)
	}
}

func TestWords(t *testing.T) {
	w := mustNew(t, counter.Config{Keys: workloads.Keys{N: 4}})
	add := counter.Input{Key: 3, Delta: 2}
	read := counter.Input{Kind: counter.Read, Key: 3}
	for want, op := range map[string]history.Op[counter.Input, counter.Output]{
		"add 2 to counter 3":          {Input: add},
		"add 2 to counter 3 → 7":      {Input: add, Output: counter.Output{Before: 5, Value: 7, Seen: true}},
		"add 2 to counter 3, failed":  {Input: add, Outcome: history.Failed},
		"add 2 to counter 3, unknown": {Input: add, Outcome: history.Unknown},
		"read counter 3 → 7":          {Input: read, Output: counter.Output{Value: 7}},
		"read counter 3, failed":      {Input: read, Outcome: history.Failed},
		"read counter 3, unknown":     {Input: read, Outcome: history.Unknown},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "add", Key: 3}, w.Class(add))
	require.Equal(t, harness.Class{Kind: "read", Key: 3, ReadOnly: true}, w.Class(read))
	name, params := w.Info()
	require.Equal(t, "counter", name)
	require.Equal(t, map[string]any{"keys": 4}, params)
}

func TestJSON(t *testing.T) {
	for want, in := range map[string]counter.Input{
		`{"op":"add","key":3,"delta":-2}`: {Key: 3, Delta: -2},
		`{"op":"read","key":0}`:           {Kind: counter.Read},
	} {
		text, err := json.Marshal(in)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back counter.Input
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, in, back)
	}
	for want, out := range map[string]counter.Output{
		`{"value":0}`: {}, `{"value":7,"before":5,"seen":true}`: {Value: 7, Before: 5, Seen: true},
	} {
		text, err := json.Marshal(out)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back counter.Output
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, out, back)
	}
	var in counter.Input
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"sub"}`), &in), `"sub" is none of add, read`)
	_, err := json.Marshal(counter.Input{Kind: 9})
	require.Error(t, err)
}

// store is a plain counter; a stale one works on what it was some operations ago.
type store struct {
	values map[int32]int64
	before []map[int32]int64
}

func (s *store) do(r *rand.Rand, stale bool) func(counter.Input) counter.Output {
	return func(in counter.Input) counter.Output {
		now := s.values[in.Key]
		if stale && len(s.before) > 0 && r.IntN(3) == 0 {
			now = s.before[max(0, len(s.before)-1-r.IntN(3))][in.Key]
		}
		copied := map[int32]int64{}
		for k, v := range s.values {
			copied[k] = v
		}
		s.before = append(s.before, copied)
		if in.Kind == counter.Read {
			return counter.Output{Value: now}
		}
		s.values[in.Key] = now + in.Delta
		if r.IntN(3) == 0 {
			return counter.Output{}
		}
		return counter.Output{Value: now + in.Delta, Before: now, Seen: true}
	}
}

// TestCheck holds the whole check against the model alone: of histories of a correct store all are valid, and of others
// those that the model allows.
func TestCheck(t *testing.T) {
	count := map[checkers.Status]int{}
	for seed := range uint64(simulate.Volume(20_000)) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := mustNew(t, counter.Config{
			Keys: workloads.Keys{N: 1 + r.IntN(2)}, Deltas: [][]int64{{1}, {2, -3}}[r.IntN(2)], Reads: 0.3,
		})
		s := &store{values: map[int32]int64{}}
		stale := seed%2 == 1
		h := simulate.History(r, generate(w, seed, 1+r.IntN(9)), w.Final(), []float64{0, 0.3}[r.IntN(2)], s.do(r, stale))
		want := linear.Check(context.Background(), counter.Model(), h).Status
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "seed %d: %s", seed, v.Text())
		require.True(t, stale || want == checkers.Valid, "seed %d", seed)
		count[want]++
	}
	t.Log(count)
	require.Greater(t, count[checkers.Invalid], simulate.Volume(4_000))
}

func TestModel(t *testing.T) {
	m := counter.Model()
	add, read := counter.Input{Delta: 2}, counter.Input{Kind: counter.Read}
	for _, c := range []struct {
		in  counter.Input
		out counter.Output
		ok  bool
	}{
		{add, counter.Output{}, true},
		{add, counter.Output{Before: 5, Value: 7, Seen: true}, true},
		{add, counter.Output{Before: 4, Value: 6, Seen: true}, false},
		{add, counter.Output{Before: 5, Value: 6, Seen: true}, false},
		{read, counter.Output{Value: 5}, true},
		{read, counter.Output{Value: 4}, false},
	} {
		next, ok := m.Step(5, c.in, c.out)
		require.Equal(t, c.ok, ok, "%+v", c)
		if ok {
			after, _ := m.Effect(5, c.in)
			require.Equal(t, after, next)
		}
	}
	require.True(t, m.Pure(read, counter.Output{}))
	require.False(t, m.Pure(add, counter.Output{}))
}
