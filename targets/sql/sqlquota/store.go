// Package sqlquota gives out what there is only so much of by tables of a relational database: a row a quota, with a counter,
// and a row for each amount that was taken. A strategy uses the one or the other.
//
// Every [Strategy] is written once and runs on each [db.Dialect] where it makes sense.
package sqlquota

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/quota"
)

// taker takes an amount in the way of one strategy, and says whether it was given.
type taker func(ctx context.Context, c *client, key int32, amount int64) (bool, error)

// plan is what a strategy asks of a store.
type plan struct {
	level      db.Level
	counter    bool // what is used is a counter; else it is the sum of the rows of what was taken
	constraint bool // the counter can't exceed the limit
	take       taker
}

// store is the tables of one strategy.
type store struct {
	*db.Base
	plan     plan
	stmts    *statements
	workload *quota.Workload
}

func newStore(d db.Dialect, dsn string, p plan, w *quota.Workload) *store {
	b := db.NewBase(d, dsn, p.level)
	return &store{Base: b, plan: p, stmts: newStatements(b), workload: w}
}

// Setup connects, makes the tables, and a row for each quota.
func (st *store) Setup(ctx context.Context) error {
	check := ""
	if st.plan.constraint {
		check = ", CHECK (used <= capacity)"
	}
	options := st.Dialect().TableOptions()
	return st.Begin(ctx, []db.Table{
		{Name: st.Table(), Create: st.SQL("CREATE TABLE {t} (k INT PRIMARY KEY, used BIGINT NOT NULL, capacity BIGINT NOT NULL" +
			check + ")" + options)},
		{Name: st.Table("_taken"), Create: st.SQL("CREATE TABLE {t}_taken (id " + st.Dialect().Serial() +
			", k INT NOT NULL, n INT NOT NULL)" + options)},
	}, st.fill)
}

func (st *store) fill(ctx context.Context, c *sql.Conn) error {
	const batch = 500
	queries := []string{st.SQL("CREATE INDEX {t}_k ON {t}_taken (k)")}
	for from := 0; from < st.workload.Keys(); from += batch {
		var rows []string
		for k := from; k < min(from+batch, st.workload.Keys()); k++ {
			rows = append(rows, fmt.Sprintf("(%d, 0, %d)", k, st.workload.Limit()))
		}
		queries = append(queries, st.SQL("INSERT INTO {t} (k, used, capacity) VALUES "+strings.Join(rows, ", ")))
	}
	for _, query := range queries {
		if _, err := c.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%s: filling table %s: %w", st.Dialect().Name(), st.Table(), err)
		}
	}
	return nil
}

// Open connects a client.
func (st *store) Open(ctx context.Context, number int) (harness.Client[quota.Input, quota.Output], error) {
	c, err := st.Client(ctx, number)
	if err != nil {
		return nil, err
	}
	return &client{Client: c, store: st}, nil
}

// client is a client of quotas.
type client struct {
	*db.Client
	store *store
}

// Do takes in the way of the strategy, or asks how much is used.
func (c *client) Do(ctx context.Context, in quota.Input) (quota.Output, error) {
	if in.Kind == quota.Used {
		used, err := c.used(ctx, in.Quota)
		return quota.Output{Used: used}, c.Undone(err)
	}
	given, err := c.store.plan.take(ctx, c, in.Quota, in.Amount)
	return quota.Output{Refused: !given}, err
}

// used reads how much is given out by a plain SELECT, for the strategies' own use too.
func (c *client) used(ctx context.Context, key int32) (int64, error) {
	if c.store.plan.counter {
		return c.number(ctx, "read counter", c.store.stmts.counter, key)
	}
	return c.number(ctx, "sum rows", c.store.stmts.sum, key)
}

// number reads one number by the query given.
func (c *client) number(ctx context.Context, step, query string, key int32) (int64, error) {
	rows, err := c.Query(ctx, step, query, key)
	switch {
	case err != nil:
		return 0, err
	case len(rows) != 1:
		return 0, db.ErrMissing
	}
	return rows[0][0], nil
}

// change runs a statement that changes one row, or none, and says which.
func (c *client) change(ctx context.Context, step, query string, args ...any) (bool, error) {
	n, err := c.Exec(ctx, step, query, args...)
	return n > 0, err
}

// fits says whether the limit has room for the amount on top of what is used.
func (c *client) fits(used, amount int64) bool { return used+amount <= c.store.workload.Limit() }
