package session_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/session"
)

type (
	in   = session.Input
	out  = session.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func mustNew(t *testing.T, keys int) *session.Workload {
	t.Helper()
	w, err := session.New(session.Config{Keys: workloads.Keys{N: keys}})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []workloads.Keys{{N: -1}, {N: workloads.MaxKeys + 1}, {N: 1, Hot: 2}} {
		_, err := session.New(session.Config{Keys: keys})
		require.ErrorContains(t, err, "session: ")
	}
	w := mustNew(t, 0)
	name, params := w.Info()
	require.Equal(t, "session", name)
	require.Equal(t, map[string]any{"keys": 4}, params)
	require.Equal(t, 4, w.Keys())
	require.Empty(t, w.Final())
}

func generate(w *session.Workload, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(0)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestWhatIsWrittenIsRead holds that each write is followed by a read of its key, and that many reads are repeated.
func TestWhatIsWrittenIsRead(t *testing.T) {
	w := mustNew(t, 5)
	all := generate(w, 1, 10_000)
	require.Equal(t, all, generate(w, 1, 10_000), "the same seed gives the same operations")
	require.NotEqual(t, all, generate(w, 2, 10_000))
	writes, twice, keys := 0, 0, map[int32]int{}
	for i, o := range all[1:] {
		before := all[i]
		keys[o.Key]++
		switch {
		case before.Kind == session.Write:
			require.Equal(t, in{Kind: session.Read, Key: before.Key}, o)
			writes++
		case o == before:
			twice++
		}
	}
	require.Len(t, keys, 5)
	require.InDelta(t, 2500, writes, 150)
	require.InDelta(t, 7500*(1.0/3+1.0/15), twice, 200)
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8)
	write, read := in{Key: 7}, in{Kind: session.Read, Key: 7}
	for want, op := range map[string]op{
		"write key 7 → version 12": {Input: write, Output: out{Version: 12}},
		"write key 7, unknown":     {Input: write, Outcome: history.Unknown},
		"read key 7 → version 12":  {Input: read, Output: out{Version: 12}},
		"read key 7 → nothing":     {Input: read},
		"read key 7, failed":       {Input: read, Outcome: history.Failed},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "write", Key: 7}, w.Class(write))
	require.Equal(t, harness.Class{Kind: "read", Key: 7, ReadOnly: true}, w.Class(read))
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{`{"op":"write","key":7}`: {Key: 7}, `{"op":"read","key":0}`: {Kind: session.Read}} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{`{}`: {}, `{"version":12}`: {Version: 12}} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"delete"}`), &bad), `"delete" is none of write, read`)
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
