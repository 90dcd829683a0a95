package aside

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
)

// statements are the queries on the source, written for its table in one dialect.
type statements struct{ load, store string }

func newStatements(b *db.Base) statements {
	s := statements{
		load:  b.SQL("SELECT version FROM {t} WHERE k = ?"),
		store: b.SQL("UPDATE {t} SET version = version + 1 WHERE k = ? RETURNING version"),
	}
	if !b.Dialect().Returning() {
		s.store = b.SQL("UPDATE {t} SET version = LAST_INSERT_ID(version + 1) WHERE k = ?")
	}
	return s
}

// kinds of keys in Redis.
const (
	valueKey = "value"
	tokenKey = "token"
)

// Setup makes a table with a row for each key, of version 0, and connects to Redis, where there is nothing.
func (t *target) Setup(ctx context.Context) error {
	b := t.database
	create := b.SQL("CREATE TABLE {t} (k INTEGER PRIMARY KEY, version BIGINT NOT NULL)" + b.Dialect().TableOptions())
	if err := b.Begin(ctx, []db.Table{{Name: b.Table(), Create: create}}, t.fill); err != nil {
		return err
	}
	if err := t.redis.Begin(ctx); err != nil {
		return err
	}
	names := t.redis.Names()
	t.redis.Own(slices.Concat(names.Keys(valueKey, t.keys), names.Keys(tokenKey, t.keys))...)
	return nil
}

func (t *target) fill(ctx context.Context, c *sql.Conn) error {
	const batch = 500
	rows := make([]string, t.keys)
	for key := range rows {
		rows[key] = fmt.Sprintf("(%d, 0)", key)
	}
	for some := range slices.Chunk(rows, batch) {
		query := t.database.SQL("INSERT INTO {t} (k, version) VALUES " + strings.Join(some, ", "))
		if _, err := c.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%s: filling table %s: %w", t.database.Dialect().Name(), t.database.Table(), err)
		}
	}
	return nil
}

// load reads the version from the source.
func (j job) load(ctx context.Context) (int64, error) {
	rows, err := j.source.Query(ctx, "load from source", j.stmts.load, j.key)
	if err == nil && len(rows) != 1 {
		err = db.ErrMissing
	}
	if err != nil {
		return 0, j.source.Undone(err)
	}
	return rows[0][0], nil
}

// store makes the next version in the source, by a statement that commits by itself.
func (j job) store(ctx context.Context) (int64, error) {
	return harness.Retry(ctx, j.source.Conflict, func(ctx context.Context) (int64, error) {
		version, n, err := j.increment(ctx)
		if err == nil && n != 1 {
			err = db.ErrMissing
		}
		return version, j.source.Alone(err)
	})
}

// increment gives the new version, and how many rows there were.
func (j job) increment(ctx context.Context) (version int64, n int64, err error) {
	const step = "write source"
	if j.source.Dialect().Returning() {
		rows, err := j.source.Query(ctx, step, j.stmts.store, j.key)
		if err != nil || len(rows) == 0 {
			return 0, 0, err
		}
		return rows[0][0], int64(len(rows)), nil
	}
	r, err := db.Statement(ctx, j.source, step, func(ctx context.Context, c *sql.Conn) (sql.Result, error) {
		return c.ExecContext(ctx, j.stmts.store, j.key)
	})
	if err != nil {
		return 0, 0, err
	}
	// The driver has both of the answer, and no errors.
	version, _ = r.LastInsertId()
	n, _ = r.RowsAffected()
	return version, n, nil
}
