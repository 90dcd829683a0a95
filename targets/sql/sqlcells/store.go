// Package sqlcells updates cells in a table of a relational database.
//
// Every [cells.Strategy] is written once and runs on each [db.Dialect] where it makes sense.
package sqlcells

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
)

// plan is what a strategy asks of a store.
type plan struct {
	level  db.Level
	update updater
	report reporter // nil: in one statement
}

// store is one table of cells with one strategy.
type store struct {
	*db.Base
	plan  plan
	stmts *statements
	cells int
}

func newStore(d db.Dialect, dsn string, p plan) *store {
	b := db.NewBase(d, dsn, p.level)
	return &store{Base: b, plan: p, stmts: newStatements(b)}
}

// Setup connects, makes the table and fills it.
func (st *store) Setup(ctx context.Context, initial []int64) error {
	st.cells = len(initial)
	create := "CREATE TABLE {t} (k INTEGER PRIMARY KEY, v BIGINT NOT NULL, version BIGINT NOT NULL)" + st.Dialect().TableOptions()
	return st.Begin(ctx, []db.Table{{Name: st.Table(), Create: st.SQL(create)}}, func(ctx context.Context, c *sql.Conn) error {
		return st.fill(ctx, c, initial)
	})
}

func (st *store) fill(ctx context.Context, c *sql.Conn, initial []int64) error {
	const batch = 500
	for from := 0; from < len(initial); from += batch {
		query := insert(st.Table(), from, initial[from:min(from+batch, len(initial))])
		if _, err := c.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%s: filling table %s: %w", st.Dialect().Name(), st.Table(), err)
		}
	}
	return nil
}

func insert(table string, from int, values []int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (k, v, version) VALUES ", table)
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, %d, 0)", from+i, v)
	}
	return b.String()
}

// Open connects a client.
func (st *store) Open(ctx context.Context, client int) (cells.Session, error) {
	c, err := st.Client(ctx, client)
	if err != nil {
		return nil, err
	}
	return &session{Client: c, store: st, stmts: st.stmts}, nil
}
