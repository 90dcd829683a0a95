package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/counter"
)

// sessions is a service that asks for a login, and gives a new session with each.
type sessions struct {
	mu     sync.Mutex
	of     map[string]int // the client of each session
	given  int
	logins []int
	wrong  []string // requests that came without the session of their client
	fail   bool     // the next add is answered with 500
}

const login = `
open:
  - request: POST /login
    body: {client: "${client}"}
  - request: GET /me/${client}
`

// handle answers; an operation ends the session, and gives the next.
func (s *sessions) handle(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var told struct{ Client int }
	_ = json.NewDecoder(r.Body).Decode(&told) // a GET has none
	if r.URL.Path == "/login" {
		s.logins = append(s.logins, told.Client)
		s.begin(w, told.Client)
		return
	}
	cookie, err := r.Cookie("session")
	who, known := 0, false
	if err == nil {
		who, known = s.of[cookie.Value]
	}
	if !known || r.Method == http.MethodPost && told.Client != who {
		s.wrong = append(s.wrong, r.URL.Path)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	delete(s.of, cookie.Value)
	s.begin(w, who)
	if s.fail && r.Method == http.MethodPost {
		s.fail = false
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	value(w, int64(who))
}

func (s *sessions) begin(w http.ResponseWriter, client int) {
	s.given++
	id := fmt.Sprint("s", s.given)
	s.of[id] = client
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true})
}

// TestCookies holds that each client has a session of its own, from its login on, and sends the cookie that it was given last.
func TestCookies(t *testing.T) {
	sessions := &sessions{of: map[string]int{}}
	s := serve(t, sessions.handle)
	w := ready(t, s.URL, "cookies: true"+login)
	all := []harness.Client[in, out]{client(t, w, 0), client(t, w, 1), client(t, w, 2)}
	for range 3 {
		for i, c := range all {
			for _, op := range []in{add, read} {
				o, err := c.Do(t.Context(), op)
				require.NoError(t, err)
				require.EqualValues(t, i, o.Value, "the service took it for that client's")
			}
		}
	}
	require.Empty(t, sessions.wrong)
	require.Equal(t, []int{0, 1, 2}, sessions.logins)
}

// TestCookiesAreNotKeptUnasked holds that the file must say so.
func TestCookiesAreNotKeptUnasked(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		value(w, int64(len(r.Cookies())))
	})
	c := client(t, ready(t, s.URL, ""), 0)
	for range 2 {
		o, err := c.Do(t.Context(), read)
		require.NoError(t, err)
		require.Zero(t, o.Value)
	}
}

// TestWhoComesAfterAnUnknownOutcomeLogsIn holds that a client whose operation is in doubt asks no more, and that another,
// with a new number and a session of its own, takes its place.
func TestWhoComesAfterAnUnknownOutcomeLogsIn(t *testing.T) {
	sessions := &sessions{of: map[string]int{}, fail: true}
	s := serve(t, sessions.handle)
	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	r, err := harness.Run(t.Context(), target(describe(t, s.URL, "cookies: true"+login), nil), w, harness.Clients(1), harness.Ops(5))
	require.NoError(t, err)
	require.Empty(t, sessions.wrong)
	require.Equal(t, history.Unknown, r.History.Ops[0].Outcome)
	for _, op := range r.History.Ops[1:] {
		require.Equal(t, history.OK, op.Outcome)
		require.NotEqual(t, r.History.Ops[0].Client, op.Client)
	}
	require.Equal(t, []int{0, 1, 2}, sessions.logins, "of the first, of who took its place, and of who made the last reads")
}

// TestLoginsThatFail holds that there is no client then, and that the error tells the request and the answer.
func TestLoginsThatFail(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/login":
			w.Header().Set("Connection", "close") // the next request must connect again
		case "/me/7":
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"error": "who are you?"}`))
		}
	})
	w := ready(t, s.URL, login)
	_, err := w.Open(t.Context(), 7)
	require.EqualError(t, err, `open: GET /me/7: status 403: {"error":"who are you?"}`)
	require.EqualValues(t, 2, s.requests.Load())
	require.EqualValues(t, 2, s.conns.Load())
}
