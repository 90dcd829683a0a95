package sql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/targets/cells"
)

// plan is what a strategy asks of a store.
type plan struct {
	level  level
	update updater
}

// store is one table of cells with one strategy.
type store struct {
	*base
	plan  plan
	stmts *statements
}

func newStore(d Dialect, dsn string, p plan) *store {
	b := newBase(d, dsn, p.level)
	return &store{base: b, plan: p, stmts: newStatements(d, b.table)}
}

// Setup connects, makes the table and fills it.
func (st *store) Setup(ctx context.Context, initial []int64) error {
	return st.begin(ctx, st.dialect.create(st.table), func(ctx context.Context, c *sql.Conn) error {
		return st.fill(ctx, c, initial)
	})
}

func (st *store) fill(ctx context.Context, c *sql.Conn, initial []int64) error {
	const batch = 500
	for from := 0; from < len(initial); from += batch {
		query := insert(st.table, from, initial[from:min(from+batch, len(initial))])
		if _, err := c.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%s: filling table %s: %w", st.dialect.Name(), st.table, err)
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
	c, err := st.client(ctx, client)
	if err != nil {
		return nil, err
	}
	return &session{client: c, store: st, stmts: st.stmts}, nil
}
