package sql

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"
)

// dropTimeout is how long closing a store may wait for the server to drop the table.
const dropTimeout = 15 * time.Second

// base is one table under a name that nobody else has, and the connections to it: what all stores have in common.
type base struct {
	dialect Dialect
	dsn     string
	level   level
	table   string

	db      *database
	setup   []string // run on every new connection
	engine  string
	created bool // the table may exist
	closed  bool
	mu      sync.Mutex
	open    map[*client]struct{}
}

func newBase(d Dialect, dsn string, l level) *base {
	return &base{dialect: d, dsn: dsn, level: l, table: "stress_" + randomName(), open: map[*client]struct{}{}}
}

// randomName is long enough that a table of that name is nobody else's.
func randomName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// begin connects and makes the table by the statement given; fill may then put something into it.
func (st *base) begin(ctx context.Context, create string, fill func(context.Context, *sql.Conn) error) error {
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
	if st.setup, err = st.dialect.prepare(ctx, db.DB, st.level); err != nil {
		return fmt.Errorf("%s: preparing connections: %w", st.dialect.Name(), err)
	}
	c, err := st.connect(ctx)
	if err != nil {
		return err
	}
	defer giveUp(c, st.dialect)
	if err := st.make(ctx, c, create); err != nil {
		return err
	}
	return fill(ctx, c)
}

// make makes the table.
func (st *base) make(ctx context.Context, c *sql.Conn, create string) error {
	if _, err := c.ExecContext(ctx, create); err != nil {
		// An answer that was lost may have been a yes.
		st.created = !st.dialect.outcome(err).refused
		return fmt.Errorf("%s: creating table %s: %w; see that the user of the DSN may create tables there",
			st.dialect.Name(), st.table, err)
	}
	st.created = true
	return nil
}

// connect makes a connection that is as the strategy wants it, whatever the DSN or the server have as their defaults.
func (st *base) connect(ctx context.Context) (*sql.Conn, error) {
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

// client opens a client's connection.
func (st *base) client(ctx context.Context, number int) (*client, error) {
	if st.db == nil {
		return nil, fmt.Errorf("%s: client %d opened before Setup", st.dialect.Name(), number)
	}
	c := &client{base: st}
	st.mu.Lock()
	st.open[c] = struct{}{}
	st.mu.Unlock()
	if _, err := c.conn(ctx); err != nil {
		st.forget(c)
		return nil, err
	}
	return c, nil
}

func (st *base) forget(c *client) {
	st.mu.Lock()
	delete(st.open, c)
	st.mu.Unlock()
}

// Version names the engine and its version, after Setup.
func (st *base) Version() string { return st.engine }

// Close drops the table, also after half a Setup and when ctx is long done, and closes every connection.
func (st *base) Close(ctx context.Context) error {
	if st.db == nil || st.closed {
		return nil
	}
	st.closed = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	st.closeClients() // an open transaction would hold up the drop
	return errors.Join(st.drop(ctx), st.db.close())
}

func (st *base) closeClients() {
	st.mu.Lock()
	left := make([]*client, 0, len(st.open))
	for c := range st.open {
		left = append(left, c)
	}
	st.mu.Unlock()
	for _, c := range left {
		_ = c.Close()
	}
}

func (st *base) drop(ctx context.Context) error {
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
