package pgxsteps_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/steps/internal/stepstest"
	"github.com/lostupdate/stress/steps/pgxsteps"
)

// code is code under test that knows nothing of steps.
type code struct {
	pool  *pgxpool.Pool
	table string
}

func (s code) read(ctx context.Context) (v int64, err error) {
	err = s.pool.QueryRow(ctx, "SELECT v FROM "+s.table+" WHERE id = $1", 1).Scan(&v)
	return v, err
}

func (s code) racyAdd(ctx context.Context, delta int64) (int64, error) {
	before, err := s.read(ctx)
	if err != nil {
		return 0, err
	}
	_, err = s.pool.Exec(ctx, "UPDATE "+s.table+" SET v = $2 WHERE id = $1", 1, before+delta)
	return before, err
}

func (s code) add(ctx context.Context, delta int64) (after int64, err error) {
	err = s.pool.QueryRow(ctx, "UPDATE "+s.table+" SET v = v + $2 WHERE id = $1 RETURNING v", 1, delta).Scan(&after)
	return after - delta, err
}

func config(tb testing.TB) *pgxpool.Config {
	tb.Helper()
	c, err := pgxpool.ParseConfig(testenv.DSN(tb, "postgres"))
	require.NoError(tb, err)
	return c
}

// open makes a table with one number, which is dropped at the end.
func open(tb testing.TB, c *pgxpool.Config) code {
	tb.Helper()
	pool, err := pgxpool.NewWithConfig(context.Background(), c)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	s := code{pool, fmt.Sprintf("t%08x", rand.Uint32())}
	_, err = pool.Exec(tb.Context(), "CREATE TABLE "+s.table+" (id int PRIMARY KEY, v bigint)")
	require.NoError(tb, err)
	tb.Cleanup(func() {
		_, err := pool.Exec(context.Background(), "DROP TABLE "+s.table)
		require.NoError(tb, err)
	})
	_, err = pool.Exec(tb.Context(), "INSERT INTO "+s.table+" VALUES (1, 0)")
	require.NoError(tb, err)
	return s
}

func stepping(tb testing.TB) code {
	tb.Helper()
	c := config(tb)
	pgxsteps.Add(c.ConnConfig)
	return open(tb, c)
}

// everything is one operation that takes all kinds of steps.
func (s code) everything(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return err
	}
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.Serializable}, func(tx pgx.Tx) error {
		if _, err := tx.Prepare(ctx, "mine", "SELECT 1"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "mine"); err != nil {
			return err
		}
		var v int64
		if err := tx.QueryRow(ctx, "SELECT v FROM "+s.table+" WHERE id = 1 FOR UPDATE").Scan(&v); err != nil {
			return err
		}
		if err := s.many(ctx, tx); err != nil {
			return err
		}
		inner, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		return inner.Rollback(ctx)
	})
}

func (s code) many(ctx context.Context, tx pgx.Tx) error {
	var b pgx.Batch
	b.Queue("DELETE FROM "+s.table+" WHERE id = $1", 2)
	b.Queue("SELECT 2")
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"public", s.table}, []string{"id", "v"}, pgx.CopyFromRows([][]any{{2, 0}}))
	return err
}

func TestSteps(t *testing.T) {
	s := stepping(t)
	want := []string{
		"begin isolation level serializable", "mine", "SELECT v FROM " + s.table + " WHERE id = 1 FOR…",
		"batch: DELETE FROM " + s.table + " WHERE id = $1", "copy " + s.table, "savepoint sp_1", "rollback to savepoint sp_1",
		"commit",
	}
	require.Equal(t, want, stepstest.Steps(t, s.everything))
}

func TestStepsOfEachWayToQuery(t *testing.T) {
	for _, mode := range []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec,
		pgx.QueryExecModeSimpleProtocol,
	} {
		t.Run(mode.String(), func(t *testing.T) {
			c := config(t)
			c.ConnConfig.DefaultQueryExecMode = mode
			pgxsteps.Add(c.ConnConfig)
			s := open(t, c)
			got := stepstest.Steps(t, func(ctx context.Context) error {
				_, err := s.racyAdd(ctx, 1)
				return err
			})
			require.Equal(t, []string{
				"SELECT v FROM " + s.table + " WHERE id = $1", "UPDATE " + s.table + " SET v = $2 WHERE id =…",
			}, got)
		})
	}
}

// TestStepsWhileRowsAreRead updates in the loop over the rows of a query, each update on a connection of its own.
func TestStepsWhileRowsAreRead(t *testing.T) {
	s := stepping(t)
	got := stepstest.Steps(t, func(ctx context.Context) error {
		rows, err := s.pool.Query(ctx, "SELECT generate_series(1, 2)")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if _, err := s.add(ctx, 1); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	update := "UPDATE " + s.table + " SET v = v + $2 WHERE id…"
	require.Equal(t, []string{"SELECT generate_series(1, 2)", update, update}, got)
}

func TestStepsThroughDatabaseSQL(t *testing.T) {
	c := config(t).ConnConfig
	pgxsteps.Add(c)
	db := stdlib.OpenDB(*c)
	defer db.Close()
	got := stepstest.Steps(t, func(ctx context.Context) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "SELECT $1::int", 1); err != nil {
			return err
		}
		return tx.Commit()
	})
	require.Equal(t, []string{"begin", "SELECT $1::int", "commit"}, got)
}

func TestLostUpdates(t *testing.T) {
	s := stepping(t)
	stepstest.Loses(t, stepstest.Counter{Read: s.read, Add: s.racyAdd})
}

func TestRepaired(t *testing.T) {
	s := stepping(t)
	stepstest.Keeps(t, stepstest.Counter{Read: s.read, Add: s.add})
}

// TestRefusedRequestsAreNotSent looks at the table afterwards.
func TestRefusedRequestsAreNotSent(t *testing.T) {
	s := stepping(t)
	update := "UPDATE " + s.table + " SET v = 1"
	got := stepstest.Steps(t, func(ctx context.Context) error {
		refused := func(err error) {
			require.ErrorIs(t, err, context.Canceled)
			require.True(t, pgconn.SafeToRetry(err), "nothing was sent")
		}
		_, err := s.pool.Exec(ctx, update)
		refused(err)
		_, err = s.pool.CopyFrom(ctx, pgx.Identifier{s.table}, []string{"id"}, pgx.CopyFromRows([][]any{{2}}))
		refused(err)
		var b pgx.Batch
		b.Queue(update)
		refused(s.pool.SendBatch(ctx, &b).Close())
		return nil
	}, update, "copy "+s.table, "batch: "+update)
	require.Empty(t, got)
	var rows, sum int
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT count(*), sum(v) FROM "+s.table).Scan(&rows, &sum))
	require.Equal(t, []int{1, 0}, []int{rows, sum})
}

// TestRefusedCommit holds that the transaction does not come to pass.
func TestRefusedCommit(t *testing.T) {
	s := stepping(t)
	stepstest.Steps(t, func(ctx context.Context) error {
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE "+s.table+" SET v = 1")
			return err
		})
		require.ErrorIs(t, err, context.Canceled)
		return nil
	}, "commit")
	v, err := s.read(t.Context())
	require.NoError(t, err)
	require.Zero(t, v)
}

func TestOutsideOfTheHarness(t *testing.T) {
	s := stepping(t)
	require.NoError(t, s.everything(t.Context()))
	_, err := s.pool.Exec(t.Context(), "INSERT INTO "+s.table+" VALUES (1, 0)")
	var failed *pgconn.PgError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "23505", failed.Code)
	require.Equal(t, pgx.ErrNoRows, s.pool.QueryRow(t.Context(), "SELECT 1 WHERE false").Scan(new(int)))

	var name *string
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT @name::text", pgx.NamedArgs{"name": nil}).Scan(&name))
	require.Nil(t, name)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.read(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// existing is a tracer that was there before.
type existing struct {
	pgxsteps.Tracer
	connected, queried, batched int
}

func (e *existing) TraceConnectStart(ctx context.Context, _ pgx.TraceConnectStartData) context.Context {
	e.connected++
	return ctx
}

func (*existing) TraceConnectEnd(context.Context, pgx.TraceConnectEndData) {}

func (e *existing) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	e.queried++
	return ctx
}

func (e *existing) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) { e.batched++ }

func TestTracerThatIsThereIsKept(t *testing.T) {
	c := config(t)
	c.MaxConns = 1
	e := &existing{}
	c.ConnConfig.Tracer = e
	pgxsteps.Add(c.ConnConfig)
	s := open(t, c)
	before := e.queried
	got := stepstest.Steps(t, s.everything)
	require.Contains(t, got, "commit")
	require.Equal(t, 6, e.queried-before, "all but the batch and the copy")
	require.Equal(t, 2, e.batched)
	require.Equal(t, 1, e.connected)
}

func BenchmarkSelect(b *testing.B) {
	plain, steps := open(b, config(b)), stepping(b)
	read := func(s code) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := s.read(ctx)
			return err
		}
	}
	stepstest.Compare(b, 1000, read(plain), read(steps))
}
