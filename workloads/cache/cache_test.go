package cache_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/cache"
)

type (
	in   = cache.Input
	out  = cache.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func mustNew(t *testing.T, keys int) *cache.Workload {
	t.Helper()
	w, err := cache.New(cache.Config{Keys: keys})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []int{-1, workloads.MaxKeys + 1} {
		_, err := cache.New(cache.Config{Keys: keys})
		require.ErrorContains(t, err, "cache: keys must be")
	}
	w := mustNew(t, 0)
	name, params := w.Info()
	require.Equal(t, "cache", name)
	require.Equal(t, map[string]any{"keys": 100}, params)
	require.Equal(t, 100, w.Keys())
}

func generate(w *cache.Workload, client int, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(client)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestClientsLeaveKeysAlone holds that all clients go through the keys in one order, and come back to the first after the
// last; that every fourth one writes a key; and that nobody writes as the last that it does there.
func TestClientsLeaveKeysAlone(t *testing.T) {
	w := mustNew(t, 4)
	for client := range 4 {
		all := generate(w, client, 1, 16_000)
		require.Equal(t, all, generate(w, client+4, 1, 16_000), "the same seed gives the same operations")
		require.NotEqual(t, all, generate(w, client, 2, 16_000))
		writes := 0
		for i, in := range all {
			key := i / 4 % 4
			require.EqualValues(t, key, in.Key)
			if in.Kind == cache.Write {
				writes++
				require.Zero(t, (client+key)%4)
				require.Less(t, i%4, 2)
				continue
			}
			require.Equal(t, cache.Read, in.Kind, "nobody looks before the end")
		}
		require.InDelta(t, 1500, writes, 100)
	}
}

func TestFinalLooksAtTheCacheFirst(t *testing.T) {
	require.Equal(t, []in{
		{Kind: cache.Cached}, {Kind: cache.Stored}, {Kind: cache.Cached, Key: 1}, {Kind: cache.Stored, Key: 1},
	}, mustNew(t, 2).Final())
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8)
	write, read := in{Key: 7}, in{Kind: cache.Read, Key: 7}
	cached, stored := in{Kind: cache.Cached, Key: 7}, in{Kind: cache.Stored, Key: 7}
	for want, op := range map[string]op{
		"write key 7 → version 3":          {Input: write, Output: out{Version: 3}},
		"write key 7 → version 3 (filled)": {Input: write, Output: out{Version: 3, Filled: true}},
		"write key 7, failed":              {Input: write, Outcome: history.Failed},
		"write key 7, unknown":             {Input: write, Outcome: history.Unknown},
		"read key 7 → version 0":           {Input: read},
		"read key 7 → version 2 (filled)":  {Input: read, Output: out{Version: 2, Filled: true}},
		"cached key 7 → nothing":           {Input: cached, Output: out{Nothing: true}},
		"cached key 7 → version 2":         {Input: cached, Output: out{Version: 2}},
		"stored key 7 → version 2":         {Input: stored, Output: out{Version: 2}},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "write", Key: 7}, w.Class(write))
	require.Equal(t, harness.Class{Kind: "read", Key: 7, ReadOnly: true}, w.Class(read))
	require.Equal(t, harness.Class{Kind: "cached", Key: 7, ReadOnly: true}, w.Class(cached))
	require.Equal(t, harness.Class{Kind: "stored", Key: 7, ReadOnly: true}, w.Class(stored))
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"write","key":7}`: {Key: 7}, `{"op":"read","key":0}`: {Kind: cache.Read},
		`{"op":"cached","key":1}`: {Kind: cache.Cached, Key: 1}, `{"op":"stored","key":1}`: {Kind: cache.Stored, Key: 1},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{
		`{"version":0}`: {}, `{"version":0,"nothing":true}`: {Nothing: true},
		`{"version":2,"filled":true}`: {Version: 2, Filled: true},
	} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"delete"}`), &bad), `"delete" is none of write, read, cached, stored`)
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
