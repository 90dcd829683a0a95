package conn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
)

// wire is one network connection, which knows whether anything was sent over it. That is what tells an operation that
// nobody can know the outcome of from one that surely was not applied.
type wire struct {
	net.Conn
	written atomic.Int64
	taken   atomic.Bool
	closed  atomic.Bool
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.written.Add(int64(n))
	return n, err
}

func (w *wire) Close() error {
	w.closed.Store(true)
	return w.Conn.Close()
}

// once is a dialler that gives the wire the first time. After that it gives a connection that is closed, not an error:
// upon an error go-redis leaves a goroutine behind, which dials again and again until a second after Close.
func (w *wire) once(context.Context, string, string) (net.Conn, error) {
	if w.taken.CompareAndSwap(false, true) {
		return w, nil
	}
	a, b := net.Pipe()
	return a, errors.Join(a.Close(), b.Close())
}

// Conn is one connection that was greeted by the server. When it breaks it stays broken.
type Conn struct {
	client *redis.Client
	wire   *wire
}

// connect makes a connection. Its errors are for people.
func connect(ctx context.Context, a address) (*Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	nc, err := a.dial(ctx)
	if err != nil {
		return nil, a.explain(ctx, err)
	}
	w := &wire{Conn: nc}
	c := &Conn{client: redis.NewClient(a.options(w)), wire: w}
	if _, _, err = RoundTrip(ctx, c, ping); err != nil {
		c.Close()
		return nil, a.explain(ctx, err)
	}
	return c, nil
}

func ping(ctx context.Context, client *redis.Client) (string, error) {
	return client.Ping(ctx).Result()
}

// Broken reports whether the connection is of no more use.
func (c *Conn) Broken() bool { return c.wire.closed.Load() }

// Close closes the connection. It may come at any time, also while a request is under way, and more than once.
func (c *Conn) Close() {
	_ = c.wire.Close()
	_ = c.client.Close()
}

// Request is what one round trip asks of the server.
type Request[T any] func(context.Context, *redis.Client) (T, error)

// RoundTrip makes a request, and tells whether anything of it was sent. Go-redis heeds a context's deadline, but does
// not return when a context is cancelled; so the connection is closed then. It also is after any error but a reply,
// since what comes next on it may be the answer to another question.
func RoundTrip[T any](ctx context.Context, c *Conn, ask Request[T]) (v T, sent bool, err error) {
	before := c.wire.written.Load()
	stop := context.AfterFunc(ctx, c.Close)
	v, err = ask(ctx, c.client)
	if !stop() || (err != nil && !IsReply(err)) {
		c.Close()
	}
	sent = c.wire.written.Load() != before
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return v, sent, err
}

// Step is a round trip that the harness can hold back.
func Step[T any](ctx context.Context, c *Conn, name string, ask Request[T]) (v T, sent bool, err error) {
	v, err = harness.Step(ctx, name, func(ctx context.Context) (v T, err error) {
		v, sent, err = RoundTrip(ctx, c, ask)
		return v, err
	})
	if err != nil {
		err = fmt.Errorf("redis: %s: %w", name, err)
	}
	return v, sent, err
}

// Look is a step that changes nothing that counts, such as a read or a lock: whatever happens to it, the operation was not
// applied by it.
func Look[T any](ctx context.Context, c *Conn, name string, ask Request[T]) (T, error) {
	v, _, err := Step(ctx, c, name, ask)
	return v, harness.NotApplied(err)
}

// Commit is a step of one command that changes something, or of a script that does so by its last act.
func Commit[T any](ctx context.Context, c *Conn, name string, ask Request[T]) (T, error) {
	v, sent, err := Step(ctx, c, name, ask)
	if !sent || refused(err) {
		err = harness.NotApplied(err)
	}
	return v, err
}
