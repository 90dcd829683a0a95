// Package sqldoctors keeps a doctor on call by tables of a relational database: a row for each doctor of a shift, and a row
// for each shift with how many are on call, which one strategy alone uses.
//
// Every [Strategy] is written once and runs on each [db.Dialect] where it makes sense.
package sqldoctors

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/doctors"
)

// leaver has a doctor leave in the way of one strategy, and says whether that was accepted.
type leaver func(ctx context.Context, c *client, shift, doctor int32) (bool, error)

// plan is what a strategy asks of a store.
type plan struct {
	level db.Level
	leave leaver
	back  func(ctx context.Context, c *client, shift, doctor int32) error // an UPDATE of the own row if nil
}

// store is the tables of one strategy.
type store struct {
	*db.Base
	plan     plan
	stmts    *statements
	workload *doctors.Workload
}

func newStore(d db.Dialect, dsn string, p plan, w *doctors.Workload) *store {
	if p.back == nil {
		p.back = back
	}
	b := db.NewBase(d, dsn, p.level)
	return &store{Base: b, plan: p, stmts: newStatements(b), workload: w}
}

// Setup connects, makes the tables, and puts all doctors on call.
func (st *store) Setup(ctx context.Context) error {
	options := st.Dialect().TableOptions()
	return st.Begin(ctx, []db.Table{
		{Name: st.Table(), Create: st.SQL("CREATE TABLE {t} (shift INT NOT NULL, doctor INT NOT NULL, on_call INT NOT NULL, " +
			"PRIMARY KEY (shift, doctor))" + options)},
		{Name: st.Table("_shifts"), Create: st.SQL("CREATE TABLE {t}_shifts (shift INT PRIMARY KEY, on_call INT NOT NULL)" + options)},
	}, st.fill)
}

func (st *store) fill(ctx context.Context, c *sql.Conn) error {
	const batch = 100
	n := st.workload.Doctors()
	for from := 0; from < st.workload.Keys(); from += batch {
		var rows, shifts []string
		for shift := from; shift < min(from+batch, st.workload.Keys()); shift++ {
			shifts = append(shifts, fmt.Sprintf("(%d, %d)", shift, n))
			for d := range n {
				rows = append(rows, fmt.Sprintf("(%d, %d, 1)", shift, d))
			}
		}
		for _, query := range []string{
			"INSERT INTO {t} (shift, doctor, on_call) VALUES " + strings.Join(rows, ", "),
			"INSERT INTO {t}_shifts (shift, on_call) VALUES " + strings.Join(shifts, ", "),
		} {
			if _, err := c.ExecContext(ctx, st.SQL(query)); err != nil {
				return fmt.Errorf("%s: filling table %s: %w", st.Dialect().Name(), st.Table(), err)
			}
		}
	}
	return nil
}

// Open connects a client.
func (st *store) Open(ctx context.Context, number int) (harness.Client[doctors.Input, doctors.Output], error) {
	c, err := st.Client(ctx, number)
	if err != nil {
		return nil, err
	}
	return &client{Client: c, store: st}, nil
}

// client is a client of shifts.
type client struct {
	*db.Client
	store *store
}

// Do leaves and comes back in the way of the strategy, or asks who is on call by a plain SELECT.
func (c *client) Do(ctx context.Context, in doctors.Input) (doctors.Output, error) {
	switch in.Kind {
	case doctors.Return:
		return doctors.Output{}, c.store.plan.back(ctx, c, in.Shift, in.Doctor)
	case doctors.Status:
		on, err := c.onCall(ctx, "read rows", c.store.stmts.onCall, in.Shift)
		return doctors.Output{OnCall: on}, c.Undone(err)
	default:
		left, err := c.store.plan.leave(ctx, c, in.Shift, in.Doctor)
		return doctors.Output{Refused: !left}, err
	}
}

// onCall reads by the query given which doctors are on call.
func (c *client) onCall(ctx context.Context, step, query string, shift int32) (on doctors.Set, err error) {
	rows, err := c.Query(ctx, step, query, shift)
	for _, row := range rows {
		if row[1] != 0 {
			on = on.With(int(row[0]))
		}
	}
	return on, err
}

// change runs a statement that changes one row, or none, and says which.
func (c *client) change(ctx context.Context, step, query string, args ...any) (bool, error) {
	n, err := c.Exec(ctx, step, query, args...)
	return n > 0, err
}
