// Package sqlkeys makes the results of keys in a table of a relational database.
//
// Every [keys.Strategy] is written once and runs on each [db.Dialect] where it makes sense.
package sqlkeys

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/sql/db"
)

// maker makes the result of a key, or finds it, in the way of one strategy.
type maker func(ctx context.Context, s *session, key int) (keys.Result, error)

// plan is what a strategy asks of a store of keys.
type plan struct {
	level      db.Level
	constraint bool // the table has one row a key
	create     maker
}

// store is one table of results with one strategy.
type store struct {
	*db.Base
	plan  plan
	stmts *statements
}

func newStore(d db.Dialect, dsn string, p plan) *store {
	b := db.NewBase(d, dsn, p.level)
	return &store{Base: b, plan: p, stmts: newStatements(b)}
}

// Setup connects and makes the table, which stays empty.
func (st *store) Setup(ctx context.Context, _ int) error {
	return st.Begin(ctx, []db.Table{{Name: st.Table(), Create: create(st.Base, st.plan.constraint)}}, nil)
}

// Open connects a client.
func (st *store) Open(ctx context.Context, client int) (keys.Session, error) {
	c, err := st.Client(ctx, client)
	if err != nil {
		return nil, err
	}
	return &session{Client: c, plan: st.plan, stmts: st.stmts}, nil
}

// session is a client of keys.
type session struct {
	*db.Client
	plan  plan
	stmts *statements
}

// Create makes the key's result, or finds it, in the way of the strategy.
func (s *session) Create(ctx context.Context, key int) (keys.Result, error) {
	return s.plan.create(ctx, s, key)
}

// Get reads the key's result with a plain SELECT: the oldest, if there are several.
func (s *session) Get(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.find(ctx, s.stmts.get, key)
	return r, s.Undone(err)
}

// Count counts the key's rows.
func (s *session) Count(ctx context.Context, key int) (int64, error) {
	rows, err := s.Query(ctx, "count rows", s.stmts.count, key)
	if err != nil {
		return 0, s.Undone(err)
	}
	return rows[0][0], nil
}

// find reads a row by the query given.
func (s *session) find(ctx context.Context, query string, key int) (keys.Result, error) {
	rows, err := s.Query(ctx, "read row", query, key)
	if err != nil || len(rows) == 0 {
		return keys.Result{}, err
	}
	return keys.Result{Found: true, ID: rows[0][0]}, nil
}

// insert makes a row by the query given, unless that inserts nothing.
func (s *session) insert(ctx context.Context, query string, key int) (keys.Result, error) {
	id, n, err := s.put(ctx, query, key)
	if err != nil || n == 0 {
		return keys.Result{}, err
	}
	return keys.Result{Found: true, ID: id, Created: true}, nil
}

// put runs a statement that gives the ID of a row, and a second number: what it returns besides, or where the engine's
// INSERT can't return rows, how many rows it counts as changed; 0 if there is no row.
func (s *session) put(ctx context.Context, query string, key int) (id, n int64, err error) {
	const step = "insert row"
	if s.Dialect().Returning() {
		rows, err := s.Query(ctx, step, query, key)
		if err != nil || len(rows) == 0 {
			return 0, 0, err
		}
		return rows[0][0], rows[0][1], nil
	}
	r, err := db.Statement(ctx, s.Client, step, func(ctx context.Context, c *sql.Conn) (sql.Result, error) {
		return c.ExecContext(ctx, query, key)
	})
	if err != nil {
		return 0, 0, err
	}
	id, err = r.LastInsertId()
	n, nerr := r.RowsAffected()
	return id, n, cmp.Or(err, nerr)
}
