package redis

import (
	"context"
	"errors"
	"sync"

	"github.com/lostupdate/stress/harness"
)

var errClosed = errors.New("redis: the client was closed")

// link keeps one client connected: when its connection has broken, the next operation waits for a new one. An
// operation never changes connections half-way.
type link struct {
	address address

	mu     sync.Mutex // Close may come while an abandoned operation still runs
	conn   *conn
	closed bool
}

// get gives the connection, or makes one.
func (l *link) get(ctx context.Context) (*conn, error) {
	if c, err := l.present(); c != nil || err != nil {
		return c, err
	}
	c, err := connect(ctx, l.address)
	if err != nil {
		return nil, err
	}
	return c, l.keep(c)
}

// wait is get for an operation: it tries until the server is there again or the operation's context ends. Operations
// that fail at once would use up the run within the outage.
func (l *link) wait(ctx context.Context) (*conn, error) {
	return harness.Reconnect(ctx, errClosed, l.get)
}

func (l *link) present() (*conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, errClosed
	}
	if l.conn != nil && l.conn.broken() {
		l.conn.close()
		l.conn = nil
	}
	return l.conn, nil
}

func (l *link) keep(c *conn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		c.close()
		return errClosed
	}
	l.conn = c
	return nil
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		l.conn.close()
		l.conn = nil
	}
}
