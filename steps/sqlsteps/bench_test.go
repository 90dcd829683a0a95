package sqlsteps_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/lostupdate/stress/steps/internal/stepstest"
)

// BenchmarkSelect reads one row by its key from a file of SQLite.
func BenchmarkSelect(b *testing.B) {
	e := sqlite(b)
	plain, steps := e.table(b, e.plain(b)), e.table(b, e.stepping(b))
	read := func(c code) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := c.read(ctx)
			return err
		}
	}
	stepstest.Compare(b, 2000, read(plain), read(steps))
}

// BenchmarkPrepared reads it with a prepared statement in memory, which is the least that there is to do.
func BenchmarkPrepared(b *testing.B) {
	e := engine{"sqlite", "sqlite", ":memory:"}
	prepared := func(db *sql.DB) func(context.Context) error {
		db.SetMaxOpenConns(1)
		c := e.table(b, db)
		s, err := db.PrepareContext(b.Context(), "SELECT v FROM "+c.table+" WHERE id = ?")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		return func(ctx context.Context) error { return s.QueryRowContext(ctx, 1).Scan(new(int64)) }
	}
	stepstest.Compare(b, 5000, prepared(e.plain(b)), prepared(e.stepping(b)))
}
