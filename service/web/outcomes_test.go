package web_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/counter"
)

// TestAnswersAreOutcomes holds what comes of each answer of a real server, and what is said of it.
func TestAnswersAreOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		kind, body string
		outcome    history.Outcome
		text       string // after the request
	}{
		"done":        {200, "application/json", `{"value": 5}`, history.OK, ""},
		"JSON untold": {201, "", `{"value": "5"}`, history.OK, ""},
		"declared":    {409, "", "", history.Failed, "status 409"},
		"named":       {418, "", "", history.Failed, "a teapot"},
		"undeclared 4xx": {404, "text/plain", "no such\ncounter", history.Unknown,
			"status 404, of which answers says nothing: no such counter"},
		"5xx":      {503, "", "", history.Unknown, "status 503, of which answers says nothing"},
		"redirect": {302, "", "", history.Unknown, "status 302, of which answers says nothing"},
		"empty":    {204, "", "", history.Unknown, "status 204, but no $.value in the answer"},
		"text":     {200, "text/plain", "five", history.Unknown, "status 200, but no $.value in the answer"},
		"no JSON": {200, "application/json", `{"value": 5`, history.Unknown,
			"status 200, but the answer is no JSON: unexpected EOF"},
		"declared, no JSON": {409, "application/json", `conflict`, history.Failed, "status 409"},
		"5xx, no JSON": {502, "application/json", "Bad Gateway", history.Unknown,
			"status 502, of which answers says nothing: Bad Gateway"},
		"more than JSON": {200, "application/problem+JSON", `{"value": 5}}`, history.Unknown,
			"status 200, but the answer is no JSON: something follows its value"},
		"wrong value": {200, "", `{"value": 5.5}`, history.Unknown, "status 200, but $.value: 5.5 is no whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			w := ready(t, s.URL, "")
			o, err := client(t, w, 0).Do(t.Context(), add)
			require.Equal(t, c.outcome, outcome(err), "%v", err)
			require.Equal(t, int32(1), s.requests.Load())
			if c.outcome == history.OK {
				require.Equal(t, out{Value: 5, Before: 3, Seen: true}, o)
				return
			}
			require.ErrorContains(t, err, c.text)
			require.NotContains(t, err.Error(), "\n")
			if text, told := strings.CutSuffix(err.Error(), ": "+c.text); told {
				require.Equal(t, "POST /counters/{run}-{key}", text)
			}
		})
	}
}

// TestOutcomesAreRecorded holds the same through a run: that its history has what the service did.
func TestOutcomesAreRecorded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			value(w, 0)
		default:
			w.WriteHeader(http.StatusConflict)
		}
	})
	w, err := counter.New(counter.Config{Reads: -1})
	require.NoError(t, err)
	r, err := harness.Run(t.Context(), target(describe(t, s.URL, ""), nil), w, harness.Clients(3), harness.Ops(30))
	require.NoError(t, err)
	failed := 0
	for _, op := range r.History.Ops {
		if op.Input.Kind == counter.Add {
			require.Equal(t, history.Failed, op.Outcome)
			failed++
		}
	}
	require.Positive(t, failed)
	require.EqualValues(t, len(r.History.Ops), s.requests.Load(), "one request for each operation")
}

// TestBrokenConnections holds that a request is sent once, whenever the connection breaks, and that nobody knows what came of it.
func TestBrokenConnections(t *testing.T) {
	const whole = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":1}"
	for name, half := range map[string]string{
		"before the answer": "",
		"in the status":     "HTTP/1.1 20",
		"in the headers":    "HTTP/1.1 200 OK\r\nContent-Le",
		"after the headers": "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
		"in the body":       "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"va",
		"in a chunk":        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{\"value\":1}\r\n",
		"no HTTP":           "hello\r\n\r\n",
	} {
		for _, op := range []in{add, read} {
			for _, kept := range []int{0, 2} {
				t.Run(fmt.Sprint(name, " ", op.Kind, " ", kept), func(t *testing.T) {
					s := serveRaw(t, func(n int, _ *http.Request, c net.Conn) bool {
						if n < kept {
							return say(c, whole)
						}
						say(c, "%s", half)
						return false
					})
					c := client(t, ready(t, s.url, ""), 0)
					for range kept {
						_, err := c.Do(t.Context(), op)
						require.NoError(t, err)
					}
					_, err := c.Do(t.Context(), op)
					require.Equal(t, history.Unknown, outcome(err), "%v", err)
					method := map[counter.Kind]string{counter.Add: http.MethodPost, counter.Read: http.MethodGet}[op.Kind]
					require.Equal(t, kept+1, s.count(method), "it was sent once")
				})
			}
		}
	}
}

// TestConnectionsThatWereClosedMeanwhile holds that none is used for a second try: an operation is sent once at most, and one
// that went well was sent.
func TestConnectionsThatWereClosedMeanwhile(t *testing.T) {
	s := serveRaw(t, func(_ int, _ *http.Request, c net.Conn) bool {
		say(c, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":1}")
		return false // and the client was not told
	})
	w := ready(t, s.url, "")
	c := client(t, w, 0)
	for range 50 {
		before := s.count(http.MethodPost)
		_, err := c.Do(t.Context(), add)
		sent := s.count(http.MethodPost) - before
		require.LessOrEqual(t, sent, 1)
		if err == nil {
			require.Equal(t, 1, sent)
		}
	}
}

// TestNobodyThere holds that what could not be sent was not done, and that a client waits for a service that comes back.
func TestNobodyThere(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close"); value(w, 1) })
	c := client(t, ready(t, s.URL, ""), 0)
	_, err := c.Do(t.Context(), read)
	require.NoError(t, err)
	s.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("it took too long"))
	_, err = c.Do(ctx, add)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorContains(t, err, "connecting to "+s.URL)
	require.EqualValues(t, 1, s.requests.Load())
}

// TestTimeouts holds that an answer that comes too late is never taken for that of another request.
func TestTimeouts(t *testing.T) {
	arrived, late := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			arrived <- struct{}{}
			<-late
			value(w, 13)
			return
		}
		value(w, 1)
	})
	c := client(t, ready(t, s.URL, ""), 0)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := c.Do(ctx, add)
	require.Equal(t, history.Unknown, outcome(err))
	require.ErrorIs(t, err, context.Canceled)
	before := s.conns.Load()
	close(late)
	o, err := c.Do(t.Context(), read)
	require.NoError(t, err)
	require.EqualValues(t, 1, o.Value)
	require.Equal(t, before+1, s.conns.Load(), "on a connection of its own")
	require.EqualValues(t, 2, s.requests.Load())
}

func TestAnswersMayNotBeTooLarge(t *testing.T) {
	size := 16<<20 + 1
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(size))
		_, _ = w.Write([]byte(`{"value": 4, "more": "`))
		_, _ = w.Write([]byte(strings.Repeat("x", size-24)))
		_, _ = w.Write([]byte(`"}`))
	})
	c := client(t, ready(t, s.URL, ""), 0)
	_, err := c.Do(t.Context(), read)
	require.Equal(t, history.Unknown, outcome(err))
	require.EqualError(t, err, "GET /counters/{run}-{key}: status 200, but reading the answer: the answer is larger than 16 MB")
	size--
	o, err := c.Do(t.Context(), read)
	require.NoError(t, err, "16 MB is not too large")
	require.EqualValues(t, 4, o.Value)
}
