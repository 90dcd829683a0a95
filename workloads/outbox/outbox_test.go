package outbox_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/outbox"
)

type (
	in    = outbox.Input
	out   = outbox.Output
	event = outbox.Event
	op    = history.Op[in, out]
	hist  = history.History[in, out]
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustNew(t *testing.T, keys int) *outbox.Workload {
	t.Helper()
	w, err := outbox.New(outbox.Config{Keys: workloads.Keys{N: keys}})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []int{-1, workloads.MaxKeys + 1} {
		_, err := outbox.New(outbox.Config{Keys: workloads.Keys{N: keys}})
		require.ErrorContains(t, err, "outbox: keys must be")
	}
	w := mustNew(t, 0)
	name, params := w.Info()
	require.Equal(t, "outbox", name)
	require.Equal(t, map[string]any{"keys": 4}, params)
	require.Equal(t, 4, w.Keys())
}

func generate(w *outbox.Workload, client int, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(client)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestGenerator holds that writes, crashes and publications come in their shares, and that no two writes share an ID.
func TestGenerator(t *testing.T) {
	w := mustNew(t, 4)
	all := generate(w, 0, 1, 10_000)
	require.Equal(t, all, generate(w, 0, 1, 10_000), "the same seed gives the same operations")
	kinds, keys, ids := map[outbox.Kind]int{}, map[int32]int{}, map[int64]bool{}
	for _, in := range append(all, generate(w, 1, 1, 10_000)...) {
		if kinds[in.Kind]++; in.Kind == outbox.Publish {
			require.Zero(t, in.ID)
			continue
		}
		require.False(t, ids[in.ID], "twice: %d", in.ID)
		ids[in.ID] = true
		keys[in.Key]++
	}
	require.InDelta(t, 12_000, kinds[outbox.Write], 300)
	require.InDelta(t, 6_000, kinds[outbox.Publish], 300)
	require.InDelta(t, 2_000, kinds[outbox.Crash], 300)
	require.Len(t, keys, 4)
}

func TestFinalWritesDrainsAndReads(t *testing.T) {
	require.Equal(t, []in{
		{ID: -1}, {Key: 1, ID: -2}, {Kind: outbox.Drain}, {Kind: outbox.Published}, {Kind: outbox.Published, Key: 1},
	}, mustNew(t, 2).Final())
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8)
	published := in{Kind: outbox.Published, Key: 7}
	for want, op := range map[string]op{
		"write key 7 → version 3":                {Input: in{Key: 7, ID: 1}, Output: out{Version: 3}},
		"write key 7, failed":                    {Input: in{Key: 7, ID: 1}, Outcome: history.Failed},
		"crash while writing key 7":              {Input: in{Kind: outbox.Crash, Key: 7, ID: 1}},
		"publish → 2 events":                     {Input: in{Kind: outbox.Publish}, Output: out{Count: 2}},
		"drain → 0 events":                       {Input: in{Kind: outbox.Drain}},
		"drain, unknown":                         {Input: in{Kind: outbox.Drain}, Outcome: history.Unknown},
		"published of key 7 → nothing":           {Input: published},
		"published of key 7 → 1 to 3":            {Input: published, Output: out{Events: events(1, 2, 3)}},
		"published of key 7 → 1 to 3, 5, 4 to 6": {Input: published, Output: out{Events: events(1, 2, 3, 5, 4, 5, 6)}},
		"published of key 7 → 1, 3, 2, 3":        {Input: published, Output: out{Events: events(1, 3, 2, 3)}},
		"published of key 7 → 1, 2":              {Input: published, Output: out{Events: events(1, 2)}},
		"published of key 7 → 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 and so on": {
			Input: published, Output: out{Events: make9(21)},
		},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "write", Key: 7}, w.Class(in{Key: 7}))
	require.Equal(t, harness.Class{Kind: "crash", Key: 7}, w.Class(in{Kind: outbox.Crash, Key: 7}))
	require.Equal(t, harness.Class{Kind: "publish", Whole: true}, w.Class(in{Kind: outbox.Publish}))
	require.Equal(t, harness.Class{Kind: "drain", Whole: true}, w.Class(in{Kind: outbox.Drain}))
	require.Equal(t, harness.Class{Kind: "published", Key: 7, ReadOnly: true}, w.Class(published))
}

// events are those of the versions given, each of the write whose ID is ten times that.
func events(versions ...int64) (all []event) {
	for _, v := range versions {
		all = append(all, event{Version: v, ID: 10 * v})
	}
	return all
}

func make9(n int) (all []event) {
	for range n {
		all = append(all, event{Version: 9})
	}
	return all
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"write","key":7,"id":1}`: {Key: 7, ID: 1}, `{"op":"crash","id":1}`: {Kind: outbox.Crash, ID: 1},
		`{"op":"publish"}`: {Kind: outbox.Publish}, `{"op":"drain"}`: {Kind: outbox.Drain},
		`{"op":"published","key":7}`: {Kind: outbox.Published, Key: 7},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{
		`{}`: {}, `{"version":2}`: {Version: 2}, `{"count":2}`: {Count: 2},
		`{"events":[{"version":1,"id":10}]}`: {Events: events(1)},
	} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"send"}`), &bad), `"send" is none of write, crash, publish`)
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
