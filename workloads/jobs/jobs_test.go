package jobs_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/jobs"
)

type (
	in   = jobs.Input
	out  = jobs.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustNew(t *testing.T, n int) *jobs.Workload {
	t.Helper()
	w, err := jobs.New(jobs.Config{Jobs: n})
	require.NoError(t, err)
	return w
}

func TestConfig(t *testing.T) {
	for _, n := range []int{-1, workloads.MaxKeys + 1} {
		_, err := jobs.New(jobs.Config{Jobs: n})
		require.ErrorContains(t, err, "jobs: keys must be")
	}
	w := mustNew(t, 0)
	name, params := w.Info()
	require.Equal(t, "jobs", name)
	require.Equal(t, map[string]any{"keys": 100}, params)
	require.Equal(t, 100, w.Jobs())
}

// TestAWorkerGoesThroughAJob holds that a client claims, processes what it was given, and finishes it or crashes.
func TestAWorkerGoesThroughAJob(t *testing.T) {
	w, r := mustNew(t, 5), rand.New(rand.NewPCG(1, 0))
	next := w.Generator(0)
	require.Equal(t, in{}, next(r, nil), "a claim at the start, and after what was not OK")
	require.Equal(t, in{}, next(r, &op{Input: in{Kind: jobs.Claim}}), "a claim after one that gave nothing")
	require.Equal(t, in{}, next(r, &op{Input: in{Kind: jobs.Finish, Job: 3}, Output: out{Done: true}}))
	require.Equal(t, in{}, next(r, &op{Input: in{Kind: jobs.Finish, Job: 3}}), "a refused finish is over, too")
	require.Equal(t, in{}, next(r, &op{Input: in{Kind: jobs.Crash, Job: 3}}))
	process := in{Kind: jobs.Process, Job: 3}
	require.Equal(t, process, next(r, &op{Output: out{Found: true, Job: 3}}))
	kinds := map[jobs.Kind]int{}
	for range 8000 {
		after := next(r, &op{Input: process})
		require.EqualValues(t, 3, after.Job)
		kinds[after.Kind]++
	}
	require.Len(t, kinds, 2)
	require.InDelta(t, 7000, kinds[jobs.Finish], 200)
	require.InDelta(t, 1000, kinds[jobs.Crash], 200)
}

func TestFinalWorksUntilNoneIsLeft(t *testing.T) {
	work := in{Kind: jobs.Work}
	require.Equal(t, []in{
		work, work, work, {Kind: jobs.Effects}, {Kind: jobs.Effects, Job: 1},
	}, mustNew(t, 2).Final(), "one more than there are jobs")
}

func TestWords(t *testing.T) {
	w := mustNew(t, 8)
	finish, work, effects := in{Kind: jobs.Finish, Job: 7}, in{Kind: jobs.Work}, in{Kind: jobs.Effects, Job: 7}
	for want, op := range map[string]op{
		"claim → job 7":          {Output: out{Found: true, Job: 7}},
		"claim → none":           {},
		"claim, failed":          {Outcome: history.Failed},
		"process job 7":          {Input: in{Kind: jobs.Process, Job: 7}},
		"finish job 7 → done":    {Input: finish, Output: out{Done: true}},
		"finish job 7 → refused": {Input: finish},
		"finish job 7, unknown":  {Input: finish, Outcome: history.Unknown},
		"crash with job 7":       {Input: in{Kind: jobs.Crash, Job: 7}},
		"work → job 0":           {Input: work, Output: out{Found: true}},
		"work → none":            {Input: work},
		"effects of job 7 → 2":   {Input: effects, Output: out{Count: 2}},
	} {
		require.Equal(t, want, w.Describe(&op))
	}
	require.Equal(t, harness.Class{Kind: "claim", Whole: true}, w.Class(in{}))
	require.Equal(t, harness.Class{Kind: "process", Whole: true, ReadOnly: true}, w.Class(in{Kind: jobs.Process, Job: 7}))
	require.Equal(t, harness.Class{Kind: "finish", Whole: true}, w.Class(finish))
	require.Equal(t, harness.Class{Kind: "effects", Key: 7, ReadOnly: true}, w.Class(effects))
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]in{
		`{"op":"claim"}`: {}, `{"op":"process","job":7}`: {Kind: jobs.Process, Job: 7},
		`{"op":"finish","job":7}`: {Kind: jobs.Finish, Job: 7}, `{"op":"crash","job":7}`: {Kind: jobs.Crash, Job: 7},
		`{"op":"work"}`: {Kind: jobs.Work}, `{"op":"effects"}`: {Kind: jobs.Effects},
	} {
		requireJSON(t, want, v)
	}
	for want, v := range map[string]out{
		`{}`: {}, `{"count":2}`: {Count: 2}, `{"found":true,"job":7}`: {Found: true, Job: 7}, `{"done":true}`: {Done: true},
	} {
		requireJSON(t, want, v)
	}
	var bad in
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"take"}`), &bad), `"take" is none of claim, process, finish`)
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
