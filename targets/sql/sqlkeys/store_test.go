package sqlkeys

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// eachStrategy runs fn with every strategy for keys of every engine.
func eachStrategy(t *testing.T, fn func(t *testing.T, d db.Dialect, s keys.Strategy, dsn string)) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) { fn(t, d, s, dsn) })
		}
	})
}

func setup(t *testing.T, d db.Dialect, name, dsn string) *store {
	t.Helper()
	st, ok := keystest.Find(t, Strategies(d), name).New(dsn, 1).(*store)
	require.True(t, ok)
	keystest.Setup(t, st, 1)
	return st
}

func open(t *testing.T, st *store) *session {
	t.Helper()
	return keystest.Open(t, st, 0).(*session)
}

func rows(t *testing.T, st *store) int64 {
	t.Helper()
	n, err := open(t, st).Count(context.Background(), 0)
	require.NoError(t, err)
	return n
}

func TestAreNamedOnce(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		seen := map[string]bool{}
		for _, s := range Strategies(d) {
			assert.False(t, seen[s.Name], "%s %s twice", d.Name(), s.Name)
			seen[s.Name] = true
			assert.NotEmpty(t, s.Summary, s.Name)
			assert.True(t, s.Correct() || !s.Refuses, "%s %s: Refuses is for correct ones", d.Name(), s.Name)
		}
	}
}

func TestSequential(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s keys.Strategy, dsn string) { keystest.Sequential(t, s, dsn) })
}

// TestForUpdateOfNoRow holds that SELECT … FOR UPDATE of a row that is not there keeps nobody out at READ COMMITTED.
func TestForUpdateOfNoRow(t *testing.T) {
	for d, name := range map[db.Dialect]string{
		db.Postgres(): "select-for-update-then-insert", db.MariaDB(): "for-update-read-committed",
	} {
		t.Run(d.Name(), func(t *testing.T) {
			st := setup(t, d, name, dbtest.DSN(t, d))
			first, second := open(t, st), open(t, st)
			_, err := db.InTx(context.Background(), first.Client, func(ctx context.Context) (keys.Result, error) {
				r, err := first.find(ctx, first.stmts.getLocked, 0)
				require.NoError(t, err)
				require.False(t, r.Found)
				r, err = second.Create(ctx, 0)
				require.NoError(t, err)
				require.True(t, r.Created)
				return first.insert(ctx, first.stmts.insert, 0)
			})
			require.NoError(t, err)
			require.EqualValues(t, 2, rows(t, st))
		})
	}
}

// TestForUpdateOfNoRowLocksTheGap holds that at MariaDB's REPEATABLE READ it locks the gap, which two can do at once; each
// then waits with its INSERT for the other, and one is refused.
func TestForUpdateOfNoRowLocksTheGap(t *testing.T) {
	st := setup(t, db.MariaDB(), "select-for-update-then-insert", dbtest.DSN(t, db.MariaDB()))
	looked, failed := make(chan struct{}, 2), make(chan error, 2)
	begin := make(chan struct{})
	for range 2 {
		s := open(t, st)
		go func() {
			_, err := db.InTx(context.Background(), s.Client, func(ctx context.Context) (keys.Result, error) {
				r, err := s.find(ctx, s.stmts.getLocked, 0)
				looked <- struct{}{}
				if err != nil || r.Found {
					return r, err
				}
				<-begin
				return s.insert(ctx, s.stmts.insert, 0)
			})
			if err != nil && !s.Conflict(err) {
				t.Errorf("refused for another reason than concurrency: %v", err)
			}
			failed <- err
		}()
	}
	<-looked
	<-looked
	close(begin)
	one, other := <-failed, <-failed
	require.NotEqual(t, one == nil, other == nil, "one is refused: %v, %v", one, other)
	require.EqualValues(t, 1, rows(t, st))
}

// TestConstraintIsWhatRefuses holds that a duplicate is told apart from every other refusal.
func TestConstraintIsWhatRefuses(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		s := open(t, setup(t, d, "catch-duplicate", dsn))
		_, err := s.insert(context.Background(), s.stmts.insert, 0)
		require.NoError(t, err)
		_, err = s.insert(context.Background(), s.stmts.insert, 0)
		require.True(t, d.Duplicate(err))
		require.True(t, s.Usable(err))
		_, err = s.Exec(context.Background(), "nonsense", "INSERT INTO nonsense")
		require.Error(t, err)
		require.False(t, d.Duplicate(err))
		require.False(t, d.Duplicate(nil))
	})
}

// TestRowThatIsGone holds that a row which the constraint refused to add to, and which is gone then, is an error.
func TestRowThatIsGone(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		_, err := open(t, setup(t, d, "catch-duplicate", dsn)).there(context.Background(), 0)
		dbtest.RequireNotApplied(t, err)
		require.ErrorIs(t, err, db.ErrMissing)
	})
}

// TestLostConnection cuts the connection at every kind of statement, before the server has it and after it has
// answered.
func TestLostConnection(t *testing.T) {
	cases := []struct {
		strategy, at string
		unknown      bool // else surely not applied
	}{
		{"select-then-insert", "SELECT id", false},
		{"select-then-insert", "INSERT", true},
		{"unique-then-select", "INSERT", true},
		{"catch-duplicate", "INSERT", true},
		{"upsert-returning", "INSERT", true},
		{"serializable", "SELECT id", false},
		{"serializable", "INSERT", false},
		{"serializable", "COMMIT", true},
		{"advisory-lock", "lock", false},
	}
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		for _, c := range cases {
			for _, deliver := range []bool{false, true} {
				t.Run(c.strategy+" at "+c.at+map[bool]string{true: " answered", false: " unsent"}[deliver], func(t *testing.T) {
					st := setup(t, d, c.strategy, dsn)
					client := open(t, st)
					p.Cut(dbtest.Sent(d, c.at), deliver)
					_, err := client.Create(context.Background(), 0)
					require.True(t, p.HasCut(), "the connection was not cut")
					if c.unknown {
						dbtest.RequireUnknown(t, err)
					} else {
						dbtest.RequireNotApplied(t, err)
					}
					require.Equal(t, c.unknown && deliver, rows(t, st) == 1)
					r, err := client.Create(context.Background(), 0)
					require.NoError(t, err, "the client has a fresh connection")
					require.Equal(t, r.Created, !c.unknown || !deliver)
				})
			}
		}
	})
}

// TestReadOnLostConnection holds that reads are never in doubt, nor is a create that has only to read any more.
func TestReadOnLostConnection(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		for _, name := range []string{"unique-then-select", "catch-duplicate"} {
			client := open(t, setup(t, d, name, dsn))
			_, err := client.Create(context.Background(), 0)
			require.NoError(t, err)
			for text, ask := range map[string]func() error{
				"SELECT id":    func() error { _, err := client.Create(context.Background(), 0); return err },
				"SELECT id ":   func() error { _, err := client.Get(context.Background(), 0); return err },
				"SELECT count": func() error { _, err := client.Count(context.Background(), 0); return err },
			} {
				p.Cut(text, true)
				dbtest.RequireNotApplied(t, ask())
				require.True(t, p.HasCut(), "the connection was not cut")
			}
		}
	})
}
