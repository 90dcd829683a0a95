package sqlsteps_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/steps/internal/stepstest"
)

func TestSteps(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		c := e.table(t, e.stepping(t))
		get, set := e.sql("SELECT v FROM "+c.table+" WHERE id = ?"), "UPDATE "+c.table+" SET v = ? WHERE id = ?"
		if e.name == "postgres" {
			set = "UPDATE " + c.table + " SET v = $1 WHERE id =…"
		}
		changed := errors.New("changed my mind")
		got := stepstest.Steps(t, func(ctx context.Context) error {
			require.NoError(t, c.db.PingContext(ctx))
			_, err := c.racyAdd(ctx, 1)
			require.NoError(t, err)
			require.NoError(t, c.inTx(ctx, func(tx *sql.Tx) error {
				_, err := c.get(ctx, tx)
				require.NoError(t, err)
				return c.set(ctx, tx, 2)
			}))
			require.Equal(t, changed, c.inTx(ctx, func(*sql.Tx) error { return changed }))
			return c.prepared(ctx, t)
		})
		require.Equal(t, []string{
			get, set, // unmarked
			"begin", get, set, "commit",
			"begin", "rollback",
			get, get, set, // prepared
			"SELECT 1", // without arguments
		}, got)
	})
}

// prepared makes steps when it runs, and not when it prepares.
func (c code) prepared(ctx context.Context, t *testing.T) error {
	t.Helper()
	get, err := c.db.PrepareContext(ctx, c.sql("SELECT v FROM "+c.table+" WHERE id = ?"))
	require.NoError(t, err)
	defer get.Close()
	set, err := c.db.PrepareContext(ctx, c.sql("UPDATE "+c.table+" SET v = ? WHERE id = ?"))
	require.NoError(t, err)
	defer set.Close()
	var v int64
	require.NoError(t, get.QueryRowContext(ctx, 1).Scan(&v))
	require.NoError(t, get.QueryRowContext(ctx, 1).Scan(&v))
	_, err = set.ExecContext(ctx, 3, 1)
	require.NoError(t, err)
	return c.db.QueryRowContext(ctx, "SELECT 1").Scan(&v)
}

func TestLostUpdates(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		c := e.table(t, e.stepping(t))
		stepstest.Loses(t, stepstest.Counter{Read: c.read, Add: c.racyAdd})
	})
}

func TestRepaired(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		c := e.table(t, e.stepping(t))
		stepstest.Keeps(t, stepstest.Counter{Read: c.read, Blind: c.blindAdd})
	})
}

// TestRefusedStepsAreNotTaken looks at the table afterwards, over the one connection that there is.
func TestRefusedStepsAreNotTaken(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		c := e.table(t, e.stepping(t))
		c.db.SetMaxOpenConns(1)
		const update = "UPDATE refused"
		get := e.sql("SELECT v FROM " + c.table + " WHERE id = ?")
		setOne := func(ctx context.Context) func(*sql.Tx) error {
			return func(tx *sql.Tx) error { return c.set(ctx, tx, 1) }
		}
		stepstest.Steps(t, func(ctx context.Context) error {
			_, err := c.db.ExecContext(ctx, update)
			require.Equal(t, stepstest.ErrRefused, err)
			_, err = c.read(ctx)
			require.Equal(t, stepstest.ErrRefused, err)
			require.Equal(t, stepstest.ErrRefused, c.inTx(ctx, setOne(ctx)))
			return nil
		}, update, get, "commit")
		stepstest.Steps(t, func(ctx context.Context) error {
			require.Equal(t, stepstest.ErrRefused, c.inTx(ctx, setOne(ctx)))
			return nil
		}, "begin")
		stepstest.Steps(t, func(ctx context.Context) error {
			tx, err := c.db.BeginTx(ctx, nil)
			require.NoError(t, err)
			require.NoError(t, c.set(ctx, tx, 1))
			require.NoError(t, tx.Rollback(), "a rollback is made all the same")
			return nil
		}, "rollback")
		v, err := c.read(t.Context())
		require.NoError(t, err)
		require.Zero(t, v)
		require.NoError(t, c.inTx(t.Context(), func(tx *sql.Tx) error { return c.set(t.Context(), tx, 2) }),
			"the connection is in no transaction")
	})
}

// TestRollbackAfterTheContextIsNoStep lets a transaction's context end, upon which package sql rolls back by itself.
func TestRollbackAfterTheContextIsNoStep(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		c := e.table(t, e.stepping(t))
		c.db.SetMaxOpenConns(1)
		got := stepstest.Steps(t, func(ctx context.Context) error {
			inner, cancel := context.WithCancel(ctx)
			tx, err := c.db.BeginTx(inner, nil)
			require.NoError(t, err)
			require.NoError(t, c.set(ctx, tx, 1))
			cancel()
			return c.db.PingContext(ctx) // waits for the connection, and so for the rollback
		})
		require.Len(t, got, 2)
		require.Equal(t, "begin", got[0])
		v, err := c.read(t.Context())
		require.NoError(t, err)
		require.Zero(t, v)
	})
}
