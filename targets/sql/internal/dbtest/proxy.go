package dbtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
)

// Proxy stands between a client and a server, and cuts the connection once, at a statement of the test's choice.
type Proxy struct {
	listener net.Listener
	server   string
	cut      atomic.Pointer[cut]
	down     atomic.Int64 // how many connections are still hung up at once
	all      sync.WaitGroup
}

// cut says where to cut: when a client has sent the text. Deliver lets the server have it and answer first.
type cut struct {
	text    string
	deliver bool
}

// Cut has the connection cut when a client sends the text; deliver lets the server have it and answer first.
func (p *Proxy) Cut(text string, deliver bool) { p.cut.Store(&cut{text: text, deliver: deliver}) }

// HasCut reports whether the last cut that was asked for has been made.
func (p *Proxy) HasCut() bool { return p.cut.Load() == nil }

// HangUp has the next n connections end at once.
func (p *Proxy) HangUp(n int64) { p.down.Store(n) }

// StillHangsUp gives how many connections will still end at once.
func (p *Proxy) StillHangsUp() int64 { return p.down.Load() }

func startProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &Proxy{listener: l, server: server}
	p.all.Go(p.accept)
	t.Cleanup(func() { require.NoError(t, l.Close()); p.all.Wait() })
	return p
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if p.down.Load() > 0 {
			p.down.Add(-1)
			_ = client.Close()
			continue
		}
		server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		l := &link{proxy: p, client: client, server: server}
		p.all.Go(l.requests)
		p.all.Go(l.answers)
	}
}

// link is one connection through the proxy.
type link struct {
	proxy          *Proxy
	client, server net.Conn
	dying          atomic.Bool // cut when the server has answered
}

func (l *link) close() { _ = l.client.Close(); _ = l.server.Close() }

func (l *link) requests() {
	defer l.close()
	buf := make([]byte, 1<<16)
	for {
		n, err := l.client.Read(buf)
		if err != nil {
			return
		}
		c := l.proxy.cut.Load()
		if c != nil && bytes.Contains(buf[:n], []byte(c.text)) && l.proxy.cut.CompareAndSwap(c, nil) {
			if !c.deliver {
				return
			}
			l.dying.Store(true)
		}
		if _, err := l.server.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (l *link) answers() {
	defer l.close()
	buf := make([]byte, 1<<16)
	for {
		n, err := l.server.Read(buf)
		if err != nil || l.dying.Load() {
			return
		}
		if _, err := io.Copy(l.client, bytes.NewReader(buf[:n])); err != nil {
			return
		}
	}
}

// ThroughProxy gives a DSN like the one given that goes through a new proxy.
func ThroughProxy(t testing.TB, d db.Dialect, dsn string) (*Proxy, string) {
	t.Helper()
	if d.Name() == "mariadb" {
		config, err := mysql.ParseDSN(dsn)
		require.NoError(t, err)
		p := startProxy(t, config.Addr)
		config.Addr = p.listener.Addr().String()
		return p, config.FormatDSN()
	}
	config, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	p := startProxy(t, net.JoinHostPort(config.Host, fmt.Sprint(config.Port)))
	_, port, err := net.SplitHostPort(p.listener.Addr().String())
	require.NoError(t, err)
	return p, fmt.Sprintf("host=127.0.0.1 port=%s user=%s password='%s' dbname=%s sslmode=disable",
		port, config.User, config.Password, config.Database)
}

// EachServer runs fn on the engines that are servers, through a proxy.
func EachServer(t *testing.T, fn func(t *testing.T, d db.Dialect, p *Proxy, dsn string)) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			p, dsn := ThroughProxy(t, d, DSN(t, d))
			fn(t, d, p, dsn)
		})
	}
}

// Sent is what a statement, or at "lock" the engine's for taking a named lock, looks like on the wire.
func Sent(d db.Dialect, at string) string {
	switch {
	case at == "lock" && d.Name() == "mariadb":
		return "GET_LOCK"
	case at == "COMMIT" && d.Name() == "postgres":
		return "COMMIT\x00" // and not READ COMMITTED
	}
	return at
}
