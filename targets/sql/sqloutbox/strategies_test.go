package sqloutbox

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/outbox"
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

func newWorkload(t *testing.T, keys int) *outbox.Workload {
	t.Helper()
	w, err := outbox.New(outbox.Config{Keys: workloads.Keys{N: keys}})
	require.NoError(t, err)
	return w
}

// setup makes the strategy's target of two keys.
func setup(t *testing.T, d db.Dialect, name, dsn string) *target {
	t.Helper()
	all := Strategies(d)
	i := slices.IndexFunc(all, func(s Strategy) bool { return s.Name == name })
	require.NotEqual(t, -1, i, "no strategy %s", name)
	q, ok := all[i].New(dsn, 1)(newWorkload(t, 2)).(*target)
	require.True(t, ok)
	begin(t, q)
	return q
}

func begin(t *testing.T, q harness.Target[outbox.Input, outbox.Output]) {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, q.Close(context.Background())) })
	require.NoError(t, q.Setup(t.Context()))
}

func open(t *testing.T, q *target) *session {
	t.Helper()
	c, err := q.Open(t.Context(), 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c.(*session)
}

// do makes an operation, which must succeed.
func do(t *testing.T, s *session, in outbox.Input) outbox.Output {
	t.Helper()
	out, err := s.Do(t.Context(), in)
	require.NoError(t, err)
	return out
}

func write1(t *testing.T, s *session, key int32, id int64) int64 {
	t.Helper()
	return do(t, s, outbox.Input{Key: key, ID: id}).Version
}

// published drains and gives what was published of a key.
func published(t *testing.T, s *session, key int32) []outbox.Event {
	t.Helper()
	do(t, s, outbox.Input{Kind: outbox.Drain})
	return do(t, s, outbox.Input{Kind: outbox.Published, Key: key}).Events
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

// TestSequential has two clients write and publish in turn. Broken strategies pass too: nobody is late, and nobody dies.
func TestSequential(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s Strategy, dsn string) {
		q := s.New(dsn, 1)(newWorkload(t, 2)).(*target)
		begin(t, q)
		a, b := open(t, q), open(t, q)
		for i, c := range []*session{a, b, a, a, b} {
			require.EqualValues(t, i+1, write1(t, c, 1, int64(10*(i+1))))
			if i == 2 {
				do(t, b, outbox.Input{Kind: outbox.Publish})
			}
		}
		require.EqualValues(t, 1, write1(t, b, 0, 7))
		require.Equal(t, []outbox.Event{{Version: 1, ID: 10}, {Version: 2, ID: 20}, {Version: 3, ID: 30}, {Version: 4, ID: 40}, {
			Version: 5, ID: 50,
		}}, published(t, a, 1))
		require.Equal(t, []outbox.Event{{Version: 1, ID: 7}}, published(t, b, 0))
		require.Zero(t, do(t, a, outbox.Input{Kind: outbox.Publish}).Count, "nothing is left")
		require.NotEmpty(t, q.Version())
	})
}

// TestCrash holds what a writer that dies leaves behind: the correct ones neither a version nor an event.
func TestCrash(t *testing.T) {
	want := map[string]struct {
		version int64
		events  []outbox.Event
	}{
		"publish-after-commit":  {2, []outbox.Event{{Version: 2, ID: 20}}},
		"publish-before-commit": {1, []outbox.Event{{Version: 1, ID: 10}, {Version: 1, ID: 20}}},
	}
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s Strategy, dsn string) {
		q := s.New(dsn, 1)(newWorkload(t, 1)).(*target)
		begin(t, q)
		c := open(t, q)
		require.Zero(t, do(t, c, outbox.Input{Kind: outbox.Crash, ID: 10}).Version, "nobody is told")
		w, broken := want[s.Name]
		if !broken {
			w.version, w.events = 1, []outbox.Event{{Version: 1, ID: 20}}
		}
		require.Equal(t, w.version, write1(t, c, 0, 20))
		require.Equal(t, w.events, published(t, c, 0))
	})
}

// late has a write of key 0 begin, and insert its event, then another key be written and published, and then the first commit.
func late(t *testing.T, q *target) (events []outbox.Event) {
	t.Helper()
	slow, quick := open(t, q), open(t, q)
	_, err := db.InTx(t.Context(), slow.Client, func(ctx context.Context) (int64, error) {
		version, err := slow.next(ctx, write{key: 0})
		require.NoError(t, err)
		_, err = slow.Exec(ctx, "insert event", slow.stmts.insert, 0, version, 10, 1)
		require.NoError(t, err)
		write1(t, quick, 1, 20)
		do(t, quick, outbox.Input{Kind: outbox.Publish})
		return version, slow.change(ctx, write{key: 0}, version)
	})
	require.NoError(t, err)
	require.Len(t, published(t, quick, 1), 1)
	return published(t, quick, 0)
}

// TestALateCommit holds that a cursor has gone past what commits late, and that a horizon waits for it.
func TestALateCommit(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		for _, name := range []string{"id-cursor", "timestamp-cursor"} {
			t.Run(d.Name()+"/"+name, func(t *testing.T) { require.Empty(t, late(t, setup(t, d, name, dbtest.DSN(t, d)))) })
		}
	}
	for _, name := range []string{"xmin-horizon", "xmin-horizon-key-lock", "mark-rows"} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, []outbox.Event{{Version: 1, ID: 10}}, late(t, setup(t, db.Postgres(), name, dbtest.DSN(t, db.Postgres()))))
		})
	}
}

// TestTheHorizonHoldsBack holds that what is above it is not published, and that drain knows of it.
func TestTheHorizonHoldsBack(t *testing.T) {
	q := setup(t, db.Postgres(), "xmin-horizon-key-lock", dbtest.DSN(t, db.Postgres()))
	slow, quick := open(t, q), open(t, q)
	require.NoError(t, slow.Begin(t.Context()))
	_, err := slow.next(t.Context(), write{key: 0})
	require.NoError(t, err)
	write1(t, quick, 1, 20)
	require.Zero(t, do(t, quick, outbox.Input{Kind: outbox.Publish}).Count)
	err = quick.drained(t.Context())
	require.True(t, isUnderWay(err), "%v", err)
	dbtest.RequireNotApplied(t, err)
	require.NoError(t, slow.Commit(t.Context()))
	require.Len(t, published(t, quick, 1), 1)
}

// TestRelaysPassEachOther holds that one which passes over locked rows can be first with the later event of a key.
func TestRelaysPassEachOther(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			q := setup(t, d, "skip-locked-relays", dbtest.DSN(t, d))
			first, second := open(t, q), open(t, q)
			for id := range int64(few + 1) {
				write1(t, second, 0, id)
			}
			require.NoError(t, first.Begin(t.Context()))
			all, err := first.events(t.Context(), first.stmts.unmarkedSkipping)
			require.NoError(t, err)
			require.Len(t, all, few)
			require.EqualValues(t, 1, do(t, second, outbox.Input{Kind: outbox.Publish}).Count)
			require.NoError(t, first.Commit(t.Context()))
			var order []int64
			for _, e := range published(t, second, 0) {
				order = append(order, e.Version)
			}
			require.Equal(t, []int64{4, 1, 2, 3}, order)
		})
	}
}

// TestNumbersBehindALock holds that PostgreSQL does not number a transaction that waits for a named lock.
func TestNumbersBehindALock(t *testing.T) {
	q := setup(t, db.Postgres(), "xmin-horizon-key-lock", dbtest.DSN(t, db.Postgres()))
	holder, waiter, watcher := open(t, q), open(t, q), open(t, q)
	require.NoError(t, holder.Begin(t.Context()))
	require.NoError(t, lockKey(t.Context(), holder, write{key: 0}))
	_, err := waiter.Exec(t.Context(), "name", "SET application_name = '"+q.Table()+"'")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := waiter.Do(context.Background(), outbox.Input{ID: 1})
		done <- err
	}()
	var rows [][]int64
	for len(rows) == 0 {
		rows, err = watcher.Query(t.Context(), "look who waits", "SELECT (backend_xid IS NULL)::int FROM pg_stat_activity "+
			"WHERE wait_event_type = 'Lock' AND application_name = '"+q.Table()+"'")
		require.NoError(t, err)
	}
	require.Equal(t, [][]int64{{1}}, rows)
	require.NoError(t, holder.Commit(t.Context()))
	require.NoError(t, <-done)
}

// TestCloseDropsAllTables holds that nothing is left, also when somebody is in the middle of a write.
func TestCloseDropsAllTables(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		dsn = dbtest.Existing(t, d, dsn)
		q := Strategies(d)[0].New(dsn, 1)(newWorkload(t, 501)).(*target)
		require.NoError(t, q.Setup(t.Context()))
		s := open(t, q)
		require.EqualValues(t, 1, write1(t, s, 500, 1))
		_, err := s.Do(t.Context(), outbox.Input{Key: 501, ID: 1})
		require.ErrorIs(t, err, db.ErrMissing)
		require.NoError(t, s.Begin(t.Context()))
		_, err = s.next(t.Context(), write{key: 0})
		require.NoError(t, err)
		for n, check := range []func(){func() {}, func() { require.NoError(t, q.Close(t.Context())) }} {
			check()
			for _, suffix := range []string{"", "_events", "_log", "_relay"} {
				require.Equal(t, 1-n, dbtest.Tables(t, d, dsn, q.Table(suffix)))
			}
		}
	})
}

// TestALostAnswerToCommitProvesNothing holds that a write whose COMMIT got no answer is unknown, and one that was cut off
// before is not applied.
func TestALostAnswerToCommitProvesNothing(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		s := open(t, setup(t, d, "mark-rows", dsn))
		p.Cut("INSERT", true)
		_, err := s.Do(t.Context(), outbox.Input{ID: 1})
		dbtest.RequireNotApplied(t, err)
		do(t, s, outbox.Input{Kind: outbox.Publish}) // connects again
		p.Cut(dbtest.Sent(d, "COMMIT"), true)
		_, err = s.Do(t.Context(), outbox.Input{ID: 2})
		dbtest.RequireUnknown(t, err)
		require.True(t, p.HasCut())
		require.Equal(t, []outbox.Event{{Version: 1, ID: 2}}, published(t, s, 0))
	})
}
