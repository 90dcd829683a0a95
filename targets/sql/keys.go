package sql

import (
	"context"
	"database/sql"

	"github.com/lostupdate/stress/targets/keys"
)

// maker makes the result of a key, or finds it, in the way of one strategy.
type maker func(ctx context.Context, s *keySession, key int) (keys.Result, error)

// keyPlan is what a strategy asks of a store of keys.
type keyPlan struct {
	level      level
	constraint bool // the table has one row a key
	create     maker
}

// keyStore is one table of results with one strategy.
type keyStore struct {
	*base
	plan  keyPlan
	stmts *keyStatements
}

func newKeyStore(d Dialect, dsn string, p keyPlan) *keyStore {
	b := newBase(d, dsn, p.level)
	return &keyStore{base: b, plan: p, stmts: newKeyStatements(d, b.table)}
}

// Setup connects and makes the table, which stays empty.
func (st *keyStore) Setup(ctx context.Context, _ int) error {
	create := st.dialect.createKeys(st.table, st.plan.constraint)
	return st.begin(ctx, create, func(context.Context, *sql.Conn) error { return nil })
}

// Open connects a client.
func (st *keyStore) Open(ctx context.Context, client int) (keys.Session, error) {
	c, err := st.client(ctx, client)
	if err != nil {
		return nil, err
	}
	return &keySession{client: c, plan: st.plan, stmts: st.stmts}, nil
}

// keySession is a client of keys.
type keySession struct {
	*client
	plan  keyPlan
	stmts *keyStatements
}

// Create makes the key's result, or finds it, in the way of the strategy.
func (s *keySession) Create(ctx context.Context, key int) (keys.Result, error) {
	return s.plan.create(ctx, s, key)
}

// Get reads the key's result with a plain SELECT: the oldest, if there are several.
func (s *keySession) Get(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.find(ctx, s.stmts.get, key)
	return r, s.undone(err)
}

// Count counts the key's rows.
func (s *keySession) Count(ctx context.Context, key int) (int64, error) {
	rows, err := s.query(ctx, "count rows", 1, s.stmts.count, key)
	if err != nil {
		return 0, s.undone(err)
	}
	return rows[0][0], nil
}

// find reads a row by the query given.
func (s *keySession) find(ctx context.Context, query string, key int) (keys.Result, error) {
	rows, err := s.query(ctx, "read row", 1, query, key)
	if err != nil || len(rows) == 0 {
		return keys.Result{}, err
	}
	return keys.Result{Found: true, ID: rows[0][0]}, nil
}

// insert makes a row by the query given, unless that inserts nothing.
func (s *keySession) insert(ctx context.Context, query string, key int) (keys.Result, error) {
	id, n, err := s.put(ctx, query, key)
	if err != nil || n == 0 {
		return keys.Result{}, err
	}
	return keys.Result{Found: true, ID: id, Created: true}, nil
}

// put runs a statement that gives the ID of a row, and a second number: what it returns besides, or where the engine's
// INSERT can't return rows, how many rows it counts as changed; 0 if there is no row.
func (s *keySession) put(ctx context.Context, query string, key int) (id, n int64, err error) {
	const step = "insert row"
	if s.base.dialect.found() == "" {
		rows, err := s.query(ctx, step, 2, query, key)
		if err != nil || len(rows) == 0 {
			return 0, 0, err
		}
		return rows[0][0], rows[0][1], nil
	}
	r, err := statement(ctx, s.client, step, func(ctx context.Context, c *sql.Conn) (sql.Result, error) {
		return c.ExecContext(ctx, query, key)
	})
	if err != nil {
		return 0, 0, err
	}
	id, err = r.LastInsertId()
	n, nerr := r.RowsAffected()
	return id, n, firstOf(err, nerr)
}
