package quota_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/quota"
)

type (
	in   = quota.Input
	out  = quota.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func mustNew(t *testing.T, keys int, limit int64) *quota.Workload {
	t.Helper()
	w, err := quota.New(quota.Config{Keys: keys, Limit: limit})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, keys := range []int{-1, workloads.MaxKeys + 1} {
		_, err := quota.New(quota.Config{Keys: keys})
		require.ErrorContains(t, err, "quota: keys must be")
	}
	for _, limit := range []int64{-1, quota.MaxLimit + 1} {
		_, err := quota.New(quota.Config{Limit: limit})
		require.ErrorContains(t, err, "quota: limit must be 1 to 1000000000, not")
	}
	w := mustNew(t, 0, 0)
	name, params := w.Info()
	require.Equal(t, "quota", name)
	require.Equal(t, map[string]any{"keys": 100, "limit": int64(5)}, params)
	require.Equal(t, 100, w.Keys())
	require.EqualValues(t, 5, w.Limit())
}

func generate(w *quota.Workload, client int, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(client)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestClientsMeetAsAQuotaRunsOut holds that all clients go through the quotas in one order, take twice from each, and come
// back to the first after the last.
func TestClientsMeetAsAQuotaRunsOut(t *testing.T) {
	w := mustNew(t, 5, 0)
	all := generate(w, 0, 1, 15_000)
	require.Equal(t, all, generate(w, 3, 1, 15_000), "the same seed gives the same operations")
	require.NotEqual(t, all, generate(w, 0, 2, 15_000))
	used, amounts := 0, map[int64]int{}
	for i, in := range all {
		require.EqualValues(t, i/3%5, in.Quota)
		if in.Kind == quota.Used {
			require.Equal(t, 2, i%3)
			require.Zero(t, in.Amount)
			used++
			continue
		}
		amounts[in.Amount]++
	}
	require.InDelta(t, 2500, used, 200)
	require.Len(t, amounts, 3)
	for n := range int64(3) {
		require.InDelta(t, 12_500/3, amounts[1+n], 250)
	}
}

func TestNobodyTakesMoreThanThereIs(t *testing.T) {
	for _, in := range generate(mustNew(t, 5, 1), 0, 1, 1000) {
		require.LessOrEqual(t, in.Amount, int64(1))
	}
}

func TestFinalReadsEveryQuota(t *testing.T) {
	require.Equal(t, []in{{Kind: quota.Used}, {Kind: quota.Used, Quota: 1}}, mustNew(t, 2, 3).Final())
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8, 10)
	take, used := in{Quota: 7, Amount: 2}, in{Kind: quota.Used, Quota: 7}
	for want, op := range map[string]op{
		"take 2 of quota 7 → given":   {Input: take},
		"take 2 of quota 7 → refused": {Input: take, Output: out{Refused: true}},
		"take 2 of quota 7, failed":   {Input: take, Outcome: history.Failed},
		"take 2 of quota 7, unknown":  {Input: take, Outcome: history.Unknown},
		"used of quota 7 → 0":         {Input: used},
		"used of quota 7 → 9":         {Input: used, Output: out{Used: 9}},
		"used of quota 7, unknown":    {Input: used, Outcome: history.Unknown},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "take", Key: 7}, w.Class(take))
	require.Equal(t, harness.Class{Kind: "used", Key: 7, ReadOnly: true}, w.Class(used))
	require.Equal(t, "9 of 10 given out", quota.Model(10).State(9))
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"take","quota":7,"amount":2}`: {Quota: 7, Amount: 2}, `{"op":"used","quota":0}`: {Kind: quota.Used},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{`{}`: {}, `{"refused":true}`: {Refused: true}, `{"used":9}`: {Used: 9}} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"release"}`), &bad), `"release" is none of take, used`)
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
