package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/counter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// operations are those of a counter, as the servers of these tests have them.
const operations = `
operations:
  add:
    request: POST /counters/${run}-${key}
    body: {delta: "${delta}", client: "${client}"}
    output: {value: $.value}
    answers:
      409: failed
      418: {outcome: failed, text: a teapot}
  read:
    request: GET /counters/${run}-${key}
    output: {value: $.value}
`

type (
	in  = counter.Input
	out = counter.Output
)

// describe reads a description of a counter at an address, with more lines.
func describe(t *testing.T, url, more string) *spec.Service {
	t.Helper()
	return parse(t, "counter", url, more+operations)
}

// parse reads a description of a workload at an address.
func parse(t *testing.T, workload, url, rest string) *spec.Service {
	t.Helper()
	s, err := spec.Parse("f.yaml", []byte("stress: http/1\nworkload: "+workload+"\nurl: "+url+"\n"+rest))
	require.NoError(t, err)
	return s
}

// target makes a target of a description.
func target(s *spec.Service, together *web.Together) *web.Target[in, out] {
	return targetOf[in, out](s, together)
}

func targetOf[I, O any](s *spec.Service, together *web.Together) *web.Target[I, O] {
	return web.New(web.Config{
		Service: s, Strategy: s.Named[0], Params: map[string]any{"keys": 20}, Together: together,
	}, bridge.JSON[I, O]())
}

// ready sets a target up for as long as the test runs.
func ready(t *testing.T, url, more string) *web.Target[in, out] {
	t.Helper()
	return setUp(t, target(describe(t, url, more), nil))
}

func setUp[I, O any](t *testing.T, w *web.Target[I, O]) *web.Target[I, O] {
	t.Helper()
	require.NoError(t, w.Setup(t.Context()))
	t.Cleanup(func() { require.NoError(t, w.Close(context.WithoutCancel(t.Context()))) })
	return w
}

// client opens a client of a target for as long as the test runs.
func client[I, O any](t *testing.T, w *web.Target[I, O], number int) harness.Client[I, O] {
	t.Helper()
	c, err := w.Open(t.Context(), number)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

var (
	add  = in{Kind: counter.Add, Key: 1, Delta: 2}
	read = in{Kind: counter.Read, Key: 1}
)

// outcome is what the harness makes of an error.
func outcome(err error) history.Outcome {
	switch {
	case err == nil:
		return history.OK
	case errors.Is(err, harness.ErrNotApplied):
		return history.Failed
	}
	return history.Unknown
}

// server is a real one that counts requests, and connections on which there was one.
type server struct {
	*httptest.Server
	conns, requests atomic.Int32
}

// firstKey is that of what a connection's first request does.
type firstKey struct{}

// serve starts a server for as long as the test runs.
func serve(t *testing.T, h http.HandlerFunc, start ...func(*httptest.Server)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if first, ok := r.Context().Value(firstKey{}).(*sync.Once); ok {
			first.Do(func() { s.conns.Add(1) })
		}
		h(w, r)
	}))
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, firstKey{}, &sync.Once{})
	}
	if start == nil {
		start = []func(*httptest.Server){(*httptest.Server).Start}
	}
	for _, f := range start {
		f(s.Server)
	}
	t.Cleanup(s.Close)
	return s
}

// value answers with a value, as JSON.
func value(w http.ResponseWriter, n int64) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]int64{"value": n})
}

// raw is a server of bytes: what it does with each request of each connection is its own matter.
type raw struct {
	url string
	mu  sync.Mutex
	got map[string]int // requests by method
}

// serveRaw starts one: handle answers the n-th request of a connection, from 0, and says whether that is kept.
func serveRaw(t *testing.T, handle func(n int, r *http.Request, c net.Conn) (keep bool)) *raw {
	t.Helper()
	s := &raw{got: map[string]int{}}
	s.url = accept(t, func(c net.Conn) { s.talk(c, handle) })
	return s
}

// accept starts a server for as long as the test runs, and gives its address. Connections are closed when talk returns.
func accept(t *testing.T, talk func(c net.Conn)) (url string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { defer func() { _ = c.Close() }(); talk(c) })
		}
	})
	return "http://" + l.Addr().String()
}

func (s *raw) talk(c net.Conn, handle func(int, *http.Request, net.Conn) bool) {
	in := bufio.NewReader(c)
	for n := 0; ; n++ {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		s.mu.Lock()
		s.got[r.Method]++
		s.mu.Unlock()
		if !handle(n, r, c) {
			return
		}
	}
}

func (s *raw) count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got[method]
}

func say(c net.Conn, text string, args ...any) bool {
	_, err := fmt.Fprintf(c, text, args...)
	return err == nil
}
