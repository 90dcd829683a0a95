package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/inetaf/tcpproxy"
)

// Config is what a proxy stands between.
type Config struct {
	// Upstream is the host:port of what the service depends on. It is dialed for each connection, and need not be up yet.
	Upstream string
	// Listen is the host:port for the service; "127.0.0.1:0", a free port of this machine, if empty.
	Listen string
	// Gate decides when a message may pass; if nil, all pass at once.
	Gate Gate
}

// retry is how long to wait until a connection is accepted again, where that failed, most likely for want of files.
const retry = 5 * time.Millisecond

// Proxy is a proxy that runs.
type Proxy struct {
	upstream string
	gate     Gate
	listener *net.TCPListener
	front    tcpproxy.Proxy

	// ctx ends with the proxy.
	ctx   context.Context
	end   context.CancelFunc
	pairs sync.WaitGroup
	tally tally
}

// Start listens, and lets connections through until Close, or until ctx ends: then all of them are closed. Upstream is not
// dialed yet. An error wraps [ErrAddress] where an address is none, or says why it can't be listened on.
func Start(ctx context.Context, cfg Config) (*Proxy, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if _, err := hostPort(cfg.Upstream, ""); err != nil {
		return nil, fmt.Errorf("the proxy's upstream: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("the proxy of %s can't be reached by the service; give another address: %w", cfg.Upstream, err)
	}
	p := &Proxy{upstream: cfg.Upstream, gate: cfg.Gate, listener: listener.(*net.TCPListener)}
	p.ctx, p.end = context.WithCancel(ctx)
	p.front.ListenFunc = func(string, string) (net.Listener, error) { return door{p.listener, p}, nil }
	p.front.AddRoute(cfg.Listen, target{})
	if err := p.front.Start(); err != nil {
		p.end()
		return nil, errors.Join(err, listener.Close())
	}
	context.AfterFunc(p.ctx, func() { _ = p.front.Close() })
	return p, nil
}

// Addr is the host:port that the service connects to.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Stats says what was done so far.
func (p *Proxy) Stats() Stats { return p.tally.stats() }

// Close ends all connections, with what is held on them, and waits until they are over. It may be called more than once. The
// error is always nil.
func (p *Proxy) Close() error {
	p.end()
	_ = p.front.Wait() // that the listener was closed
	p.pairs.Wait()
	return nil
}

// door is where connections come in.
type door struct {
	*net.TCPListener
	proxy *Proxy
}

// Accept counts the connection here, and not in the goroutine that it gets: when the door is closed, none is still to come.
func (d door) Accept() (net.Conn, error) {
	for {
		conn, err := d.AcceptTCP()
		switch {
		case err == nil:
			d.proxy.pairs.Add(1)
			return newPair(d.proxy, conn).client, nil
		case errors.Is(err, net.ErrClosed):
			return nil, err
		}
		if pause(d.proxy.ctx, retry) != nil {
			return nil, err
		}
	}
}

// target is where connections go.
type target struct{}

// HandleConn returns when the connection is over.
func (target) HandleConn(conn net.Conn) { conn.(*side).pair.serve() }
