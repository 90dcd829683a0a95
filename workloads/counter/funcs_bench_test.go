package counter

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	_ "modernc.org/sqlite"

	"github.com/lostupdate/stress/harness"
)

// BenchmarkFuncs has the calls of a user's functions through a run beside the same calls in a loop, by as many clients: the
// ratio of operations a second, in the median of rounds in turn.
func BenchmarkFuncs(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		var n atomic.Int64
		beside(b, 200_000, Funcs{
			Read: func(context.Context) (int64, error) { return n.Load(), nil },
			Add:  func(_ context.Context, d int64) error { n.Add(d); return nil },
		})
	})
	b.Run("sqlite", func(b *testing.B) {
		db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "n.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
		require.NoError(b, err)
		defer db.Close()
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(b.Context(), `CREATE TABLE n (n INTEGER); INSERT INTO n VALUES (0)`)
		require.NoError(b, err)
		beside(b, 5_000, Funcs{
			Read: func(ctx context.Context) (n int64, err error) {
				err = db.QueryRowContext(ctx, `SELECT n FROM n`).Scan(&n)
				return n, err
			},
			Add: func(ctx context.Context, d int64) error {
				_, err := db.ExecContext(ctx, `UPDATE n SET n = n + ?`, d)
				return err
			},
		})
	})
}

const clients = 8

func beside(b *testing.B, ops int, f Funcs) {
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, through(b, ops, f)/plain(b, ops, f))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-plain")
}

// through gives operations a second of a run.
func through(b *testing.B, ops int, f Funcs) float64 {
	target, w, err := f.prepare(b.Context())
	require.NoError(b, err)
	r, err := harness.Run(b.Context(), target, w, harness.Clients(clients), harness.Ops(ops), harness.WithScheduler(nil))
	require.NoError(b, err)
	return r.Stats.Throughput
}

// plain gives those of a loop.
func plain(b *testing.B, ops int, f Funcs) float64 {
	var g errgroup.Group
	start := time.Now()
	for range clients {
		g.Go(func() error {
			for i := range ops / clients {
				if i%10 == 0 {
					if _, err := f.Read(b.Context()); err != nil {
						return err
					}
				} else if err := f.Add(b.Context(), 1); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(b, g.Wait())
	return float64(ops) / time.Since(start).Seconds()
}
