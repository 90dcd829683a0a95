package memjobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/jobs/jobstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSequential(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { jobstest.Sequential(t, s.New("", 1)) })
	}
}

func TestNothingIsLost(t *testing.T) {
	for _, s := range Strategies() {
		if s.Shows[jobs.Name] != checkers.LostJob {
			t.Run(s.Name, func(t *testing.T) { jobstest.NothingIsLost(t, s.New("", 1)) })
		}
	}
}

// TestWhoDiesTakesTheJobAlong holds how a channel loses jobs.
func TestWhoDiesTakesTheJobAlong(t *testing.T) {
	q := newTarget(newChannel(false))("", 1)(jobstest.Workload(t, 2))
	jobstest.Setup(t, q)
	c := jobstest.Open(t, q, 0)
	jobstest.Do(t, c, jobs.Input{Kind: jobs.Crash, Job: jobstest.Claim(t, c)})
	require.Equal(t, []int64{0, 1}, jobstest.Drain(t, c, 2))
}

// TestTwoReadOneHead holds how a slice that is locked twice gives one job to two, and loses another.
func TestTwoReadOneHead(t *testing.T) {
	q := newSlice(3).(*slice)
	for range 2 {
		require.Zero(t, q.head())
	}
	q.cut()
	q.cut()
	require.Equal(t, 2, q.head(), "nobody has read job 1")
}

// TestALateWorker holds that one whose lease is over is refused when another has the job, where that is asked.
func TestALateWorker(t *testing.T) {
	for _, checks := range []bool{true, false} {
		q := newLeases(checks)(1).(*leases)
		start := time.Now()
		job, first := q.claim(start)
		require.Zero(t, job)
		job, _ = q.claim(start.Add(lease))
		require.Equal(t, none, job, "it is lent")
		job, second := q.claim(start.Add(lease + 1))
		require.Zero(t, job)
		require.Equal(t, !checks, q.end(0, first))
		require.True(t, q.end(0, second))
		require.Equal(t, !checks, q.end(0, second), "it is done")
		want := int64(1)
		if !checks {
			want = 3
		}
		require.Equal(t, want, q.effects[0])
		job, _ = q.claim(start.Add(time.Hour))
		require.Equal(t, none, job, "it is done")
	}
}

// TestALeaseThatNobodyTookIsStillTheWorkers holds that being late alone is not refused.
func TestALeaseThatNobodyTookIsStillTheWorkers(t *testing.T) {
	q := newLeases(true)(1).(*leases)
	_, token := q.claim(time.Now().Add(-time.Hour))
	require.True(t, q.end(0, token))
}

func TestOpenBeforeSetup(t *testing.T) {
	q := Strategies()[0].New("", 1)(jobstest.Workload(t, 1))
	_, err := q.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, q.Close(t.Context()))
}

// TestACancelledPauseIsNotApplied holds that a late worker that is called off has done nothing.
func TestACancelledPauseIsNotApplied(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("called off"))
	q := newTarget(newLeases(true))("", 1)(jobstest.Workload(t, 1))
	jobstest.Setup(t, q)
	_, err := jobstest.Open(t, q, 0).Do(ctx, jobs.Input{Kind: jobs.Process})
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorContains(t, err, "called off")
}
