package sqljobs

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/jobs/jobstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// eachStrategy runs fn with every strategy of every engine.
func eachStrategy(t *testing.T, fn func(t *testing.T, d db.Dialect, s Strategy, dsn string)) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) { fn(t, d, s, dsn) })
		}
	})
}

// setup makes the strategy's target of n jobs.
func setup(t *testing.T, d db.Dialect, name, dsn string, n int) *target {
	t.Helper()
	all := Strategies(d)
	i := slices.IndexFunc(all, func(s Strategy) bool { return s.Name == name })
	require.NotEqual(t, -1, i, "no strategy %s", name)
	q, ok := all[i].New(dsn, 1)(jobstest.Workload(t, n)).(*target)
	require.True(t, ok)
	jobstest.Setup(t, q)
	return q
}

// open makes a worker, whose statements a test makes one by one.
func open(t *testing.T, q *target) *worker {
	t.Helper()
	c, err := q.Client(t.Context(), 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return &worker{Client: c, target: q, token: q.tokens.Add(1)}
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
	for _, d := range dbtest.Dialects() {
		seen := map[string]bool{}
		for _, s := range Strategies(d) {
			assert.False(t, seen[s.Name], "%s %s twice", d.Name(), s.Name)
			seen[s.Name] = true
			assert.NotEmpty(t, s.Summary, s.Name)
		}
	}
}

func TestSequential(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s Strategy, dsn string) { jobstest.Sequential(t, s.New(dsn, 1)) })
}

// TestNothingIsLost holds that a job comes back from whoever leaves with it, where it is not deleted as it is handed out.
func TestNothingIsLost(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s Strategy, dsn string) {
		if s.Shows[jobs.Name] == checkers.LostJob {
			q := s.New(dsn, 1)(jobstest.Workload(t, 2))
			jobstest.Setup(t, q)
			c := jobstest.Open(t, q, 0)
			jobstest.Do(t, c, jobs.Input{Kind: jobs.Crash, Job: jobstest.Claim(t, c)})
			require.Equal(t, []int64{0, 1}, jobstest.Drain(t, c, 2))
			return
		}
		jobstest.NothingIsLost(t, s.New(dsn, 1))
	})
}

// TestTwoReadOneJob holds what two do who have read the same job before either has it.
func TestTwoReadOneJob(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		q := setup(t, d, "select-then-update", dsn, 1)
		a, b := open(t, q), open(t, q)
		job, found, err := a.find(t.Context(), q.stmts.find)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, job, mustClaim(t, b))
		n, err := a.Exec(t.Context(), "lend job", q.stmts.takeWaiting, a.token, a.expires(), job, now())
		require.NoError(t, err)
		require.Zero(t, n, "on the condition that it still waits, the second changes no row")
		n, err = a.Exec(t.Context(), "lend job", q.stmts.take, a.token, a.expires(), job)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		requireFinish(t, a, job, true)
		requireFinish(t, b, job, true)
		requireEffects(t, b, job, 2)
	})
}

// TestALateWorker holds that one whose lease is over is refused when another has the job, where that is asked.
func TestALateWorker(t *testing.T) {
	for name, accepts := range map[string]bool{"lease-without-token": true, "lease-with-token": false} {
		dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
			t.Run(name, func(t *testing.T) {
				q := setup(t, d, name, dsn, 1)
				late, next := open(t, q), open(t, q)
				job := mustClaim(t, late)
				_, err := next.Exec(t.Context(), "end lease", q.SQL("UPDATE {t} SET expires = 0"))
				require.NoError(t, err)
				require.Equal(t, job, mustClaim(t, next))
				requireFinish(t, late, job, accepts)
				requireFinish(t, next, job, true)
				requireFinish(t, next, job, accepts)
				requireEffects(t, next, job, map[bool]int64{true: 3, false: 1}[accepts])
			})
		})
	}
}

// TestALockedJobIsPassedOver holds that nobody waits for who has a job locked, and that its rollback gives it back.
func TestALockedJobIsPassedOver(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			q := setup(t, d, "skip-locked", dbtest.DSN(t, d), 2)
			a, b := open(t, q), open(t, q)
			require.Equal(t, 0, mustClaim(t, a))
			require.Equal(t, 1, mustClaim(t, b))
			_, found, err := open(t, q).Claim(t.Context())
			require.NoError(t, err)
			require.False(t, found)
			left, err := open(t, q).Left(t.Context())
			require.NoError(t, err)
			require.True(t, left, "others have them")
			requireFinish(t, a, 0, true)
			a.letGo(t.Context(), nil)
			b.letGo(t.Context(), nil)
			require.Equal(t, 1, mustClaim(t, a))
			requireFinish(t, b, 1, false)
		})
	}
}

// TestWaitedForAndNotLookedAtAgain holds what PostgreSQL does with a subselect: who has waited for the row takes it.
func TestWaitedForAndNotLookedAtAgain(t *testing.T) {
	q := setup(t, db.Postgres(), "update-subselect", dbtest.DSN(t, db.Postgres()), 2)
	a, b, watcher := open(t, q), open(t, q), open(t, q)
	require.NoError(t, a.Begin(t.Context()))
	require.Equal(t, 0, mustClaim(t, a))
	second := make(chan int, 1)
	go func() {
		job, _, _ := b.Claim(context.Background())
		second <- job
	}()
	for waits := int64(0); waits == 0; {
		var err error
		waits, err = watcher.number(t.Context(), "look who waits", "SELECT count(*) FROM pg_stat_activity "+
			"WHERE wait_event_type = 'Lock' AND query LIKE '%"+q.Table()+"%'")
		require.NoError(t, err)
	}
	require.NoError(t, a.Commit(t.Context()))
	require.Equal(t, 0, <-second, "job 1 waits")
}

// TestManyJobs holds that the tables are filled whole, in batches.
func TestManyJobs(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		q := setup(t, d, "lease-with-token", dsn, 1001)
		w := open(t, q)
		n, err := w.number(t.Context(), "count", q.stmts.left)
		require.NoError(t, err)
		require.EqualValues(t, 1001, n)
		requireEffects(t, w, 1000, 0)
		_, err = w.Effects(t.Context(), 1001)
		require.ErrorIs(t, err, db.ErrMissing)
	})
}

// TestCloseDropsBothTables holds that nothing is left, also when somebody still has a job locked.
func TestCloseDropsBothTables(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		dsn = dbtest.Existing(t, d, dsn)
		all := Strategies(d)
		q := all[len(all)-1].New(dsn, 1)(jobstest.Workload(t, 1)).(*target)
		require.NoError(t, q.Setup(t.Context()))
		mustClaim(t, open(t, q))
		for n, check := range []func(){func() {}, func() { require.NoError(t, q.Close(t.Context())) }} {
			check()
			for _, table := range []string{q.Table(), q.Table("_effects")} {
				require.Equal(t, 1-n, dbtest.Tables(t, d, dsn, table))
			}
		}
	})
}
