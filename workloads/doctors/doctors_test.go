package doctors_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/doctors"
)

type (
	in   = doctors.Input
	out  = doctors.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func mustNew(t *testing.T, keys, n int) *doctors.Workload {
	t.Helper()
	w, err := doctors.New(doctors.Config{Keys: keys, Doctors: n})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []int{-1, workloads.MaxKeys + 1} {
		_, err := doctors.New(doctors.Config{Keys: keys})
		require.ErrorContains(t, err, "doctors: keys must be")
	}
	for _, n := range []int{-1, 1, doctors.MaxDoctors + 1} {
		_, err := doctors.New(doctors.Config{Doctors: n})
		require.ErrorContains(t, err, "doctors: doctors must be 2 to 64, not")
	}
	w := mustNew(t, 0, 0)
	name, params := w.Info()
	require.Equal(t, "doctors", name)
	require.Equal(t, map[string]any{"keys": 100, "doctors": 2}, params)
	require.Equal(t, 100, w.Keys())
	require.Equal(t, 2, w.Doctors())
}

func generate(w *doctors.Workload, client int, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(client)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestClientsMeetOnFreshShifts holds that all clients begin the shifts in one order, each by leaving it as the doctor that
// they are, and come back to the first after the last.
func TestClientsMeetOnFreshShifts(t *testing.T) {
	w := mustNew(t, 5, 3)
	all := generate(w, 4, 1, 10_000)
	require.Equal(t, all, generate(w, 1, 1, 10_000), "the same seed gives the same operations")
	require.NotEqual(t, all, generate(w, 4, 2, 10_000))
	kinds := map[doctors.Kind]int{}
	for i, in := range all {
		require.EqualValues(t, i/2%5, in.Shift)
		require.Equal(t, in.Kind != doctors.Status, in.Doctor == 1, "four clients of three doctors")
		if i%2 == 0 {
			require.Equal(t, doctors.Leave, in.Kind)
		} else {
			kinds[in.Kind]++
		}
	}
	require.InDelta(t, 1500, kinds[doctors.Leave], 150)
	require.InDelta(t, 500, kinds[doctors.Return], 100)
	require.InDelta(t, 3000, kinds[doctors.Status], 200)
}

func TestFinalReadsEveryShift(t *testing.T) {
	require.Equal(t, []in{{Kind: doctors.Status}, {Kind: doctors.Status, Shift: 1}}, mustNew(t, 2, 2).Final())
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8, 3)
	leave, back, status := in{Shift: 7, Doctor: 1}, in{Kind: doctors.Return, Shift: 7, Doctor: 2}, in{Kind: doctors.Status, Shift: 7}
	for want, op := range map[string]op{
		"leave shift 7 as doctor 1 → left":    {Input: leave},
		"leave shift 7 as doctor 1 → refused": {Input: leave, Output: out{Refused: true}},
		"leave shift 7 as doctor 1, failed":   {Input: leave, Outcome: history.Failed},
		"return to shift 7 as doctor 2":       {Input: back},
		"status of shift 7 → nobody":          {Input: status},
		"status of shift 7 → doctor 2":        {Input: status, Output: out{OnCall: doctors.Of(2)}},
		"status of shift 7 → doctors 0, 2":    {Input: status, Output: out{OnCall: doctors.Of(2, 0)}},
		"status of shift 7, unknown":          {Input: status, Outcome: history.Unknown},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "leave", Key: 7}, w.Class(leave))
	require.Equal(t, harness.Class{Kind: "return", Key: 7}, w.Class(back))
	require.Equal(t, harness.Class{Kind: "status", Key: 7, ReadOnly: true}, w.Class(status))
	require.Equal(t, "doctor 1 on call", doctors.Model(2).State(doctors.Of(1)))
}

func TestSets(t *testing.T) {
	s := doctors.All(3)
	require.Equal(t, []int{0, 1, 2}, s.Doctors())
	require.Equal(t, doctors.Of(0, 2), s.Without(1).Without(1))
	require.Equal(t, s, s.Without(1).With(1).With(1))
	require.True(t, s.Has(2))
	require.False(t, s.Has(3))
	require.Len(t, doctors.All(doctors.MaxDoctors).Doctors(), doctors.MaxDoctors)
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"leave","shift":7,"doctor":1}`:  {Shift: 7, Doctor: 1},
		`{"op":"return","shift":7,"doctor":1}`: {Kind: doctors.Return, Shift: 7, Doctor: 1},
		`{"op":"status","shift":0}`:            {Kind: doctors.Status},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{
		`{}`: {}, `{"refused":true}`: {Refused: true}, `{"on_call":[0,63]}`: {OnCall: doctors.Of(0, 63)},
	} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"quit"}`), &bad), `"quit" is none of leave, return, status`)
	_, err := json.Marshal(in{Kind: 9})
	require.Error(t, err)
	var answer out
	require.ErrorContains(t, json.Unmarshal([]byte(`{"on_call":[64]}`), &answer), "doctor 64 is none of 0 to 63")
	require.Error(t, json.Unmarshal([]byte(`{"on_call":"all"}`), &answer))
}

func requireJSON[T any](t *testing.T, want string, v T) {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.Equal(t, want, string(text))
	var back T
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, v, back)
}
