package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"

	"github.com/lostupdate/stress/harness"
)

// Client is one client with a connection of its own. A connection whose state is in doubt is given up, and the next
// operation waits for a fresh one.
type Client struct {
	base *Base

	mu     sync.Mutex // Close may come while an operation that has overrun its time still runs
	pinned *sql.Conn  // nil: none yet, or given up
	closed bool
}

// Dialect is the engine's.
func (c *Client) Dialect() Dialect { return c.base.dialect }

// Close gives up the connection.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.Discard()
	c.base.forget(c)
	return nil
}

// conn gives the client's connection, and makes one if there is none.
func (c *Client) conn(ctx context.Context) (*sql.Conn, error) {
	c.mu.Lock()
	pinned, closed := c.pinned, c.closed
	c.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if pinned != nil {
		return pinned, nil
	}
	return c.connect(ctx)
}

// wait is conn for an operation: it tries until the server is there again or the operation's context ends. Operations
// that fail at once would use up the run within the outage.
func (c *Client) wait(ctx context.Context) (*sql.Conn, error) {
	return harness.Reconnect(ctx, ErrClosed, c.conn)
}

func (c *Client) connect(ctx context.Context) (*sql.Conn, error) {
	conn, err := c.base.connect(ctx, c.base.clients...)
	if err != nil {
		return nil, err
	}
	return conn, c.pin(conn)
}

func (c *Client) pin(conn *sql.Conn) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		giveUp(conn, c.base.dialect)
		return ErrClosed
	}
	c.pinned = conn
	return nil
}

// Discard gives up the connection, and with it any open transaction and any lock.
func (c *Client) Discard() {
	c.mu.Lock()
	pinned := c.pinned
	c.pinned = nil
	c.mu.Unlock()
	if pinned != nil {
		giveUp(pinned, c.base.dialect)
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
