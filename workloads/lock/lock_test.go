package lock_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/lock"
)

type (
	in   = lock.Input
	out  = lock.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func mustNew(t *testing.T, locks int) *lock.Workload {
	t.Helper()
	w, err := lock.New(lock.Config{Keys: workloads.Keys{N: locks}})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []workloads.Keys{{N: -1}, {N: workloads.MaxKeys + 1}, {N: 1, Hot: 2}} {
		_, err := lock.New(lock.Config{Keys: keys})
		require.ErrorContains(t, err, "lock: ")
	}
	w := mustNew(t, 0)
	name, params := w.Info()
	require.Equal(t, "lock", name)
	require.Equal(t, map[string]any{"keys": 2}, params)
	require.Equal(t, 2, w.Keys())
	require.Empty(t, w.Final())
}

// played asks a generator for n operations, each answered as the function says; nil stands for one that was not OK.
func played(w *lock.Workload, seed uint64, n int, answer func(i int, in in) *out) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(0)
	var prev *op
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, prev)
		prev = nil
		if o := answer(i, all[i]); o != nil {
			prev = &op{Input: all[i], Output: *o}
		}
	}
	return all
}

func granted(int, in) *out { return &out{Got: true, Accepted: true, Held: true} }

// TestVisits holds that a client acquires a lock, uses it one to four times and releases it, and so on.
func TestVisits(t *testing.T) {
	w := mustNew(t, 3)
	all := played(w, 1, 5000, granted)
	require.Equal(t, all, played(w, 1, 5000, granted), "the same seed gives the same operations")
	require.NotEqual(t, all, played(w, 2, 5000, granted))
	locks, uses := map[int32]int{}, map[int]int{}
	n := 0
	for i, o := range all {
		switch o.Kind {
		case lock.Acquire:
			require.True(t, i == 0 || all[i-1].Kind == lock.Release)
			locks[o.Lock]++
			n = 0
			continue
		case lock.Use:
			n++
		default:
			uses[n]++
		}
		require.Equal(t, all[i-1].Lock, o.Lock)
	}
	require.Len(t, locks, 3)
	require.Len(t, uses, 4)
	for n := 1; n <= 4; n++ {
		require.InDelta(t, 5000/4.5/4, uses[n], 60, "%d uses", n)
	}
}

// TestTakenAndRefused holds that a client asks again for a lock that is taken, for the same one, and that it stops to use
// what refuses it.
func TestTakenAndRefused(t *testing.T) {
	w := mustNew(t, 100)
	taken := played(w, 1, 50, func(int, in) *out { return &out{} })
	for _, o := range taken {
		require.Equal(t, taken[0], o)
	}
	refused := played(w, 1, 300, func(int, in) *out { return &out{Got: true} })
	for i, o := range refused {
		require.Equal(t, lock.Kind(i%3), o.Kind)
	}
}

// TestAfterWhatWasNotOK holds that a client which may still have a lock releases it before it asks for another.
func TestAfterWhatWasNotOK(t *testing.T) {
	w := mustNew(t, 100)
	for i, o := range played(w, 1, 50, func(int, in) *out { return nil }) {
		require.Equal(t, lock.Acquire, o.Kind, i)
	}
	var failed lock.Kind
	var all []in
	run := func(kind lock.Kind) {
		failed = kind
		all = played(w, 1, 300, func(i int, in in) *out {
			if in.Kind == failed && i%2 == 0 {
				return nil
			}
			return granted(i, in)
		})
	}
	run(lock.Use)
	n := 0
	for i := range all[1:] {
		if all[i].Kind == lock.Use && i%2 == 0 {
			n++
			require.Equal(t, in{Kind: lock.Release, Lock: all[i].Lock}, all[i+1])
		}
	}
	require.Positive(t, n)
	run(lock.Release)
	n = 0
	for i := range all[1:] {
		if all[i].Kind == lock.Release && i%2 == 0 {
			n++
			require.Equal(t, all[i], all[i+1])
		}
	}
	require.Positive(t, n)
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8)
	acquire, use, release := in{Lock: 7}, in{Kind: lock.Use, Lock: 7}, in{Kind: lock.Release, Lock: 7}
	for want, op := range map[string]op{
		"acquire lock 7 → got it":            {Input: acquire, Output: out{Got: true}},
		"acquire lock 7 → got it, token 34":  {Input: acquire, Output: out{Got: true, Token: 34}},
		"acquire lock 7 → taken":             {Input: acquire},
		"acquire lock 7, failed":             {Input: acquire, Outcome: history.Failed},
		"use lock 7 → access 12":             {Input: use, Output: out{Accepted: true, Seq: 12}},
		"use lock 7 → refused":               {Input: use},
		"use lock 7, unknown":                {Input: use, Outcome: history.Unknown},
		"release lock 7 → released":          {Input: release, Output: out{Held: true}},
		"release lock 7 → not held any more": {Input: release},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "acquire", Key: 7}, w.Class(acquire))
	require.Equal(t, harness.Class{Kind: "use", Key: 7}, w.Class(use))
	require.Equal(t, harness.Class{Kind: "release", Key: 7}, w.Class(release))
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"acquire","lock":7}`: {Lock: 7}, `{"op":"use","lock":0}`: {Kind: lock.Use},
		`{"op":"release","lock":1}`: {Kind: lock.Release, Lock: 1},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{
		`{}`: {}, `{"got":true}`: {Got: true}, `{"got":true,"token":34}`: {Got: true, Token: 34},
		`{"accepted":true,"seq":12}`: {Accepted: true, Seq: 12}, `{"held":true}`: {Held: true},
	} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"steal"}`), &bad), `"steal" is none of acquire, use, release`)
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
