package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// dropTimeout is how long closing a store may wait for the server to drop its tables.
const dropTimeout = 15 * time.Second

// Base is the tables of one store, under a name that nobody else has, and the connections to them: what all stores have in
// common. A store embeds it, and adds Setup, which calls [Base.Begin], and Open, which calls [Base.Client].
type Base struct {
	dialect Dialect
	dsn     string
	level   Level
	name    string

	db      *database
	setup   []string // run on every new connection
	clients []string // run on every new connection of a client besides
	engine  string
	created []string // tables that may exist
	closed  bool
	mu      sync.Mutex
	open    map[*Client]struct{}
}

// Table is one table that a store makes.
type Table struct {
	Name   string // as [Base.Table] gives it
	Create string // the statement that makes it
}

// NewBase makes the base of a store at the address given. It connects to nothing.
func NewBase(d Dialect, dsn string, l Level) *Base {
	return &Base{dialect: d, dsn: dsn, level: l, name: "stress_" + randomName(), open: map[*Client]struct{}{}}
}

// Prepare has a statement run on every new connection of a client from now on, also on one that takes the place of a lost one.
func (st *Base) Prepare(statement string) { st.clients = append(st.clients, statement) }

// Dialect is the engine's.
func (st *Base) Dialect() Dialect { return st.dialect }

// Table gives the name of the store's table, or with a suffix, such as "_log", that of another of its tables.
func (st *Base) Table(suffix ...string) string { return st.name + strings.Join(suffix, "") }

// SQL writes a query for this store: {t} stands for the name of its table, so that {t}_log is Table("_log"), and question
// marks for parameters.
func (st *Base) SQL(query string) string {
	return st.dialect.Rebind(strings.ReplaceAll(query, "{t}", st.name))
}

// randomName is long enough that a table of that name is nobody else's.
func randomName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// Begin connects and makes the tables, in the order given; fill, unless it is nil, may then put something into them, or add
// indexes.
func (st *Base) Begin(ctx context.Context, tables []Table, fill func(context.Context, *sql.Conn) error) error {
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
	for _, t := range tables {
		if err := st.make(ctx, c, t); err != nil {
			return err
		}
	}
	if fill == nil {
		return nil
	}
	return fill(ctx, c)
}

// make makes one table.
func (st *Base) make(ctx context.Context, c *sql.Conn, t Table) error {
	_, err := c.ExecContext(ctx, t.Create)
	// An answer that was lost may have been a yes.
	if err == nil || !st.dialect.outcome(err).refused {
		st.created = append(st.created, t.Name)
	}
	if err != nil {
		return fmt.Errorf("%s: creating table %s: %w; see that the user of the DSN may create tables there",
			st.dialect.Name(), t.Name, err)
	}
	return nil
}

// connect makes a connection that is as the strategy wants it, whatever the DSN or the server have as their defaults. What
// else is given is run on it, too.
func (st *Base) connect(ctx context.Context, more ...string) (*sql.Conn, error) {
	c, err := st.db.Conn(ctx)
	if err != nil {
		return nil, st.dialect.explain(st.db, err)
	}
	for _, query := range slices.Concat(st.setup, more) {
		if _, err := c.ExecContext(ctx, query); err != nil {
			giveUp(c, st.dialect)
			return nil, fmt.Errorf("%s: preparing a connection with %q: %w", st.dialect.Name(), query, err)
		}
	}
	return c, nil
}

// Client opens a client's connection. It fails at once if the server can't be reached.
func (st *Base) Client(ctx context.Context, number int) (*Client, error) {
	if st.db == nil {
		return nil, fmt.Errorf("%s: client %d opened before Setup", st.dialect.Name(), number)
	}
	c := &Client{base: st}
	st.mu.Lock()
	st.open[c] = struct{}{}
	st.mu.Unlock()
	if _, err := c.conn(ctx); err != nil {
		st.forget(c)
		return nil, err
	}
	return c, nil
}

func (st *Base) forget(c *Client) {
	st.mu.Lock()
	delete(st.open, c)
	st.mu.Unlock()
}

// Version names the engine and its version, after Setup.
func (st *Base) Version() string { return st.engine }

// Close drops the tables, also after half a Setup and when ctx is long done, and closes every connection.
func (st *Base) Close(ctx context.Context) error {
	if st.db == nil || st.closed {
		return nil
	}
	st.closed = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	st.closeClients() // an open transaction would hold up the drop
	return errors.Join(st.drop(ctx), st.db.close())
}

func (st *Base) closeClients() {
	st.mu.Lock()
	left := make([]*Client, 0, len(st.open))
	for c := range st.open {
		left = append(left, c)
	}
	st.mu.Unlock()
	for _, c := range left {
		_ = c.Close()
	}
}

func (st *Base) drop(ctx context.Context) error {
	if len(st.created) == 0 {
		return nil
	}
	slices.Reverse(st.created) // what refers to another table was made after it
	lost, err := st.dropAll(ctx)
	if lost && ctx.Err() == nil {
		_, err = st.dropAll(ctx)
	}
	return err
}

// dropAll tries once, over a fresh connection, and says whether that was lost.
func (st *Base) dropAll(ctx context.Context) (lost bool, err error) {
	c, err := st.connect(ctx)
	if err != nil {
		return true, st.left(err, st.created...)
	}
	defer giveUp(c, st.dialect)
	for _, table := range st.created {
		if _, derr := c.ExecContext(ctx, "DROP TABLE IF EXISTS "+table); derr != nil {
			err = errors.Join(err, st.left(derr, table))
			lost = lost || !st.dialect.outcome(derr).refused
		}
	}
	return lost, err
}

// left tells of tables that are still there.
func (st *Base) left(err error, tables ...string) error {
	return fmt.Errorf("%s: dropping table %s at %s: %w; drop it by hand",
		st.dialect.Name(), strings.Join(tables, " and table "), st.db.address, err)
}
