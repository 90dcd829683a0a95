package register_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/register"
)

type op = history.Op[register.Input, register.Output]

func mustNew(t *testing.T, cfg register.Config) *register.Workload {
	t.Helper()
	w, err := register.New(cfg)
	require.NoError(t, err)
	return w
}

func TestConfigErrorsNameTheOption(t *testing.T) {
	for option, cfg := range map[string]register.Config{
		"keys":                      {Keys: workloads.Keys{N: -1}},
		"hot":                       {Keys: workloads.Keys{Hot: -2}},
		"skew":                      {Keys: workloads.Keys{Skew: -2}},
		"reads":                     {Reads: 1.5},
		"writes":                    {Writes: 1.5},
		"reads and writes together": {Reads: 0.6, Writes: 0.6},
	} {
		_, err := register.New(cfg)
		require.ErrorContains(t, err, "register: "+option+" must be")
	}
}

func generate(w *register.Workload, client int, n int) []register.Input {
	r, next := rand.New(rand.NewPCG(1, 0)), w.Generator(client)
	all := make([]register.Input, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

func TestNewValuesAreUnique(t *testing.T) {
	w := mustNew(t, register.Config{Keys: workloads.Keys{N: 2}, Writes: 0.5})
	seen := map[int64]bool{0: true} // what registers start with
	for client := range 2 {
		for _, in := range generate(w, client, 1_100_000) {
			if seen[in.New] {
				t.Fatalf("client %d writes %d again", client, in.New)
			}
			seen[in.New] = true
		}
	}
	first := generate(w, 0, 1000)
	require.Equal(t, first, generate(w, 0, 1000))
}

func TestGenerates(t *testing.T) {
	w := mustNew(t, register.Config{Keys: workloads.Keys{N: 2}, Reads: -1, Writes: -1})
	kinds := map[register.Kind]int{}
	for _, in := range generate(w, 0, 10_000) {
		kinds[in.Kind]++
	}
	require.InDelta(t, 4000, kinds[register.Read], 200)
	require.InDelta(t, 1000, kinds[register.Write], 200)
	require.Len(t, w.Final(), 2)
}

// TestExpectsWhatItsClientSaw holds that a compare-and-set expects the value last seen in that register.
func TestExpectsWhatItsClientSaw(t *testing.T) {
	w := mustNew(t, register.Config{})
	next, r := w.Generator(0), rand.New(rand.NewPCG(1, 0))
	require.Zero(t, next(r, nil).Old)
	read := op{Input: register.Input{}, Output: register.Output{Value: 7}}
	require.EqualValues(t, 7, next(r, &read).Old)
	require.EqualValues(t, 7, next(r, nil).Old, "nothing new is known")
	swap := register.Input{Kind: register.CompareAndSet, Old: 7, New: 8}
	require.EqualValues(t, 7, next(r, &op{Input: swap}).Old, "refused, and does not say why")
	require.EqualValues(t, 9, next(r, &op{Input: swap, Output: register.Output{Seen: true, Value: 9}}).Old)
	require.EqualValues(t, 8, next(r, &op{Input: swap, Output: register.Output{Swapped: true}}).Old)
	require.EqualValues(t, 5, next(r, &op{Input: register.Input{Kind: register.Write, New: 5}}).Old)
}

func TestWords(t *testing.T) {
	w := mustNew(t, register.Config{Keys: workloads.Keys{N: 4}})
	read := register.Input{Key: 3}
	write := register.Input{Kind: register.Write, Key: 3, New: 6}
	swap := register.Input{Kind: register.CompareAndSet, Key: 3, Old: 5, New: 6}
	for want, o := range map[string]op{
		"read on register 3 → 7":                           {Input: read, Output: register.Output{Value: 7}},
		"read on register 3, failed":                       {Input: read, Outcome: history.Failed},
		"read on register 3, unknown":                      {Input: read, Outcome: history.Unknown},
		"write 6 on register 3":                            {Input: write},
		"write 6 on register 3, failed":                    {Input: write, Outcome: history.Failed},
		"write 6 on register 3, unknown":                   {Input: write, Outcome: history.Unknown},
		"replace 5 by 6 on register 3 → done":              {Input: swap, Output: register.Output{Swapped: true}},
		"replace 5 by 6 on register 3 → refused":           {Input: swap},
		"replace 5 by 6 on register 3 → refused, it was 9": {Input: swap, Output: register.Output{Seen: true, Value: 9}},
		"replace 5 by 6 on register 3, failed":             {Input: swap, Outcome: history.Failed},
		"replace 5 by 6 on register 3, unknown":            {Input: swap, Outcome: history.Unknown},
	} {
		require.Equal(t, want, w.Describe(&o))
	}
	require.Equal(t, harness.Class{Kind: "read", Key: 3, ReadOnly: true}, w.Class(read))
	require.Equal(t, harness.Class{Kind: "write", Key: 3}, w.Class(write))
	require.Equal(t, harness.Class{Kind: "compare-and-set", Key: 3}, w.Class(swap))
	name, params := w.Info()
	require.Equal(t, "register", name)
	require.Equal(t, map[string]any{"keys": 4}, params)
}

func TestJSON(t *testing.T) {
	for want, in := range map[string]register.Input{
		`{"op":"read","key":3}`:                            {Key: 3},
		`{"op":"write","key":0,"new":6}`:                   {Kind: register.Write, New: 6},
		`{"op":"compare-and-set","key":0,"old":5,"new":6}`: {Kind: register.CompareAndSet, Old: 5, New: 6},
	} {
		text, err := json.Marshal(in)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back register.Input
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, in, back)
	}
	for want, out := range map[string]register.Output{
		`{"value":0}`: {}, `{"value":7,"swapped":true,"seen":true}`: {Value: 7, Swapped: true, Seen: true},
	} {
		text, err := json.Marshal(out)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back register.Output
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, out, back)
	}
	var in register.Input
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"x"}`), &in), `"x" is none of read, write, compare-and-set`)
	_, err := json.Marshal(register.Input{Kind: 9})
	require.Error(t, err)
}

// store holds registers; a stale one compares with what was there some operations ago.
type store struct {
	now    map[int32]int64
	before []map[int32]int64
}

func (s *store) do(r *rand.Rand, stale bool) func(register.Input) register.Output {
	return func(in register.Input) (out register.Output) {
		value := s.now[in.Key]
		if stale && len(s.before) > 0 && r.IntN(2) == 0 {
			value = s.before[max(0, len(s.before)-1-r.IntN(3))][in.Key]
		}
		copied := map[int32]int64{}
		for k, v := range s.now {
			copied[k] = v
		}
		s.before = append(s.before, copied)
		switch {
		case in.Kind == register.Read:
			return register.Output{Value: value}
		case in.Kind == register.Write:
			s.now[in.Key] = in.New
			return out
		case in.Old == value:
			s.now[in.Key], out.Swapped = in.New, true
		}
		if r.IntN(2) == 0 {
			out.Value, out.Seen = value, true
		}
		return out
	}
}

// requests are writes of few values, so that some come back, as a user's own might.
func requests(r *rand.Rand, keys int) []register.Input {
	all := make([]register.Input, 1+r.IntN(9))
	for i := range all {
		all[i] = register.Input{Key: int32(r.IntN(keys)), Kind: register.Kind(min(2, r.IntN(5)))}
		if all[i].Kind != register.Read {
			all[i].New = int64(i + 1)
			if r.IntN(4) == 0 {
				all[i].New = int64(r.IntN(3))
			}
		}
		if all[i].Kind == register.CompareAndSet {
			all[i].Old = int64(r.IntN(1 + i))
		}
	}
	return all
}

// TestCheck holds the whole check against the model alone, as for counters.
func TestCheck(t *testing.T) {
	count := map[checkers.Status]int{}
	lost := 0
	for seed := range uint64(simulate.Volume(20_000)) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := mustNew(t, register.Config{Keys: workloads.Keys{N: 1 + r.IntN(2)}})
		s := &store{now: map[int32]int64{}}
		stale := seed%2 == 1
		unknown := []float64{0, 0.3}[r.IntN(2)]
		h := simulate.History(r, requests(r, len(w.Final())), w.Final(), unknown, s.do(r, stale))
		want := linear.Check(context.Background(), register.Model(), h).Status
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "seed %d: %s", seed, v.Text())
		require.True(t, stale || want == checkers.Valid, "seed %d", seed)
		count[want]++
		if len(v.Anomalies) > 0 && v.Anomalies[0].Name == checkers.LostUpdate {
			lost++
		}
	}
	t.Log(count, lost)
	require.Greater(t, count[checkers.Invalid], simulate.Volume(2_000))
	require.Greater(t, lost, simulate.Volume(100))
}

func TestModel(t *testing.T) {
	m := register.Model()
	swap := register.Input{Kind: register.CompareAndSet, Old: 5, New: 6}
	for _, c := range []struct {
		state int64
		in    register.Input
		out   register.Output
		next  int64
		ok    bool
	}{
		{5, register.Input{}, register.Output{Value: 5}, 5, true},
		{5, register.Input{}, register.Output{Value: 6}, 5, false},
		{5, register.Input{Kind: register.Write, New: 6}, register.Output{}, 6, true},
		{5, swap, register.Output{Swapped: true}, 6, true},
		{5, swap, register.Output{Swapped: true, Seen: true, Value: 5}, 6, true},
		{5, swap, register.Output{Swapped: true, Seen: true, Value: 4}, 5, false},
		{4, swap, register.Output{Swapped: true}, 6, false},
		{5, swap, register.Output{}, 5, false},
		{4, swap, register.Output{}, 4, true},
		{4, swap, register.Output{Seen: true, Value: 4}, 4, true},
		{4, swap, register.Output{Seen: true, Value: 3}, 4, false},
	} {
		next, ok := m.Step(c.state, c.in, c.out)
		require.Equal(t, c.ok, ok, "%+v", c)
		if !ok {
			continue
		}
		require.Equal(t, c.next, next, "%+v", c)
		after, _ := m.Effect(c.state, c.in)
		require.Equal(t, next, after)
		require.False(t, m.Pure(c.in, c.out) && next != c.state)
	}
}

func TestBothReplacedTheSame(t *testing.T) {
	w := mustNew(t, register.Config{Keys: workloads.Keys{N: 4}})
	swap := func(client int32, value int64) op {
		return op{
			Call: 1, Return: 2, Client: client, Input: register.Input{Kind: register.CompareAndSet, Key: 3, New: value},
			Output: register.Output{Swapped: true},
		}
	}
	h := &history.History[register.Input, register.Output]{Ops: []op{swap(1, 8), swap(2, 9), {
		Call: 3, Return: 4, Client: 7, Phase: history.Final, Input: register.Input{Key: 3}, Output: register.Output{Value: 9},
	}}}
	require.Equal(t, "INVALID\nlost-update: register 3: client 1 (op #0, replace 0 by 8) and "+
		"client 2 (op #1, replace 0 by 9) both took effect on the value 0; client 2's write of 9 overwrote client 1's 8.\n",
		w.Check(context.Background(), h).Text())
}
