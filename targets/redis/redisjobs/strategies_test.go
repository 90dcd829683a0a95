package redisjobs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/jobs/jobstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setup makes a target of n jobs.
func setup(t *testing.T, p plan, dsn string, n int) *target {
	t.Helper()
	q := newTarget(p)(dsn, 1)(jobstest.Workload(t, n)).(*target)
	jobstest.Setup(t, q)
	return q
}

// open makes a worker with its connection, whose steps a test makes one by one.
func open(t *testing.T, q *target) (*worker, *conn.Conn) {
	t.Helper()
	link, err := q.Link(t.Context())
	require.NoError(t, err)
	t.Cleanup(link.Close)
	over, err := link.Wait(t.Context())
	require.NoError(t, err)
	return &worker{target: q, keys: q.keys, link: link, token: q.tokens.Add(1)}, over
}

func mustClaim(t *testing.T, w *worker) int {
	t.Helper()
	job, found, err := w.Claim(t.Context())
	require.NoError(t, err)
	require.True(t, found)
	return job
}

func requireFinish(t *testing.T, w *worker, job int, want bool) {
	t.Helper()
	done, err := w.Finish(t.Context(), job)
	require.NoError(t, err)
	require.Equal(t, want, done)
}

func requireEffects(t *testing.T, w *worker, job int, want int64) {
	t.Helper()
	n, err := w.Effects(t.Context(), job)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func TestAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Strategies() {
		assert.False(t, seen[s.Name], "%s twice", s.Name)
		seen[s.Name] = true
		assert.NotEmpty(t, s.Summary, s.Name)
	}
}

func TestSequential(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) { jobstest.Sequential(t, s.New(dsn, 1)) })
		}
	})
}

// TestNothingIsLost holds that the correct ones give a job back from whoever leaves with it.
func TestNothingIsLost(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			if s.Correct() {
				t.Run(s.Name, func(t *testing.T) { jobstest.NothingIsLost(t, s.New(dsn, 1)) })
			}
		}
	})
}

// TestWhoDiesTakesTheJobAlong holds how LPOP loses jobs.
func TestWhoDiesTakesTheJobAlong(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		c := jobstest.Open(t, setup(t, plan{claim: pop, finish: apply}, dsn, 2), 0)
		jobstest.Do(t, c, jobs.Input{Kind: jobs.Crash, Job: jobstest.Claim(t, c)})
		require.Equal(t, []int64{0, 1}, jobstest.Drain(t, c, 2))
	})
}

// TestTwoReadOneJob holds that LREM tells nobody who does not ask that it has removed nothing.
func TestTwoReadOneJob(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		q := setup(t, plan{claim: lookThenRemove, finish: apply}, dsn, 1)
		a, over := open(t, q)
		b, _ := open(t, q)
		m, err := conn.Look(t.Context(), over, "lindex", asking(a.first))
		require.NoError(t, err)
		require.Equal(t, m.job, mustClaim(t, b))
		require.NoError(t, a.remove(t.Context(), over, m.job))
		requireFinish(t, a, m.job, true)
		requireFinish(t, b, m.job, true)
		requireEffects(t, a, m.job, 2)
	})
}

// TestPutAllBack holds that a worker that starts takes from others what they are at work on, and what LREM saves then.
func TestPutAllBack(t *testing.T) {
	for name, c := range map[string]struct {
		finish finisher
		both   bool
	}{"any": {removeAndApply, true}, "removed": {applyIfRemoved, false}} {
		t.Run(name, func(t *testing.T) {
			conntest.EachServer(t, func(t *testing.T, dsn string) {
				q := setup(t, plan{begin: putAllBack, claim: move, finish: c.finish}, dsn, 1)
				a, _ := open(t, q)
				b, _ := open(t, q)
				job := mustClaim(t, a)
				b.fresh = true
				require.Equal(t, job, mustClaim(t, b))
				requireFinish(t, a, job, true)
				requireFinish(t, b, job, c.both)
			})
		})
	}
}

// TestALateWorker holds that one whose lease is over is refused when another has the job, where that is asked.
func TestALateWorker(t *testing.T) {
	for _, s := range Strategies() {
		p := s.New("", 1)(jobstest.Workload(t, 1)).(*target).plan
		if !p.late {
			continue
		}
		accepts := s.Shows[jobs.Name] == checkers.DuplicateEffect
		t.Run(s.Name, func(t *testing.T) {
			conntest.EachAddress(t, func(t *testing.T, dsn string) {
				q := setup(t, p, dsn, 1)
				late, _ := open(t, q)
				next, _ := open(t, q)
				job := mustClaim(t, late)
				require.NoError(t, conntest.Bystander(t, dsn).ZIncrBy(t.Context(), q.keys.lent, -1e12, "0").Err())
				require.Equal(t, job, mustClaim(t, next))
				requireFinish(t, late, job, accepts)
				requireFinish(t, next, job, true)
				requireFinish(t, next, job, accepts)
				requireEffects(t, next, job, map[bool]int64{true: 3, false: 1}[accepts])
			})
		})
	}
}

// TestAWatchIsMissedByNobody holds that who has looked before another ended the job does not lend it again.
func TestAWatchIsMissedByNobody(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		q := setup(t, plan{claim: watchAndLend, finish: watchAndEnd}, dsn, 1)
		late, _ := open(t, q)
		next, over := open(t, q)
		job := mustClaim(t, late)
		require.NoError(t, conntest.Bystander(t, dsn).ZIncrBy(t.Context(), q.keys.lent, -1e12, "0").Err())
		require.NoError(t, conn.Watch(t.Context(), over, q.keys.waiting, q.keys.lent))
		m, again, err := next.look(t.Context(), over, time.Now())
		require.NoError(t, err)
		require.True(t, again && m.found)
		requireFinish(t, late, job, true)
		err = next.lend(t.Context(), over, m.job, again, time.Now())
		require.True(t, conn.Conflicted(err), "%v", err)
		_, found, err := next.Claim(t.Context())
		require.NoError(t, err)
		require.False(t, found)
	})
}

// TestCloseDeletesAllKeys holds that nothing is left, and that a queue of many jobs is whole.
func TestCloseDeletesAllKeys(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		q := newTarget(plan{claim: lend, finish: endOwn})(dsn, 1)(jobstest.Workload(t, 1001)).(*target)
		require.NoError(t, q.Setup(t.Context()))
		w, _ := open(t, q)
		mustClaim(t, w)
		c := conntest.Bystander(t, dsn)
		require.EqualValues(t, 1000, c.LLen(t.Context(), q.keys.waiting).Val())
		require.Len(t, conntest.KeysLike(t, c, q.Names().Prefix()+"*"), 1001+3)
		require.NoError(t, q.Close(t.Context()))
		require.Empty(t, conntest.KeysLike(t, c, q.Names().Prefix()+"*"))
	})
}

func TestOpenBeforeSetup(t *testing.T) {
	q := Strategies()[0].New("", 1)(jobstest.Workload(t, 1))
	_, err := q.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, q.Close(t.Context()))
}
