package jobs_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/jobs"
)

// fake is a worker that remembers what it was asked, and answers what it is told.
type fake struct {
	asked  []string
	job    int
	claims []bool // whether the next claims find job 7
	refuse int    // how many finishes
	left   int    // how often there is something left
	err    error
	closed bool
}

func (f *fake) note(what string, job int) error {
	f.asked, f.job = append(f.asked, what), job
	return f.err
}

func (f *fake) Claim(context.Context) (job int, found bool, err error) {
	if len(f.claims) > 0 {
		found, f.claims = f.claims[0], f.claims[1:]
	}
	return 7, found, f.note("claim", 0)
}

func (f *fake) Process(_ context.Context, job int) error { return f.note("process", job) }
func (f *fake) Crash(_ context.Context, job int) error   { return f.note("crash", job) }
func (f *fake) Close() error                             { f.closed = true; return nil }

func (f *fake) Finish(_ context.Context, job int) (bool, error) {
	f.refuse--
	return f.refuse < 0, f.note("finish", job)
}

func (f *fake) Left(context.Context) (bool, error) {
	f.left--
	return f.left >= 0, f.note("left", 0)
}

func (f *fake) Effects(_ context.Context, job int) (int64, error) { return 3, f.note("effects", job) }

func TestClientAsksTheWorker(t *testing.T) {
	f := &fake{claims: []bool{true, false}, refuse: 1}
	c := jobs.Client(f)
	for _, step := range []struct {
		asked string
		in    in
		out   out
	}{
		{"claim", in{}, out{Found: true, Job: 7}},
		{"claim", in{}, out{}},
		{"process", in{Kind: jobs.Process, Job: 5}, out{}},
		{"finish", in{Kind: jobs.Finish, Job: 5}, out{}},
		{"finish", in{Kind: jobs.Finish, Job: 5}, out{Done: true}},
		{"crash", in{Kind: jobs.Crash, Job: 5}, out{}},
		{"effects", in{Kind: jobs.Effects, Job: 5}, out{Count: 3}},
	} {
		got, err := c.Do(t.Context(), step.in)
		require.NoError(t, err)
		require.Equal(t, step.out, got)
		require.Equal(t, step.asked, f.asked[len(f.asked)-1])
		if step.in.Job != 0 {
			require.Equal(t, 5, f.job)
		}
	}
	require.NoError(t, c.Close())
	require.True(t, f.closed)
}

// TestWorkGoesOnUntilItKnows holds that work waits for what others have, and tries again what is refused.
func TestWorkGoesOnUntilItKnows(t *testing.T) {
	f := &fake{claims: []bool{false, true, true}, left: 1, refuse: 1}
	got, err := jobs.Client(f).Do(t.Context(), in{Kind: jobs.Work})
	require.NoError(t, err)
	require.Equal(t, out{Found: true, Job: 7}, got)
	require.Equal(t, []string{"claim", "left", "claim", "finish", "claim", "finish"}, f.asked)
	got, err = jobs.Client(&fake{}).Do(t.Context(), in{Kind: jobs.Work})
	require.NoError(t, err)
	require.Equal(t, out{}, got)
}

// TestWorkGivesUpOnce holds that work waits for most of its time for a job that never comes back, and then is of no effect, so
// that its client can be asked for more; and that it does not wait again.
func TestWorkGivesUpOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{left: 1 << 30}
		c := jobs.Client(f)
		began := time.Now()
		for range 3 {
			ctx, end := context.WithTimeout(t.Context(), 10*time.Second)
			_, err := c.Do(ctx, in{Kind: jobs.Work})
			require.ErrorIs(t, err, harness.ErrNotApplied)
			require.ErrorContains(t, err, "another has the job")
			require.NoError(t, ctx.Err(), "it has not used up its time")
			end()
		}
		require.Equal(t, 9*time.Second, time.Since(began))
		f.claims = []bool{true}
		got, err := c.Do(t.Context(), in{Kind: jobs.Work})
		require.NoError(t, err)
		require.True(t, got.Found, "what can be done it does")
	})
}

func TestErrorsAreHandedOn(t *testing.T) {
	for kind := range jobs.Effects + 1 {
		f := &fake{err: errors.New("test"), claims: []bool{true}}
		_, err := jobs.Client(f).Do(t.Context(), in{Kind: kind})
		require.ErrorIs(t, err, f.err)
		require.Len(t, f.asked, 1)
	}
}
