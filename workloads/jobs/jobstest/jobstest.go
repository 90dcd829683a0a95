// Package jobstest has the tests that a queue of jobs should pass, whatever keeps it.
package jobstest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/jobs"
)

// Target is a queue.
type Target = harness.Target[jobs.Input, jobs.Output]

// Client is one worker's connection to it.
type Client = harness.Client[jobs.Input, jobs.Output]

// Workload makes one of n jobs.
func Workload(t testing.TB, n int) *jobs.Workload {
	t.Helper()
	w, err := jobs.New(jobs.Config{Jobs: n})
	require.NoError(t, err)
	return w
}

// Setup sets a target up, and closes it when the test ends.
func Setup(t testing.TB, q Target) {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, q.Close(context.Background())) })
	require.NoError(t, q.Setup(t.Context()))
}

// Open connects a client until the test ends.
func Open(t testing.TB, q Target, number int) Client {
	t.Helper()
	c, err := q.Open(t.Context(), number)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// Do makes one operation, which must succeed.
func Do(t testing.TB, c Client, in jobs.Input) jobs.Output {
	t.Helper()
	out, err := c.Do(t.Context(), in)
	require.NoError(t, err)
	return out
}

// Claim claims a job, which there must be.
func Claim(t testing.TB, c Client) int32 {
	t.Helper()
	out := Do(t, c, jobs.Input{})
	require.True(t, out.Found)
	return out.Job
}

// Finish reports whether the finish of a job is accepted.
func Finish(t testing.TB, c Client, job int32) bool {
	t.Helper()
	return Do(t, c, jobs.Input{Kind: jobs.Finish, Job: job}).Done
}

// Drain works until no job is left, and gives how often the effect of each of n jobs was applied.
func Drain(t testing.TB, c Client, n int) (effects []int64) {
	t.Helper()
	for left := true; left; {
		left = Do(t, c, jobs.Input{Kind: jobs.Work}).Found
	}
	for job := range int32(n) {
		effects = append(effects, Do(t, c, jobs.Input{Kind: jobs.Effects, Job: job}).Count)
	}
	return effects
}

// Sequential has two workers do jobs in turn. Broken strategies pass too: nobody dies, and nobody is late.
func Sequential(t *testing.T, build func(*jobs.Workload) Target) {
	t.Helper()
	const n = 5
	q := build(Workload(t, n))
	Setup(t, q)
	a, b := Open(t, q, 0), Open(t, q, 1)
	seen := map[int32]bool{}
	for _, c := range []Client{a, b, a} {
		job := Claim(t, c)
		require.False(t, seen[job], "job %d is done already", job)
		seen[job] = true
		require.Zero(t, Do(t, c, jobs.Input{Kind: jobs.Effects, Job: job}).Count)
		require.True(t, Finish(t, c, job))
		require.EqualValues(t, 1, Do(t, c, jobs.Input{Kind: jobs.Effects, Job: job}).Count)
	}
	require.Equal(t, []int64{1, 1, 1, 1, 1}, Drain(t, b, n))
	require.False(t, Do(t, a, jobs.Input{}).Found, "nothing is left")
	require.NotEmpty(t, q.(harness.Versioned).Version())
}

// NothingIsLost has workers leave with a job in every way there is. Those that lose no job pass.
func NothingIsLost(t *testing.T, build func(*jobs.Workload) Target) {
	t.Helper()
	const n = 5
	q := build(Workload(t, n))
	Setup(t, q)
	a, b := Open(t, q, 0), Open(t, q, 1)
	require.Equal(t, jobs.Output{}, Do(t, a, jobs.Input{Kind: jobs.Crash, Job: Claim(t, a)}))
	Claim(t, a)
	Claim(t, a) // gives up the one before
	gone, err := q.Open(t.Context(), 2)
	require.NoError(t, err)
	Claim(t, gone)
	require.NoError(t, gone.Close())
	require.NoError(t, a.Close())
	require.Equal(t, []int64{1, 1, 1, 1, 1}, Drain(t, b, n))
}
