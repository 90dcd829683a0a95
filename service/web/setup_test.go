package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
)

// journal notes the requests of a service in their order, and answers those of some paths with a status.
type journal struct {
	mu       sync.Mutex
	asked    []string // method and path, without the run's name
	statuses map[string]int
}

func (j *journal) handle(w http.ResponseWriter, r *http.Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	what := r.Method + " " + r.URL.Path
	j.asked = append(j.asked, what)
	if status := j.statuses[what]; status != 0 {
		w.WriteHeader(status)
		_, _ = w.Write([]byte("so it is"))
		return
	}
	value(w, 0)
}

// count tells how often each request was made.
func (j *journal) count() map[string]int {
	all := map[string]int{}
	for _, what := range j.asked {
		all[what]++
	}
	return all
}

// each are n requests, one for each object.
func each(method string, n int) map[string]int {
	all := map[string]int{}
	for i := range n {
		all[fmt.Sprintf("%s /c/%d", method, i)] = 1
	}
	return all
}

func TestSetupAndTeardown(t *testing.T) {
	const keys = 20 // of targets in these tests: more than are asked at once
	journal := &journal{statuses: map[string]int{"PUT /c/3": 409, "DELETE /c/7": 404}}
	s := serve(t, journal.handle)
	w := target(describe(t, s.URL, expecting("[409, 5xx]")), nil)
	require.NoError(t, w.Setup(t.Context()))
	require.Equal(t, "POST /reset", journal.asked[0])
	require.Equal(t, "POST /go", journal.asked[keys+1], "one request of the list comes after the other")
	want := each("PUT", keys)
	want["POST /reset"], want["POST /go"] = 1, 1
	require.Equal(t, want, journal.count())
	journal.asked = nil
	require.NoError(t, w.Close(t.Context()))
	want = each("DELETE", keys)
	want["POST /end"] = 1
	require.Equal(t, want, journal.count())
}

func expecting(codes string) string {
	return `
setup:
  - request: POST /reset
  - {each: key, request: "PUT /c/${key}", expect: ` + codes + `}
  - request: POST /go
teardown:
  - {each: key, request: "DELETE /c/${key}", expect: 404}
  - request: POST /end
`
}

// TestExpect holds which answers to a request of setup are right.
func TestExpect(t *testing.T) {
	for _, c := range []struct {
		codes  string
		status int
		right  bool
	}{
		{"[]", 201, true}, {"[]", 299, true}, {"[]", 302, false}, {"[]", 409, false}, {"409", 409, true}, {"409", 200, true},
		{"[404, 409]", 409, true}, {"[404, 409]", 410, false}, {"5xx", 503, true}, {"5xx", 409, false}, {"400-409", 409, true},
	} {
		journal := &journal{statuses: map[string]int{"PUT /c/19": c.status}}
		s := serve(t, journal.handle)
		err := target(describe(t, s.URL, expecting(c.codes)), nil).Setup(t.Context())
		if c.right {
			require.NoError(t, err, "%+v", c)
			continue
		}
		require.EqualError(t, err, fmt.Sprintf("setup: PUT /c/19: status %d: so it is", c.status), "%+v", c)
		require.NotContains(t, journal.asked, "POST /go")
	}
}

// TestSetupEndsWithTheFirstFailure holds that who was answered wrongly asks for no other object.
func TestSetupEndsWithTheFirstFailure(t *testing.T) {
	journal := &journal{statuses: map[string]int{"PUT /c/0": 500}}
	s := serve(t, journal.handle)
	require.ErrorContains(t, target(describe(t, s.URL, expecting("[]")), nil).Setup(t.Context()), "setup: PUT /c/0: status 500")
	require.NotContains(t, journal.asked, "PUT /c/16", "of 16 that ask at once it is the first one's next")
	require.NotContains(t, journal.asked, "POST /go")
}

// run makes a short run against a service with setup and teardown.
func run(t *testing.T, url, more string) error {
	t.Helper()
	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	_, err = harness.Run(t.Context(), target(describe(t, url, more), nil), w, harness.Clients(2), harness.Ops(10))
	return err
}

// TestTeardownComesAfterWhatFailed holds that what was made is removed, whatever happened, and that no operation came after
// a setup that failed.
func TestTeardownComesAfterWhatFailed(t *testing.T) {
	const keys = 20
	for name, c := range map[string]struct {
		status string
		more   string
		want   string
	}{
		"setup":    {"POST /go", "", "setup: POST /go: status 500: so it is"},
		"open":     {"POST /login", "open: [{request: POST /login}]\n", "open: POST /login: status 500: so it is"},
		"teardown": {"DELETE /c/2", "", "teardown: DELETE /c/2: status 500: so it is"},
	} {
		t.Run(name, func(t *testing.T) {
			journal := &journal{statuses: map[string]int{c.status: 500}}
			s := serve(t, journal.handle)
			err := run(t, s.URL, expecting("[]")+c.more)
			require.ErrorContains(t, err, c.want)
			all := journal.count()
			for what := range each("DELETE", keys) {
				require.Equal(t, 1, all[what], what)
			}
			require.Equal(t, 1, all["POST /end"])
			require.Equal(t, "POST /end", journal.asked[len(journal.asked)-1])
			if name != "teardown" {
				require.NotContains(t, strings.Join(journal.asked, "\n"), "/counters/", "there was no operation")
			}
		})
	}
}

// TestTeardownTellsWhatFailed holds that each kind of request of it that failed is told, with how many there were for other
// objects.
func TestTeardownTellsWhatFailed(t *testing.T) {
	journal := &journal{statuses: map[string]int{"DELETE /c/2": 500, "DELETE /c/18": 500, "POST /end": 502}}
	s := serve(t, journal.handle)
	w := target(describe(t, s.URL, expecting("[]")), nil)
	require.NoError(t, w.Setup(t.Context()))
	require.EqualError(t, w.Close(t.Context()), "teardown: DELETE /c/2: status 500: so it is; 1 more of these requests failed\n"+
		"teardown: POST /end: status 502: so it is")
}

// TestNoTeardownOfWhatWasNotReached holds that nothing is asked where nothing can have been made.
func TestNoTeardownOfWhatWasNotReached(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	s.Close()
	err := run(t, s.URL, expecting("[]"))
	require.ErrorContains(t, err, "nothing listens at "+s.URL)
	require.NotErrorIs(t, err, harness.ErrLeftBehind)
	require.Zero(t, s.requests.Load())
}
