package redis

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// fault is what a proxy does to a request.
type fault int

const (
	pass      fault = iota
	lose            // the request does not arrive, and the connection is cut
	loseReply       // the request is carried out, and the connection is cut before its answer
	swallow         // the request does not arrive, and nothing happens
)

// proxy stands between a client and a server, and does something to the first request that has a text in it.
type proxy struct {
	listener net.Listener
	server   string
	wait     sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
	busy  int // how many connections are still hung up at once
	fault fault
	on    []byte
	met   chan struct{} // closed when the fault has happened
}

func newProxy(t *testing.T, dsn string) *proxy {
	t.Helper()
	o, err := redis.ParseURL(dsn)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: listener, server: o.Addr}
	p.wait.Go(p.serve)
	t.Cleanup(func() { p.stop(); p.wait.Wait() })
	return p
}

func (p *proxy) dsn() string { return "redis://" + p.listener.Addr().String() }

// stop refuses new connections, and cuts those there are.
func (p *proxy) stop() {
	_ = p.listener.Close()
	p.cut()
}

// cut cuts the connections that there are.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}

// hangUp has the next n connections end at once.
func (p *proxy) hangUp(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = n
}

func (p *proxy) admits() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy == 0 {
		return true
	}
	p.busy--
	return false
}

// arm prepares one fault, and gives what is closed when it has happened.
func (p *proxy) arm(f fault, on string) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.on, p.met = f, []byte(on), make(chan struct{})
	return p.met
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if !p.admits() {
			_ = client.Close()
			continue
		}
		server, err := net.Dial("tcp", p.server)
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

func (p *proxy) requests(client, server net.Conn, mute chan struct{}) {
	defer server.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		switch p.decide(buf[:n]) {
		case lose:
			_ = client.Close()
			return
		case swallow:
			continue
		case loseReply:
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

func (*proxy) untilClosed(client net.Conn) {
	_, _ = io.Copy(io.Discard, client)
}

func (p *proxy) decide(request []byte) fault {
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
func (p *proxy) replies(client, server net.Conn, mute <-chan struct{}) {
	defer client.Close()
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
