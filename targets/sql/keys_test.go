package sql

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

// eachKeys runs fn with every strategy for keys of every engine.
func eachKeys(t *testing.T, fn func(t *testing.T, d Dialect, s keys.Strategy, dsn string)) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		for _, s := range Keys(d) {
			t.Run(s.Name, func(t *testing.T) { fn(t, d, s, dsn) })
		}
	})
}

func setupKeys(t *testing.T, d Dialect, name, dsn string) *keyStore {
	t.Helper()
	st, ok := keystest.Find(t, Keys(d), name).New(dsn, 1).(*keyStore)
	require.True(t, ok)
	keystest.Setup(t, st, 1)
	return st
}

func openKeys(t *testing.T, st *keyStore) *keySession {
	t.Helper()
	return keystest.Open(t, st, 0).(*keySession)
}

func rows(t *testing.T, st *keyStore) int64 {
	t.Helper()
	n, err := openKeys(t, st).Count(context.Background(), 0)
	require.NoError(t, err)
	return n
}

func TestKeysAreNamedOnce(t *testing.T) {
	for _, d := range dialects() {
		seen := map[string]bool{}
		for _, s := range Keys(d) {
			assert.False(t, seen[s.Name], "%s %s twice", d.Name(), s.Name)
			seen[s.Name] = true
			assert.NotEmpty(t, s.Summary, s.Name)
			assert.True(t, s.Correct() || !s.Refuses, "%s %s: Refuses is for correct ones", d.Name(), s.Name)
		}
	}
}

func TestKeysSequential(t *testing.T) {
	eachKeys(t, func(t *testing.T, _ Dialect, s keys.Strategy, dsn string) { keystest.Sequential(t, s, dsn) })
}

// TestForUpdateOfNoRow holds that SELECT … FOR UPDATE of a row that is not there keeps nobody out at READ COMMITTED.
func TestForUpdateOfNoRow(t *testing.T) {
	for d, name := range map[Dialect]string{
		Postgres(): "select-for-update-then-insert", MariaDB(): "for-update-read-committed",
	} {
		t.Run(d.Name(), func(t *testing.T) {
			st := setupKeys(t, d, name, dsnOf(t, d))
			first, second := openKeys(t, st), openKeys(t, st)
			_, err := inTx(context.Background(), first.client, func(ctx context.Context) (keys.Result, error) {
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
	st := setupKeys(t, MariaDB(), "select-for-update-then-insert", dsnOf(t, MariaDB()))
	looked, failed := make(chan struct{}, 2), make(chan error, 2)
	begin := make(chan struct{})
	for range 2 {
		s := openKeys(t, st)
		go func() {
			_, err := inTx(context.Background(), s.client, func(ctx context.Context) (keys.Result, error) {
				r, err := s.find(ctx, s.stmts.getLocked, 0)
				looked <- struct{}{}
				if err != nil || r.Found {
					return r, err
				}
				<-begin
				return s.insert(ctx, s.stmts.insert, 0)
			})
			if err != nil && !s.conflict(err) {
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
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		s := openKeys(t, setupKeys(t, d, "catch-duplicate", dsn))
		_, err := s.insert(context.Background(), s.stmts.insert, 0)
		require.NoError(t, err)
		_, err = s.insert(context.Background(), s.stmts.insert, 0)
		require.True(t, d.duplicate(err))
		require.True(t, d.outcome(err).refused)
		_, err = s.exec(context.Background(), "nonsense", "INSERT INTO nonsense")
		require.Error(t, err)
		require.False(t, d.duplicate(err))
		require.False(t, d.duplicate(nil))
	})
}

// TestRowThatIsGone holds that a row which the constraint refused to add to, and which is gone then, is an error.
func TestRowThatIsGone(t *testing.T) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		_, err := openKeys(t, setupKeys(t, d, "catch-duplicate", dsn)).there(context.Background(), 0)
		requireNotApplied(t, err)
		require.ErrorIs(t, err, errMissing)
	})
}

// TestKeysLostConnection cuts the connection at every kind of statement, before the server has it and after it has
// answered.
func TestKeysLostConnection(t *testing.T) {
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
	eachServer(t, func(t *testing.T, d Dialect, p *proxy, dsn string) {
		for _, c := range cases {
			for _, deliver := range []bool{false, true} {
				t.Run(c.strategy+" at "+c.at+map[bool]string{true: " answered", false: " unsent"}[deliver], func(t *testing.T) {
					st := setupKeys(t, d, c.strategy, dsn)
					client := openKeys(t, st)
					p.cut.Store(&cut{text: sent(d, c.at), deliver: deliver})
					_, err := client.Create(context.Background(), 0)
					require.Nil(t, p.cut.Load(), "the connection was not cut")
					if c.unknown {
						requireUnknown(t, err)
					} else {
						requireNotApplied(t, err)
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

// TestKeysReadOnLostConnection holds that reads are never in doubt, nor is a create that has only to read any more.
func TestKeysReadOnLostConnection(t *testing.T) {
	eachServer(t, func(t *testing.T, d Dialect, p *proxy, dsn string) {
		for _, name := range []string{"unique-then-select", "catch-duplicate"} {
			client := openKeys(t, setupKeys(t, d, name, dsn))
			_, err := client.Create(context.Background(), 0)
			require.NoError(t, err)
			for text, ask := range map[string]func() error{
				"SELECT id":    func() error { _, err := client.Create(context.Background(), 0); return err },
				"SELECT id ":   func() error { _, err := client.Get(context.Background(), 0); return err },
				"SELECT count": func() error { _, err := client.Count(context.Background(), 0); return err },
			} {
				p.cut.Store(&cut{text: text, deliver: true})
				requireNotApplied(t, ask())
				require.Nil(t, p.cut.Load(), "the connection was not cut")
			}
		}
	})
}
