package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/web"
)

// patient is longer than any test runs: who waits so long waits for an event.
const patient = time.Hour

// barrier lets nobody go on before n have come, again and again.
type barrier struct {
	n    int
	mu   sync.Mutex
	here int
	gate chan struct{}
}

func newBarrier(n int) *barrier { return &barrier{n: n, gate: make(chan struct{})} }

func (b *barrier) wait(ctx context.Context) {
	b.mu.Lock()
	gate := b.gate
	if b.here++; b.here == b.n {
		close(gate)
		b.here, b.gate = 0, make(chan struct{})
	}
	b.mu.Unlock()
	select {
	case <-gate:
	case <-ctx.Done():
	}
}

// gather opens n clients that send together.
func gather(t *testing.T, url, more string, n int, patience time.Duration) (*web.Together, []harness.Client[in, out]) {
	t.Helper()
	together := web.NewTogether(patience)
	w := setUp(t, target(describe(t, url, more), together))
	var all []harness.Client[in, out]
	for i := range n {
		all = append(all, client(t, w, i))
	}
	return together, all
}

// background makes an operation in a goroutine of its own, and gives what will have its error.
func background(t *testing.T, c harness.Client[in, out], what in) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := c.Do(t.Context(), what)
		done <- err
	}()
	return done
}

// TestTogether holds that all requests are with the service at once, round after round: it answers nobody before it has all.
// Requests under open are not held back: clients open one after the other.
func TestTogether(t *testing.T) {
	const n, rounds = 6, 4
	large := `headers: {x-large: "` + strings.Repeat("x", 100_000) + `"}` + "\n"
	login := "open: [{request: POST /login}]\n"
	withH2 := func(s *httptest.Server) {
		s.Config.Protocols = &http.Protocols{}
		s.Config.Protocols.SetUnencryptedHTTP2(true)
		s.Start()
	}
	for name, c := range map[string]struct {
		start func(*httptest.Server)
		more  string
	}{
		"HTTP/1.1":        {(*httptest.Server).Start, login},
		"above 64 kB":     {(*httptest.Server).Start, login + large},
		"TLS":             {(*httptest.Server).StartTLS, login + "tls: {ca: %s}\n"},
		"above 64 kB TLS": {(*httptest.Server).StartTLS, login + large + "tls: {ca: %s}\n"},
		"HTTP/2":          {withH2, login + "protocol: h2c\n"},
	} {
		t.Run(name, func(t *testing.T) {
			all := newBarrier(n)
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if r.URL.Path != "/login" {
					all.wait(r.Context())
				}
				value(w, 1)
			}, c.start)
			together, clients := gather(t, s.URL, withFile(t, c.more, s), n, patient)
			for range rounds {
				var done []<-chan error
				for i, c := range clients {
					done = append(done, background(t, c, []in{add, read}[i%2]))
				}
				for _, d := range done {
					require.NoError(t, <-d)
				}
			}
			require.EqualValues(t, n+n*rounds, s.requests.Load(), "each was sent once")
			spread := together.Spread()
			require.EqualValues(t, rounds, spread.Rounds)
			require.Positive(t, spread.Median)
			require.GreaterOrEqual(t, spread.Widest, spread.Median)
		})
	}
}

// TestTogetherWithoutOthers holds that nobody waits longer than the patience, and that a request alone is no round.
func TestTogetherWithoutOthers(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { value(w, 1) })
	together, clients := gather(t, s.URL, "", 2, time.Millisecond)
	require.Zero(t, together.Spread())
	require.NoError(t, <-background(t, clients[0], add))
	require.Zero(t, together.Spread(), "the other never came")
	require.EqualValues(t, 1, s.requests.Load())
}

// TestTogetherIsOfClientsThatOpened holds that a client whose login fails is not waited for.
func TestTogetherIsOfClientsThatOpened(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login/2" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		value(w, 1)
	})
	together := web.NewTogether(patient)
	w := setUp(t, target(describe(t, s.URL, "open: [{request: \"POST /login/${client}\"}]\n"), together))
	a, b := client(t, w, 0), client(t, w, 1)
	_, err := w.Open(t.Context(), 2)
	require.ErrorContains(t, err, "status 403")
	for _, done := range []<-chan error{background(t, a, add), background(t, b, add)} {
		require.NoError(t, <-done)
	}
	require.EqualValues(t, 1, together.Spread().Rounds)
}
