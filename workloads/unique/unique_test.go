package unique_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/unique"
)

type (
	in   = unique.Input
	out  = unique.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func mustNew(t *testing.T, keys int) *unique.Workload {
	t.Helper()
	w, err := unique.New(unique.Config{Keys: keys})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []int{-1, workloads.MaxKeys + 1} {
		_, err := unique.New(unique.Config{Keys: keys})
		require.ErrorContains(t, err, "unique: keys must be")
	}
	w := mustNew(t, 0)
	name, params := w.Info()
	require.Equal(t, "unique", name)
	require.Equal(t, map[string]any{"keys": 100}, params)
	require.Equal(t, 100, w.Keys())
}

func generate(w *unique.Workload, client int, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(client)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestClientsMeetOnFreshKeys holds that all clients begin the keys in one order, each by a create, and come back to the
// first after the last.
func TestClientsMeetOnFreshKeys(t *testing.T) {
	w := mustNew(t, 5)
	all := generate(w, 0, 1, 10_000)
	require.Equal(t, all, generate(w, 3, 1, 10_000), "the same seed gives the same operations")
	require.NotEqual(t, all, generate(w, 0, 2, 10_000))
	kinds := map[unique.Kind]int{}
	for i, in := range all {
		require.EqualValues(t, i/2%5, in.Key)
		if i%2 == 0 {
			require.Equal(t, unique.Create, in.Kind)
		} else {
			kinds[in.Kind]++
		}
	}
	require.InDelta(t, 2500, kinds[unique.Create], 200)
	require.InDelta(t, 2000, kinds[unique.Get], 200)
	require.InDelta(t, 500, kinds[unique.Count], 100)
}

func TestFinalReadsEveryKey(t *testing.T) {
	require.Equal(t, []in{
		{Kind: unique.Get}, {Kind: unique.Count}, {Kind: unique.Get, Key: 1}, {Kind: unique.Count, Key: 1},
	}, mustNew(t, 2).Final())
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8)
	create, get, count := in{Key: 7}, in{Kind: unique.Get, Key: 7}, in{Kind: unique.Count, Key: 7}
	for want, op := range map[string]op{
		"create key 7 → id 12 (new)": {Input: create, Output: out{Found: true, ID: 12, Created: true}},
		"create key 7 → id 12":       {Input: create, Output: out{Found: true, ID: 12}},
		"create key 7 → nothing":     {Input: create},
		"create key 7, failed":       {Input: create, Outcome: history.Failed},
		"create key 7, unknown":      {Input: create, Outcome: history.Unknown},
		"get key 7 → id 0":           {Input: get, Output: out{Found: true}},
		"get key 7 → nothing":        {Input: get},
		"count key 7 → 0":            {Input: count},
		"count key 7 → 2":            {Input: count, Output: out{Count: 2}},
		"count key 7, unknown":       {Input: count, Outcome: history.Unknown},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "create", Key: 7}, w.Class(create))
	require.Equal(t, harness.Class{Kind: "get", Key: 7, ReadOnly: true}, w.Class(get))
	require.Equal(t, harness.Class{Kind: "count", Key: 7, ReadOnly: true}, w.Class(count))
	require.Equal(t, "nothing", unique.State{}.String())
	require.Equal(t, "id 3", unique.State{Present: true, Known: true, ID: 3}.String())
	require.Equal(t, "an id that nobody was told", unique.State{Present: true}.String())
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"create","key":7}`: {Key: 7}, `{"op":"get","key":0}`: {Kind: unique.Get},
		`{"op":"count","key":1}`: {Kind: unique.Count, Key: 1},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{
		`{}`: {}, `{"count":2}`: {Count: 2}, `{"found":true,"id":12}`: {Found: true, ID: 12},
		`{"found":true,"id":12,"created":true}`: {Found: true, ID: 12, Created: true},
	} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"delete"}`), &bad), `"delete" is none of create, get, count`)
	_, err := json.Marshal(in{Kind: 9})
	require.Error(t, err)
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
