package proxy_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/service/proxy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a dependency that does the same with each connection, and gives its host:port. It ends with the test.
func serve(tb testing.TB, do func(conn *net.TCPConn)) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				do(conn.(*net.TCPConn))
			})
		}
	})
	tb.Cleanup(func() {
		require.NoError(tb, l.Close())
		all.Wait()
	})
	return l.Addr().String()
}

// echo answers with what it was asked.
func echo(conn *net.TCPConn) { _, _ = io.Copy(conn, conn) }

func start(tb testing.TB, upstream string, g proxy.Gate) *proxy.Proxy {
	tb.Helper()
	p, err := proxy.Start(tb.Context(), proxy.Config{Upstream: upstream, Gate: g})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, p.Close()) })
	return p
}

func dial(tb testing.TB, address string) *net.TCPConn {
	tb.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = conn.Close() })
	return conn.(*net.TCPConn)
}

// exchange sends, and reads as much as it has sent.
func exchange(conn net.Conn, text string) (string, error) {
	if _, err := io.WriteString(conn, text); err != nil {
		return "", err
	}
	b := make([]byte, len(text))
	_, err := io.ReadFull(conn, b)
	return string(b), err
}

func ask(t *testing.T, conn net.Conn, text string) string {
	t.Helper()
	got, err := exchange(conn, text)
	require.NoError(t, err)
	return got
}

// rest reads until nothing more comes, and gives what came.
func rest(conn net.Conn) string {
	b, _ := io.ReadAll(conn) // a connection may be reset
	return string(b)
}

// gate is a function that is one.
type gate func(ctx context.Context, m proxy.Message) (bool, error)

func (g gate) Pass(ctx context.Context, m proxy.Message) (bool, error) { return g(ctx, m) }

// never makes a gate that never lets an answer go, and tells of each that it has, and of each whose connection is over.
func never() (g gate, has, over chan int64) {
	has, over = make(chan int64, 100), make(chan int64, 100)
	return func(ctx context.Context, m proxy.Message) (bool, error) {
		if m.Direction == proxy.Request {
			return false, nil
		}
		has <- m.Conn
		<-ctx.Done()
		over <- m.Conn
		return true, context.Cause(ctx)
	}, has, over
}
