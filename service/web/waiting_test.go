package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/unique"
)

// results are operations on what must come about once.
const results = `
operations:
  create:
    request: POST /results/${key}
    output: {id: $.id, created: "${status == 201}"}
  get:
    request: GET /results/${key}
    until: status == 200
    output: {id: $.id}
    answers:
      404: none
  count:
    request: GET /results/${key}/count
    output: {count: $.count}
`

type (
	asked = unique.Input
	given = unique.Output
)

// TestUntil holds that an operation is asked again until its condition holds of the answer, and is one operation.
func TestUntil(t *testing.T) {
	var times atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && times.Add(1) < 4 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`{"id": 7}`))
	})
	c := client(t, setUp(t, targetOf[asked, given](parse(t, "unique", s.URL, results), nil)), 0)
	o, err := c.Do(t.Context(), asked{Kind: unique.Get})
	require.NoError(t, err)
	require.Equal(t, given{Found: true, ID: 7}, o)
	require.EqualValues(t, 4, s.requests.Load())
	_, err = c.Do(t.Context(), asked{Kind: unique.Create})
	require.NoError(t, err)
	require.EqualValues(t, 5, s.requests.Load(), "without a condition the first answer is taken")
}

// TestUntilTheEnd holds that an operation ends with its context, whatever it waits for, and that nobody knows what it would
// have read.
func TestUntilTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	var times atomic.Int32
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if w.WriteHeader(http.StatusNotFound); times.Add(1) == 3 {
			cancel(errEnough)
		}
	})
	c := client(t, setUp(t, targetOf[asked, given](parse(t, "unique", s.URL, results), nil)), 0)
	_, err := c.Do(ctx, asked{Kind: unique.Get})
	require.Equal(t, history.Unknown, outcome(err))
	require.ErrorIs(t, err, errEnough)
	require.EqualValues(t, 3, s.requests.Load())
}

var errEnough = errors.New("enough")

// TestUntilThatCannotBeTold holds that a condition which makes no sense of the answer ends the operation, with its request.
func TestUntilThatCannotBeTold(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("no object")) })
	const wants = `
operations:
  add: {request: POST /}
  read: {request: "GET /${key}", until: body.ready == true, output: {value: $.value}}
`
	c := client(t, setUp(t, target(parse(t, "counter", s.URL, wants), nil)), 0)
	_, err := c.Do(t.Context(), read)
	require.Equal(t, history.Unknown, outcome(err))
	require.ErrorContains(t, err, "GET /{key}: until: ")
	require.EqualValues(t, 1, s.requests.Load())
}

// TestOperationsThatAServiceLacks holds that nothing is sent for one.
func TestOperationsThatAServiceLacks(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	const some = `
operations:
  create: {request: POST /, output: {id: $.id}}
  count: {request: GET /, output: {count: $.count}}
`
	c := client(t, setUp(t, targetOf[asked, given](parse(t, "unique", s.URL, some), nil)), 0)
	_, err := c.Do(t.Context(), asked{Kind: unique.Get})
	require.Equal(t, history.Failed, outcome(err))
	require.EqualError(t, err, "f.yaml has no operation get")
	require.Zero(t, s.requests.Load())
}

// TestOperationsThatTakeTooLong holds that one whose answer does not come in time is of unknown outcome, and that what comes
// later is nobody's answer.
func TestOperationsThatTakeTooLong(t *testing.T) {
	var posts atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && posts.Add(1) == 1 {
			_, _ = io.Copy(io.Discard, r.Body) // else nobody would tell the server
			<-r.Context().Done()               // until the client has given up
			value(w, 99)
			return
		}
		value(w, 0)
	})
	described := describe(t, s.URL, "timeout: 300ms\n")
	require.Equal(t, 300*time.Millisecond, described.Longest)
	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	r, err := harness.Run(t.Context(), target(described, nil), w, harness.Clients(1), harness.Ops(5),
		harness.Timeout(described.Longest))
	require.NoError(t, err)
	require.Equal(t, history.Unknown, r.History.Ops[0].Outcome)
	for _, op := range r.History.Ops[1:] {
		require.NotEqual(t, r.History.Ops[0].Client, op.Client)
		require.NotEqualValues(t, 99, op.Output.Value)
	}
	require.EqualValues(t, len(r.History.Ops), s.requests.Load(), "each was sent once")
}
