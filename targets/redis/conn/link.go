package conn

import (
	"context"
	"errors"
	"sync"

	"github.com/lostupdate/stress/harness"
)

// ErrClosed is the error of an operation of a client that was closed.
var ErrClosed = errors.New("redis: the client was closed")

// Link keeps one client connected: when its connection has broken, the next operation waits for a new one. An
// operation never changes connections half-way.
type Link struct {
	address address

	mu     sync.Mutex // Close may come while an abandoned operation still runs
	conn   *Conn
	closed bool
}

// get gives the connection, or makes one.
func (l *Link) get(ctx context.Context) (*Conn, error) {
	if c, err := l.present(); c != nil || err != nil {
		return c, err
	}
	c, err := connect(ctx, l.address)
	if err != nil {
		return nil, err
	}
	return c, l.keep(c)
}

// Wait gives an operation its connection: it tries until the server is there again or the operation's context ends. Operations
// that fail at once would use up the run within the outage.
func (l *Link) Wait(ctx context.Context) (*Conn, error) {
	return harness.Reconnect(ctx, ErrClosed, l.get)
}

func (l *Link) present() (*Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ErrClosed
	}
	if l.conn != nil && l.conn.Broken() {
		l.conn.Close()
		l.conn = nil
	}
	return l.conn, nil
}

func (l *Link) keep(c *Conn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		c.Close()
		return ErrClosed
	}
	l.conn = c
	return nil
}

// Another gives a second link to the same server, which connects when it is first waited for.
func (l *Link) Another() *Link { return &Link{address: l.address} }

// Close closes the connection, also while an operation is under way, whose outcome may then be unknown.
func (l *Link) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}
