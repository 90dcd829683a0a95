package proxy_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/service/proxy"
)

func TestManyConnections(t *testing.T) {
	p := start(t, serve(t, echo), proxy.Delay(time.Microsecond, 1))
	var g errgroup.Group
	for i := range 100 {
		conn := dial(t, p.Addr())
		g.Go(func() error {
			for n := range 10 {
				text := fmt.Sprintf("client %d asks %d", i, n)
				if got, err := exchange(conn, text); err != nil || got != text {
					return fmt.Errorf("got %q for %q: %w", got, text, err)
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	require.NoError(t, p.Close())
	s := p.Stats()
	require.EqualValues(t, 100, s.Connections)
	require.EqualValues(t, 1000, s.Requests)
	require.EqualValues(t, 1000, s.Held)
	require.GreaterOrEqual(t, s.HeldTime, 500*time.Microsecond)
	require.Zero(t, s.Unreachable)
}

// TestMessages holds what a gate is told of those that go through.
func TestMessages(t *testing.T) {
	var mu sync.Mutex
	var all []string
	p := start(t, serve(t, echo), gate(func(_ context.Context, m proxy.Message) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, fmt.Sprintf("%d %v seq %d turn %d part %d: %s", m.Conn, m.Direction, m.Seq, m.Turn, m.Part, m.Bytes))
		return false, nil
	}))
	for range 2 {
		conn := dial(t, p.Addr())
		require.Equal(t, "a", ask(t, conn, "a"))
		require.Equal(t, "b", ask(t, conn, "b"))
	}
	require.NoError(t, p.Close())
	require.Equal(t, []string{
		"1 request seq 0 turn 0 part 0: a", "1 answer seq 0 turn 1 part 0: a",
		"1 request seq 1 turn 2 part 0: b", "1 answer seq 1 turn 3 part 0: b",
		"2 request seq 0 turn 0 part 0: a", "2 answer seq 0 turn 1 part 0: a",
		"2 request seq 1 turn 2 part 0: b", "2 answer seq 1 turn 3 part 0: b",
	}, all)
	require.Equal(t, proxy.Stats{Connections: 2, Requests: 4, Answers: 4}, p.Stats())
}

// TestBigAnswer lets 100 MB through that are held once, and never more of them at a time than a message.
func TestBigAnswer(t *testing.T) {
	const size = 100_000_000
	sent := make(chan [sha256.Size]byte, 1)
	upstream := serve(t, func(conn *net.TCPConn) {
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			return
		}
		h := sha256.New()
		_, _ = io.CopyN(io.MultiWriter(conn, h), rand.NewChaCha8([32]byte{1}), size)
		sent <- [sha256.Size]byte(h.Sum(nil))
	})
	var under, crowded, longest atomic.Int64
	delay := proxy.Delay(time.Microsecond, 1)
	p := start(t, upstream, gate(func(ctx context.Context, m proxy.Message) (bool, error) {
		if under.Add(1) > 1 {
			crowded.Add(1)
		}
		defer under.Add(-1)
		if int64(len(m.Bytes)) > longest.Load() {
			longest.Store(int64(len(m.Bytes)))
		}
		return delay.Pass(ctx, m)
	}))
	conn := dial(t, p.Addr())
	_, err := io.WriteString(conn, "x")
	require.NoError(t, err)
	h := sha256.New()
	n, err := io.Copy(h, conn)
	require.NoError(t, err)
	require.EqualValues(t, size, n)
	require.Equal(t, <-sent, [sha256.Size]byte(h.Sum(nil)))
	require.EqualValues(t, 1, p.Stats().Held)
	require.Zero(t, crowded.Load(), "two messages of a direction were before the gate at once")
	require.LessOrEqual(t, longest.Load(), int64(32<<10))
}

// TestPipelinedBothWays keeps the order of each direction while both are full.
func TestPipelinedBothWays(t *testing.T) {
	p := start(t, serve(t, echo), proxy.Delay(time.Microsecond, 1))
	conn := dial(t, p.Addr())
	sent := make([]byte, 4_000_000)
	_, err := rand.NewChaCha8([32]byte{2}).Read(sent)
	require.NoError(t, err)
	var g errgroup.Group
	g.Go(func() error {
		_, err := conn.Write(sent)
		return errors.Join(err, conn.CloseWrite())
	})
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.NoError(t, g.Wait())
	require.True(t, slices.Equal(sent, got))
}

func TestHalfClose(t *testing.T) {
	t.Run("by the client", func(t *testing.T) {
		p := start(t, serve(t, func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "got "+rest(conn)) // only a half-close lets this begin
		}), nil)
		conn := dial(t, p.Addr())
		_, err := io.WriteString(conn, "all")
		require.NoError(t, err)
		require.NoError(t, conn.CloseWrite())
		require.Equal(t, "got all", rest(conn))
	})
	t.Run("by the dependency", func(t *testing.T) {
		got := make(chan string, 1)
		p := start(t, serve(t, func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "no more")
			_ = conn.CloseWrite()
			got <- rest(conn)
		}), nil)
		conn := dial(t, p.Addr())
		require.Equal(t, "no more", rest(conn))
		_, err := io.WriteString(conn, "still here")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		require.Equal(t, "still here", <-got)
	})
}

// down gives an address where nobody listens.
func down(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func TestUpstreamDown(t *testing.T) {
	p := start(t, down(t), nil)
	for range 2 {
		require.Empty(t, rest(dial(t, p.Addr())))
	}
	s := p.Stats()
	require.EqualValues(t, 2, s.Connections)
	require.EqualValues(t, 2, s.Unreachable)
	require.Contains(t, s.Failure, "refused")
}

func TestAClientThatBreaksFreesWhatIsHeldForIt(t *testing.T) {
	g, has, freed := never()
	gone := make(chan struct{})
	p := start(t, serve(t, func(conn *net.TCPConn) {
		echo(conn)
		close(gone)
	}), g)
	conn := dial(t, p.Addr())
	_, err := io.WriteString(conn, "x")
	require.NoError(t, err)
	require.EqualValues(t, 1, <-has)
	require.NoError(t, conn.SetLinger(0)) // a reset, as of a process that was killed with something unread
	require.NoError(t, conn.Close())
	require.EqualValues(t, 1, <-freed)
	<-gone
	require.EqualValues(t, 1, p.Stats().Connections)
}

func TestADependencyThatBreaksClosesTheClient(t *testing.T) {
	p := start(t, serve(t, func(conn *net.TCPConn) {
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.SetLinger(0)
	}), nil)
	conn := dial(t, p.Addr())
	_, err := io.WriteString(conn, "x")
	require.NoError(t, err)
	require.Empty(t, rest(conn))
}

func TestAGateMayCloseAConnection(t *testing.T) {
	gone := make(chan struct{})
	upstream := serve(t, func(conn *net.TCPConn) {
		echo(conn)
		close(gone)
	})
	p := start(t, upstream, gate(func(_ context.Context, m proxy.Message) (bool, error) {
		if m.Direction == proxy.Answer {
			return false, errors.New("lost")
		}
		return false, nil
	}))
	conn := dial(t, p.Addr())
	_, err := io.WriteString(conn, "x")
	require.NoError(t, err)
	require.Empty(t, rest(conn))
	<-gone // although the client has not closed its side
	require.EqualValues(t, 1, p.Stats().Requests)
	require.Zero(t, p.Stats().Answers)
}

// TestEnd ends a proxy in both ways while it holds something, and has connections that are idle.
func TestEnd(t *testing.T) {
	for name, end := range map[string]func(p *proxy.Proxy, cancel func()){
		"Close":   func(p *proxy.Proxy, _ func()) { _ = p.Close() },
		"context": func(_ *proxy.Proxy, cancel func()) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			g, has, _ := never()
			p, err := proxy.Start(ctx, proxy.Config{Upstream: serve(t, echo), Gate: g})
			require.NoError(t, err)
			idle, busy := dial(t, p.Addr()), dial(t, p.Addr())
			_, err = io.WriteString(busy, "x")
			require.NoError(t, err)
			<-has

			end(p, cancel)
			require.Empty(t, rest(idle))
			require.Empty(t, rest(busy))
			require.NoError(t, p.Close())
			require.EqualValues(t, 1, p.Stats().Held)
			require.Positive(t, p.Stats().HeldTime)
			_, err = net.Dial("tcp", p.Addr())
			require.Error(t, err)
		})
	}
}

func TestStartRefuses(t *testing.T) {
	_, err := proxy.Start(t.Context(), proxy.Config{Upstream: "postgres://u:secret@db/app"})
	require.ErrorIs(t, err, proxy.ErrAddress)
	require.NotContains(t, err.Error(), "secret")
	p := start(t, down(t), nil)
	_, err = proxy.Start(t.Context(), proxy.Config{Upstream: "db:5432", Listen: p.Addr()})
	require.ErrorContains(t, err, "give another address")
	require.True(t, strings.HasPrefix(p.Addr(), "127.0.0.1:"))
}
