package targets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/jobs"
)

const queueFile = `stress: http/1
workload: jobs
url: %s
open:
  - request: POST /hello?worker=${client}
operations:
  claim:
    request: POST /claim
    output:
      job: $.job
      receipt: $.receipt
    answers:
      204: none
  finish:
    request: POST /finish/${job}
    body:
      receipt: ${receipt}
    answers:
      409: refused
      503: failed
  left:
    request: GET /left
    output: {left: $.left}
  effects:
    request: GET /effects/${job}
    output: {count: $.count}
`

// line is a real server that answers as it is told, and notes what it was asked.
type line struct {
	mu     sync.Mutex
	answer map[string]string // by path: a status and a body; "" ends the connection
	asked  []string
	conns  int
	gone   chan struct{} // has one for each connection that has ended
	most   int           // after how many requests over is called; 0: never
	over   func()
}

// enough has f called once so many requests have come.
func (l *line) enough(n int, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.most, l.over = n, f
}

func (l *line) say(path, answer string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer[path] = answer
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var body struct {
		Receipt json.RawMessage `json:"receipt"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body) // most have none
	l.asked = append(l.asked, fmt.Sprintf("%s %s", r.RequestURI, body.Receipt))
	if len(l.asked) == l.most {
		l.over()
	}
	if l.answer[r.URL.Path] == "" {
		panic(http.ErrAbortHandler)
	}
	status, text := http.StatusOK, l.answer[r.URL.Path]
	if _, err := fmt.Sscanf(text, "%d", &status); err == nil {
		text = text[3:]
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the client may be gone
}

// seen gives what it was asked, and by how many connections.
func (l *line) seen() (asked []string, conns int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.asked), l.conns
}

func (l *line) last() string {
	asked, _ := l.seen()
	return asked[len(asked)-1]
}

// opened is a worker of a server.
func opened(t *testing.T) (*line, *httptest.Server, harness.Client[jobs.Input, jobs.Output]) {
	t.Helper()
	l := &line{answer: map[string]string{"/hello": "{}"}, gone: make(chan struct{}, 10)}
	server := httptest.NewUnstartedServer(l)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		l.mu.Lock()
		defer l.mu.Unlock()
		switch s {
		case http.StateNew:
			l.conns++
		case http.StateClosed:
			l.gone <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	s, err := spec.Parse("queue.yaml", fmt.Appendf(nil, queueFile, server.URL))
	require.NoError(t, err)
	q := queueOverHTTP(web.Config{Service: s, Strategy: s.Named[0], Params: map[string]any{"keys": 100}}, Options{})
	require.NoError(t, q.Setup(t.Context()))
	c, err := q.Open(t.Context(), 3)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked, l.conns = nil, 0
	return l, server, c
}

// TestAReceiptIsGivenBack holds that a queue gets the receipt of the very claim, exactly, and none once that is over.
func TestAReceiptIsGivenBack(t *testing.T) {
	l, _, c := opened(t)
	l.say("/finish/7", "{}")
	for _, receipt := range []string{`9007199254740993`, `"007"`} {
		l.say("/claim", `{"job":7,"receipt":`+receipt+`}`)
		out, err := c.Do(t.Context(), jobs.Input{Kind: jobs.Claim})
		require.NoError(t, err)
		require.Equal(t, jobs.Output{Found: true, Job: 7}, out)
		out, err = c.Do(t.Context(), jobs.Input{Kind: jobs.Finish, Job: 7})
		require.NoError(t, err)
		require.Equal(t, jobs.Output{Done: true}, out)
		require.Equal(t, "/finish/7 "+receipt, l.last())
	}
	l.say("/claim", "204")
	out, err := c.Do(t.Context(), jobs.Input{Kind: jobs.Claim})
	require.NoError(t, err)
	require.Zero(t, out, "no job")
	_, err = c.Do(t.Context(), jobs.Input{Kind: jobs.Finish, Job: 7})
	require.NoError(t, err)
	require.Equal(t, "/finish/7 null", l.last())
}

// TestAReceiptIsHidden holds that a receipt that the queue repeats where something went wrong is in no text for people.
func TestAReceiptIsHidden(t *testing.T) {
	l, _, c := opened(t)
	l.say("/claim", `{"job":7,"receipt":"lease-1f3a9c"}`)
	_, err := c.Do(t.Context(), jobs.Input{Kind: jobs.Claim})
	require.NoError(t, err)
	l.say("/finish/7", `410{"error":"lease-1f3a9c is over"}`)
	_, err = c.Do(t.Context(), jobs.Input{Kind: jobs.Finish, Job: 7})
	require.ErrorContains(t, err, "${receipt} is over")
	require.NotContains(t, err.Error(), "1f3a9c")
}

// TestOutcomesOfAQueue holds what is known of a request, and that nothing is made of an answer that can't be.
func TestOutcomesOfAQueue(t *testing.T) {
	claim, finish := jobs.Input{}, jobs.Input{Kind: jobs.Finish, Job: 7}
	effects := jobs.Input{Kind: jobs.Effects, Job: 7}
	for about, c := range map[string]struct {
		in           jobs.Input
		path, answer string
		want         jobs.Output
		failed       bool
		err          string
	}{
		"a refusal":               {finish, "/finish/7", `409{}`, jobs.Output{}, false, ""},
		"a failure":               {finish, "/finish/7", `503{}`, jobs.Output{}, true, "status 503"},
		"no answer to a finish":   {finish, "/finish/7", "", jobs.Output{}, false, "POST /finish/{job}: "},
		"no answer to a claim":    {claim, "/claim", "", jobs.Output{}, false, "POST /claim: "},
		"a job of somebody else":  {claim, "/claim", `{"job":100,"receipt":1}`, jobs.Output{}, false, "no job 100: "},
		"a job of another size":   {claim, "/claim", `{"job":4294967296,"receipt":1}`, jobs.Output{}, false, "no job 4294967296: "},
		"a negative one":          {claim, "/claim", `{"job":-2147483649,"receipt":1}`, jobs.Output{}, false, "no job -2147483649"},
		"an empty receipt":        {claim, "/claim", `{"job":1,"receipt":""}`, jobs.Output{}, false, "receipt: it is empty"},
		"a claim without receipt": {claim, "/claim", `{"job":1}`, jobs.Output{}, false, "no $.receipt in the answer"},
		"effects":                 {effects, "/effects/7", `{"count":2}`, jobs.Output{Count: 2}, false, ""},
	} {
		t.Run(about, func(t *testing.T) {
			l, _, client := opened(t)
			l.say(c.path, c.answer)
			out, err := client.Do(t.Context(), c.in)
			require.Equal(t, c.want, out)
			if c.err == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.err)
			require.Equal(t, c.failed, errors.Is(err, harness.ErrNotApplied), "%v", err)
		})
	}
}

// TestWorkAsksWhatIsLeft holds that no job is left only if the queue says so, and never by an answer that can't be.
func TestWorkAsksWhatIsLeft(t *testing.T) {
	work := func(left string) (jobs.Output, *line, error) {
		l, _, c := opened(t)
		l.say("/claim", "204")
		l.say("/left", left)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l.enough(4, cancel)
		out, err := c.Do(ctx, jobs.Input{Kind: jobs.Work})
		return out, l, err
	}
	out, l, err := work(`{"left":0}`)
	require.NoError(t, err)
	require.Zero(t, out)
	asked, _ := l.seen()
	require.Equal(t, []string{"/claim ", "/left "}, asked)
	_, l, err = work(`{"left":1}`)
	require.Error(t, err, "somebody has one")
	asked, _ = l.seen()
	require.Equal(t, []string{"/claim ", "/left ", "/claim ", "/left "}, asked[:4], "it is asked again")
	_, _, err = work(`{"left":-1}`)
	require.ErrorContains(t, err, "-1 jobs can't be left")
	_, _, err = work(``)
	require.Error(t, err)
}

// TestACrashIsANewConnection holds that a worker that dies leaves its connection, and that the next says who it is.
func TestACrashIsANewConnection(t *testing.T) {
	l, server, c := opened(t)
	_, err := c.Do(t.Context(), jobs.Input{Kind: jobs.Crash, Job: 7})
	require.NoError(t, err)
	asked, conns := l.seen()
	require.Equal(t, []string{"/hello?worker=3 "}, asked)
	require.Equal(t, 1, conns)
	<-l.gone // that of the setup
	<-l.gone // that of the dead
	l.say("/hello", "500{}")
	_, err = c.Do(t.Context(), jobs.Input{Kind: jobs.Crash, Job: 7})
	require.ErrorContains(t, err, "a new worker can't be: open: POST /hello?worker=3: status 500")
	require.NotErrorIs(t, err, harness.ErrNotApplied, "so that another takes its place")
	_, err = c.Do(t.Context(), jobs.Input{Kind: jobs.Claim})
	require.ErrorIs(t, err, harness.ErrNotApplied, "nothing is asked by a worker that is none")
	require.NoError(t, c.Close())
	server.Close()
}
