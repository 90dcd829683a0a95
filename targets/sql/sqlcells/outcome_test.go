package sqlcells

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestConflictAtWrite lets another client update the cell between a transaction's read and write.
func TestConflictAtWrite(t *testing.T) {
	strategies := map[string]string{"sqlite": "tx-deferred", "postgres": "tx-repeatable-read", "mariadb": "snapshot-isolation"}
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		st := setup(t, strategyNamed(t, d, strategies[d.Name()]), dsn, 0)
		first, second := open(t, st), open(t, st)
		ctx := context.Background()
		_, err := first.inTx(ctx, func(ctx context.Context) (cells.Effect, error) {
			_, err := first.readCells(ctx, addOne)
			require.NoError(t, err)
			_, err = second.Apply(ctx, addOne)
			require.NoError(t, err)
			return cells.Effect{Applied: true}, first.writeCells(ctx, addOne, cells.Pair{1})
		})
		dbtest.RequireNotApplied(t, err)
		require.True(t, first.Conflict(err), "%v", err)
		_, err = first.Apply(ctx, addOne)
		require.NoError(t, err, "the connection is good again")
		require.EqualValues(t, 2, total(t, st))
	})
}

// TestSerializationFailureAtCommit makes a write skew, which PostgreSQL refuses only when it commits.
func TestSerializationFailureAtCommit(t *testing.T) {
	d := db.Postgres()
	st := setup(t, strategyNamed(t, d, "tx-serializable"), dbtest.DSN(t, d), 0, 0)
	first, second := open(t, st), open(t, st)
	ctx := context.Background()
	readOneWriteOther := func(s *session, read, write int, then func()) error {
		_, err := s.inTx(ctx, func(ctx context.Context) (cells.Effect, error) {
			_, err := s.readCells(ctx, cells.Change{Kind: cells.Set, Key: read})
			require.NoError(t, err)
			then()
			return cells.Effect{}, s.writeCells(ctx, cells.Change{Kind: cells.Set, Key: write}, cells.Pair{1})
		})
		return err
	}
	var inner error
	outer := readOneWriteOther(first, 0, 1, func() { inner = readOneWriteOther(second, 1, 0, func() {}) })
	require.NoError(t, inner)
	dbtest.RequireNotApplied(t, outer)
	require.True(t, first.Conflict(outer), "%v", outer)
}

// TestDeadlock has two transactions lock two rows in opposite orders.
func TestDeadlock(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			st := setup(t, strategyNamed(t, d, "row-lock"), dbtest.DSN(t, d), 0, 0)
			errs, met := make(chan error), make(chan struct{}, 2)
			for _, order := range [][2]int{{0, 1}, {1, 0}} {
				s := open(t, st)
				go func() {
					_, err := s.inTx(context.Background(), func(ctx context.Context) (cells.Effect, error) {
						_, err := lockRead(ctx, s, cells.Change{Kind: cells.Set, Key: order[0]})
						met <- struct{}{}
						for err == nil && len(met) < 2 { // both hold one
							err = s.pingForTest(ctx)
						}
						if err == nil {
							_, err = lockRead(ctx, s, cells.Change{Kind: cells.Set, Key: order[1]})
						}
						if err != nil && !s.Conflict(harness.NotApplied(err)) {
							err = fmt.Errorf("not a conflict: %w", err)
						}
						return cells.Effect{}, err
					})
					errs <- err
				}()
			}
			one, other := <-errs, <-errs
			if one == nil {
				one, other = other, one
			}
			require.NoError(t, other)
			dbtest.RequireNotApplied(t, one)
			require.NotContains(t, one.Error(), "not a conflict")
		})
	}
}

func (s *session) pingForTest(ctx context.Context) error {
	_, err := s.Query(ctx, "ping", "SELECT 1")
	return err
}

// holding calls fn while another client holds the lock on cell 0.
func holding(t *testing.T, st *store, fn func()) {
	t.Helper()
	holder := open(t, st)
	_, err := holder.inTx(context.Background(), func(ctx context.Context) (cells.Effect, error) {
		fnErr := holder.writeCells(ctx, addOne, cells.Pair{7})
		require.NoError(t, fnErr)
		fn()
		return cells.Effect{}, db.ErrRefused // roll back
	})
	require.NoError(t, err)
}

// TestLockWaitTimeout holds that waiting for too long, by the engine's own clock, is a conflict and leaves nothing open.
func TestLockWaitTimeout(t *testing.T) {
	noWait := map[string]string{"sqlite": "PRAGMA busy_timeout = 0", "mariadb": "SET SESSION innodb_lock_wait_timeout = 0"}
	for _, d := range []db.Dialect{db.SQLite(), db.MariaDB()} {
		for _, strategy := range []string{"atomic", "read-modify-write"} {
			t.Run(d.Name()+" "+strategy, func(t *testing.T) {
				st := setup(t, strategyNamed(t, d, strategy), dbtest.DSN(t, d), 0)
				s := open(t, st)
				_, err := s.Exec(context.Background(), "setting", noWait[d.Name()])
				require.NoError(t, err)
				holding(t, st, func() {
					_, err := s.Apply(context.Background(), addOne)
					dbtest.RequireNotApplied(t, err)
					require.True(t, s.Conflict(err), "%v", err)
					_, err = s.inTx(context.Background(), func(ctx context.Context) (cells.Effect, error) {
						return cells.Effect{}, s.writeCells(ctx, addOne, cells.Pair{1})
					})
					dbtest.RequireNotApplied(t, err)
				})
				_, err = s.Apply(context.Background(), addOne)
				require.NoError(t, err)
				require.EqualValues(t, 1, total(t, st))
			})
		}
	}
}

// TestContextEnds lets the operation's time run out while it waits for a lock.
func TestContextEnds(t *testing.T) {
	inTx := map[string]string{"sqlite": "begin-immediate", "postgres": "row-lock", "mariadb": "row-lock"}
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for name, unknown := range map[string]bool{"atomic": true, inTx[d.Name()]: false} {
			st := setup(t, strategyNamed(t, d, name), dsn, 0)
			s := open(t, st)
			holding(t, st, func() {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				_, err := s.Apply(ctx, addOne)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, unknown, !errors.Is(err, harness.ErrNotApplied), "%s: %v", name, err)
				_, err = s.Apply(ctx, addOne)
				dbtest.RequireNotApplied(t, err) // nothing is sent once the time is over
			})
			_, err := s.Apply(context.Background(), addOne)
			require.NoError(t, err)
		}
	})
}
