package conntest

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// Fault is what a proxy does to a request.
type Fault int

// The faults that a test can ask for.
const (
	pass      Fault = iota
	Lose            // the request does not arrive, and the connection is cut
	LoseReply       // the request is carried out, and the connection is cut before its answer
	Swallow         // the request does not arrive, and nothing happens
)

// Proxy stands between a client and a server, and does something to the first request that has a text in it.
type Proxy struct {
	listener net.Listener
	server   string
	wait     sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
	busy  int // how many connections are still hung up at once
	fault Fault
	on    []byte
	met   chan struct{} // closed when the fault has happened
}

// NewProxy stands before the server of a DSN until the test ends.
func NewProxy(t testing.TB, dsn string) *Proxy {
	t.Helper()
	o, err := redis.ParseURL(dsn)
	require.NoError(t, err)
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &Proxy{listener: listener, server: o.Addr}
	p.wait.Go(p.serve)
	t.Cleanup(func() { p.Stop(); p.wait.Wait() })
	return p
}

// DSN is the proxy's address.
func (p *Proxy) DSN() string { return "redis://" + p.listener.Addr().String() }

// Stop refuses new connections, and cuts those there are.
func (p *Proxy) Stop() {
	_ = p.listener.Close()
	p.Cut()
}

// Cut cuts the connections that there are.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}

// HangUp has the next n connections end at once.
func (p *Proxy) HangUp(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = n
}

// Admits reports whether the next connection would not be hung up. It counts as one that was.
func (p *Proxy) Admits() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy == 0 {
		return true
	}
	p.busy--
	return false
}

// Arm prepares one fault, and gives what is closed when it has happened.
func (p *Proxy) Arm(f Fault, on string) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.on, p.met = f, []byte(on), make(chan struct{})
	return p.met
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if !p.Admits() {
			_ = client.Close()
			continue
		}
		server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		mute := make(chan struct{})
		p.wait.Go(func() { p.requests(client, server, mute) })
		p.wait.Go(func() { p.replies(client, server, mute) })
	}
}

func (p *Proxy) requests(client, server net.Conn, mute chan struct{}) {
	defer func() { _ = server.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		switch p.decide(buf[:n]) {
		case Lose:
			_ = client.Close()
			return
		case Swallow:
			continue
		case LoseReply:
			close(mute)
			_, _ = server.Write(buf[:n])
			// The server carries out what it has, and hangs up: then replies ends.
			_ = server.(*net.TCPConn).CloseWrite()
			p.untilClosed(client)
			return
		}
		if _, err = server.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (*Proxy) untilClosed(client net.Conn) {
	_, _ = io.Copy(io.Discard, client)
}

func (p *Proxy) decide(request []byte) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault == pass || !bytes.Contains(request, p.on) {
		return pass
	}
	f := p.fault
	p.fault = pass
	close(p.met)
	return f
}

// replies passes on what the server says until the mute, and from then on waits for its end.
func (p *Proxy) replies(client, server net.Conn, mute <-chan struct{}) {
	defer func() { _ = client.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-mute:
			continue
		default:
		}
		if _, err = client.Write(buf[:n]); err != nil {
			return
		}
	}
}
