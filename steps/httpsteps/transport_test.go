package httpsteps_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/steps/httpsteps"
	"github.com/lostupdate/stress/steps/internal/stepstest"
)

// service keeps a number: GET tells it, PUT sets it, POST adds to it and tells what it was.
type service struct {
	mu    sync.Mutex
	value int64
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/old" {
		http.Redirect(w, r, "/counter", http.StatusFound)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprint(w, s.value)
	body, _ := io.ReadAll(r.Body)
	n, _ := strconv.ParseInt(string(body), 10, 64)
	switch r.Method {
	case http.MethodPut:
		s.value = n
	case http.MethodPost:
		s.value += n
	}
}

// client is code under test that knows nothing of steps.
type client struct {
	http *http.Client
	url  string
}

func (c client) call(ctx context.Context, method, path string, n int64) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader(strconv.FormatInt(n, 10)))
	if err != nil {
		return 0, err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(body), 10, 64)
}

func (c client) read(ctx context.Context) (int64, error) {
	return c.call(ctx, http.MethodGet, "/counter", 0)
}

func (c client) racyAdd(ctx context.Context, delta int64) (int64, error) {
	before, err := c.read(ctx)
	if err != nil {
		return 0, err
	}
	_, err = c.call(ctx, http.MethodPut, "/counter", before+delta)
	return before, err
}

func (c client) add(ctx context.Context, delta int64) (int64, error) {
	return c.call(ctx, http.MethodPost, "/counter", delta)
}

func start(tb testing.TB, transport func(http.RoundTripper) http.RoundTripper) client {
	tb.Helper()
	server := httptest.NewServer(&service{})
	tb.Cleanup(server.Close)
	c := client{&http.Client{Transport: transport(server.Client().Transport)}, server.URL}
	tb.Cleanup(c.http.CloseIdleConnections)
	return c
}

func stepping(base http.RoundTripper) http.RoundTripper { return httpsteps.Transport{Base: base} }

func TestNames(t *testing.T) {
	c := start(t, stepping)
	c.url = strings.Replace(c.url, "http://", "http://user:secret@", 1)
	got := stepstest.Steps(t, func(ctx context.Context) error {
		for _, path := range []string{"", "/old", "/counter?token=secret#x", "/a%2Fb%0A", "/" + strings.Repeat("x", 99)} {
			if _, err := c.call(ctx, http.MethodGet, path, 0); err != nil {
				return err
			}
		}
		_, err := c.racyAdd(ctx, 1)
		return err
	})
	require.Equal(t, []string{
		"GET /", "GET /old", "GET /counter", "GET /counter", "GET /a%2Fb%0A",
		"GET /" + strings.Repeat("x", 35) + "…", "GET /counter", "PUT /counter",
	}, got)
}

func TestLostUpdates(t *testing.T) {
	c := start(t, stepping)
	stepstest.Loses(t, stepstest.Counter{Read: c.read, Add: c.racyAdd})
}

func TestRepaired(t *testing.T) {
	c := start(t, stepping)
	stepstest.Keeps(t, stepstest.Counter{Read: c.read, Add: c.add})
}

// body tells whether it was closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error { b.closed = true; return nil }

func TestRefusedRequestIsNotSent(t *testing.T) {
	c := start(t, stepping)
	sent := &body{Reader: strings.NewReader("7")}
	got := stepstest.Steps(t, func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPut, c.url+"/counter", sent)
		require.NoError(t, err)
		_, err = c.http.Transport.RoundTrip(r)
		require.Equal(t, stepstest.ErrRefused, err)
		r, err = http.NewRequestWithContext(ctx, http.MethodPut, c.url+"/counter", nil)
		require.NoError(t, err)
		_, err = c.http.Do(r)
		require.ErrorIs(t, err, stepstest.ErrRefused)
		return nil
	}, "PUT /counter")
	require.Empty(t, got)
	require.True(t, sent.closed, "as the contract of a RoundTripper demands")
	v, err := c.read(t.Context())
	require.NoError(t, err)
	require.Zero(t, v)
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestOutsideOfTheHarness(t *testing.T) {
	c := start(t, stepping)
	before, err := c.racyAdd(t.Context(), 2)
	require.NoError(t, err)
	require.Zero(t, before)
	v, err := c.read(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, v)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.read(ctx)
	require.ErrorIs(t, err, context.Canceled)

	mine := errors.New("mine")
	_, err = httpsteps.Transport{Base: failing{mine}}.RoundTrip(httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, mine, err)
	httpsteps.Transport{Base: failing{}}.CloseIdleConnections() // can't, and need not
}

func TestWithoutABase(t *testing.T) {
	c := start(t, func(http.RoundTripper) http.RoundTripper { return httpsteps.Transport{} })
	_, err := c.add(t.Context(), 1)
	require.NoError(t, err)
}

func BenchmarkRequest(b *testing.B) {
	plain, steps := start(b, func(base http.RoundTripper) http.RoundTripper { return base }), start(b, stepping)
	get := func(c client) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := c.read(ctx)
			return err
		}
	}
	stepstest.Compare(b, 1000, get(plain), get(steps))
}
