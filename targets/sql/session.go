package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// session is one client with a connection of its own. A connection whose state is in doubt is given up, and the next
// operation waits for a fresh one.
type session struct {
	store *store
	stmts *statements

	mu     sync.Mutex // Close may come while an operation that has overrun its time still runs
	pinned *sql.Conn  // nil: none yet, or given up
	closed bool
}

// Read reads one cell with a plain SELECT.
func (s *session) Read(ctx context.Context, cell int) (int64, error) {
	before, err := s.readCells(ctx, cells.Change{Kind: cells.Set, Key: cell})
	return before[0], s.undone(err)
}

// ReadAll reads all cells in one SELECT, which every engine answers as of one moment.
func (s *session) ReadAll(ctx context.Context) ([]int64, error) {
	rows, err := s.query(ctx, "read all", 1, s.stmts.readAll)
	if err != nil {
		return nil, s.undone(err)
	}
	all := make([]int64, len(rows))
	for i, r := range rows {
		all[i] = r[0]
	}
	return all, nil
}

// Apply carries out the change in the way of the strategy.
func (s *session) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return s.store.plan.update(ctx, s, c)
}

// Close gives up the connection.
func (s *session) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.discard()
	s.store.forget(s)
	return nil
}

// conn gives the client's connection, and makes one if there is none.
func (s *session) conn(ctx context.Context) (*sql.Conn, error) {
	s.mu.Lock()
	c, closed := s.pinned, s.closed
	s.mu.Unlock()
	if closed {
		return nil, errClosed
	}
	if c != nil {
		return c, nil
	}
	return s.connect(ctx)
}

// wait is conn for an operation: it tries until the server is there again or the operation's context ends. Operations
// that fail at once would use up the run within the outage.
func (s *session) wait(ctx context.Context) (*sql.Conn, error) {
	return harness.Reconnect(ctx, errClosed, s.conn)
}

func (s *session) connect(ctx context.Context) (*sql.Conn, error) {
	c, err := s.store.connect(ctx)
	if err != nil {
		return nil, err
	}
	return c, s.pin(c)
}

func (s *session) pin(c *sql.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		giveUp(c, s.store.dialect)
		return errClosed
	}
	s.pinned = c
	return nil
}

// discard gives up the connection, and with it any open transaction and any lock.
func (s *session) discard() {
	s.mu.Lock()
	c := s.pinned
	s.pinned = nil
	s.mu.Unlock()
	if c != nil {
		giveUp(c, s.store.dialect)
	}
}

// giveUp closes the connection itself, rather than give it back to the pool.
func giveUp(c *sql.Conn, d Dialect) {
	var raw any
	_ = c.Raw(func(driverConn any) error {
		raw = driverConn
		return driver.ErrBadConn
	})
	_ = c.Close()
	d.quiesce(raw)
}
