package sql

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lostupdate/stress/targets/cells"
)

// dropTimeout is how long closing a store may wait for the server to drop the table.
const dropTimeout = 15 * time.Second

// plan is what a strategy asks of a store.
type plan struct {
	level  level
	update updater
}

// store is one table with one strategy.
type store struct {
	dialect Dialect
	dsn     string
	plan    plan
	table   string

	db      *database
	setup   []string // run on every new connection
	stmts   *statements
	engine  string
	created bool // the table may exist
	closed  bool
	mu      sync.Mutex
	open    map[*session]struct{}
}

func newStore(d Dialect, dsn string, p plan) *store {
	table := "stress_" + randomName()
	return &store{
		dialect: d, dsn: dsn, plan: p, table: table, stmts: newStatements(d, table), open: map[*session]struct{}{},
	}
}

// randomName is long enough that a table of that name is nobody else's.
func randomName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// Setup connects, makes the table and fills it.
func (st *store) Setup(ctx context.Context, initial []int64) error {
	db, err := st.dialect.open(st.dsn)
	if err != nil {
		return err
	}
	st.db = db
	if err := db.PingContext(ctx); err != nil {
		return st.dialect.explain(db, err)
	}
	if st.engine, err = st.dialect.version(ctx, db.DB); err != nil {
		return fmt.Errorf("%s: asking for the version: %w", st.dialect.Name(), err)
	}
	if st.setup, err = st.dialect.prepare(ctx, db.DB, st.plan.level); err != nil {
		return fmt.Errorf("%s: preparing connections: %w", st.dialect.Name(), err)
	}
	c, err := st.connect(ctx)
	if err != nil {
		return err
	}
	defer giveUp(c, st.dialect)
	return st.fill(ctx, c, initial)
}

// connect makes a connection that is as the strategy wants it, whatever the DSN or the server have as their defaults.
func (st *store) connect(ctx context.Context) (*sql.Conn, error) {
	c, err := st.db.Conn(ctx)
	if err != nil {
		return nil, st.dialect.explain(st.db, err)
	}
	for _, query := range st.setup {
		if _, err := c.ExecContext(ctx, query); err != nil {
			giveUp(c, st.dialect)
			return nil, fmt.Errorf("%s: preparing a connection with %q: %w", st.dialect.Name(), query, err)
		}
	}
	return c, nil
}

func (st *store) fill(ctx context.Context, c *sql.Conn, initial []int64) error {
	if _, err := c.ExecContext(ctx, st.dialect.create(st.table)); err != nil {
		// An answer that was lost may have been a yes.
		st.created = !st.dialect.outcome(err).refused
		return fmt.Errorf("%s: creating table %s: %w; see that the user of the DSN may create tables there",
			st.dialect.Name(), st.table, err)
	}
	st.created = true
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
	if st.db == nil {
		return nil, fmt.Errorf("%s: client %d opened before Setup", st.dialect.Name(), client)
	}
	s := &session{store: st, stmts: st.stmts}
	st.mu.Lock()
	st.open[s] = struct{}{}
	st.mu.Unlock()
	if _, err := s.conn(ctx); err != nil {
		st.forget(s)
		return nil, err
	}
	return s, nil
}

func (st *store) forget(s *session) {
	st.mu.Lock()
	delete(st.open, s)
	st.mu.Unlock()
}

// Version names the engine and its version, after Setup.
func (st *store) Version() string { return st.engine }

// Close drops the table, also after half a Setup and when ctx is long done, and closes every connection.
func (st *store) Close(ctx context.Context) error {
	if st.db == nil || st.closed {
		return nil
	}
	st.closed = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	st.closeSessions() // an open transaction would hold up the drop
	return errors.Join(st.drop(ctx), st.db.close())
}

func (st *store) closeSessions() {
	st.mu.Lock()
	left := make([]*session, 0, len(st.open))
	for s := range st.open {
		left = append(left, s)
	}
	st.mu.Unlock()
	for _, s := range left {
		_ = s.Close()
	}
}

func (st *store) drop(ctx context.Context) error {
	if !st.created {
		return nil
	}
	c, err := st.connect(ctx)
	if err == nil {
		defer giveUp(c, st.dialect)
		_, err = c.ExecContext(ctx, "DROP TABLE IF EXISTS "+st.table)
	}
	if err != nil {
		return fmt.Errorf("%s: dropping table %s at %s: %w; drop it by hand", st.dialect.Name(), st.table, st.db.address, err)
	}
	return nil
}
