package web_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/counter"
)

// secret is what nobody may see; it looks different in a query and in JSON.
const secret = `hush/"hush" & hush`

const bearer = "headers: {authorization: \"Bearer ${env.SECRET}\"}\n"

// TestATokenArrives holds that requests of all kinds have it.
func TestATokenArrives(t *testing.T) {
	t.Setenv("SECRET", secret)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+secret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		value(w, 1)
	})
	w := ready(t, s.URL, bearer+`
setup: [{request: PUT /setup}]
open: [{request: POST /login}]
teardown: [{request: DELETE /teardown}]
`)
	_, err := client(t, w, 0).Do(t.Context(), add)
	require.NoError(t, err)
	require.EqualValues(t, 3, s.requests.Load())
}

// TestAMissingToken holds that the error names the variable, and that nothing is asked without it.
func TestAMissingToken(t *testing.T) {
	t.Setenv("SECRET", "") // so that it is as it was afterwards
	require.NoError(t, os.Unsetenv("SECRET"))
	accepted := make(chan struct{}, 1)
	url := accept(t, func(net.Conn) { accepted <- struct{}{} })
	described := describe(t, url, bearer+"health: GET /\nsetup: [{request: PUT /setup}]\n")
	const want = "f.yaml names ${env.SECRET}: set the variable SECRET"
	w := target(described, nil)
	require.EqualError(t, w.Setup(t.Context()), want)
	require.NoError(t, w.Close(t.Context()))
	_, _, err := web.Health(described, web.Config{Service: described, Strategy: described.Named[0]})
	require.EqualError(t, err, want)
	require.Empty(t, accepted)
}

// echo answers with what the request was authorized by, as a service may that logs too much.
func echo(status int, body string) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, body, r.Header.Get("Authorization"))
	}
}

// TestATokenIsNotTold holds that no error has it, whatever the service answers.
func TestATokenIsNotTold(t *testing.T) {
	t.Setenv("SECRET", secret)
	for name, answer := range map[string]http.HandlerFunc{
		"as a text":    echo(401, "no such token: %s"),
		"as JSON":      echo(403, `{"error": %q}`),
		"as the value": echo(200, `{"value": %q}`),
		"as no JSON":   echo(200, `{"value": %s}`),
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, answer)
			_, err := client(t, ready(t, s.URL, bearer), 0).Do(t.Context(), add)
			require.Equal(t, history.Unknown, outcome(err))
			require.NotContains(t, err.Error(), "hush")
			require.Contains(t, err.Error(), "POST /counters/{run}-{key}: status ")
		})
	}
	for _, list := range []string{"setup", "open"} {
		t.Run(list, func(t *testing.T) {
			s := serve(t, echo(401, "no such token: %s"))
			w := target(describe(t, s.URL, bearer+list+": [{request: \"GET /login?token=${env.SECRET}\"}]\n"), nil)
			err := w.Setup(t.Context())
			if list == "open" {
				require.NoError(t, err)
				_, err = w.Open(t.Context(), 0)
			}
			require.EqualError(t, err, list+": GET /login?token={env.SECRET}: status 401: no such token: Bearer ${env.SECRET}")
		})
	}
}

// TestATokenIsInNoHistory holds that neither what is kept of a run nor what the service is called has it.
func TestATokenIsInNoHistory(t *testing.T) {
	t.Setenv("SECRET", secret)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "it "+r.Header.Get("Authorization"))
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte("no such token: " + r.Header.Get("Authorization")))
			return
		}
		value(w, 0)
	})
	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "history")
	service := target(describe(t, s.URL, bearer+"setup: [{request: PUT /setup}]\n"), nil)
	r, err := harness.Run(t.Context(), service, w, harness.Clients(2), harness.Ops(10), harness.HistoryFile(file))
	require.NoError(t, err)
	require.Equal(t, "it Bearer ${env.SECRET}", service.Version())
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(kept), "it Bearer ${env.SECRET}")
	for _, text := range []string{string(kept), fmt.Sprintf("%+v %+v %+v", r.History, r.Stats, r.Verdict)} {
		require.NotContains(t, text, "hush")
	}
}

// TestATokenIsNotToldOfWhatIsNoHTTP holds that an answer that nobody can read is not shown with a token in it.
func TestATokenIsNotToldOfWhatIsNoHTTP(t *testing.T) {
	t.Setenv("SECRET", "hush-hush-hush")
	for name, answer := range map[string]string{
		"header": "HTTP/1.1 200 OK\r\n%s\r\n\r\n", "version": "%s 200 OK\r\n\r\n",
		"length":   "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n",
	} {
		for _, at := range []string{"", "setup: [{request: PUT /x}]\n", "open: [{request: PUT /x}]\n"} {
			t.Run(name+at, func(t *testing.T) {
				s := serveRaw(t, func(_ int, r *http.Request, c net.Conn) bool {
					return say(c, answer, r.Header.Get("Authorization"))
				})
				w := target(describe(t, s.url, bearer+at), nil)
				err := w.Setup(t.Context())
				if err == nil {
					c, e := w.Open(t.Context(), 0)
					if err = e; e == nil {
						defer func() { require.NoError(t, c.Close()) }()
						_, err = c.Do(t.Context(), add)
					}
				}
				require.ErrorContains(t, err, "the answer is no HTTP/1.1: ")
				require.NotContains(t, err.Error(), "hush")
			})
		}
	}
}

// TestATokenIsNotToldOfExpressions holds that an expression that fails does not show what it was about.
func TestATokenIsNotToldOfExpressions(t *testing.T) {
	t.Setenv("SECRET", "hush-hush-hush")
	s := serve(t, echo(200, `{"value": 1, "token": %q}`))
	for name, read1 := range map[string]string{
		"until":  "{request: GET /, until: int(body.token) > 0, output: {value: $.value}}",
		"header": "{request: GET /, headers: {x: '${int(env.SECRET)}'}, output: {value: $.value}}",
		"body":   "{request: GET /, body: {x: '${int(env.SECRET)}'}, output: {value: $.value}}",
		"path":   "{request: 'GET /${int(env.SECRET)}', output: {value: $.value}}",
	} {
		t.Run(name, func(t *testing.T) {
			more := "headers: {authorization: \"${env.SECRET}\"}\noperations:\n  add: {request: POST /}\n  read: " + read1 + "\n"
			_, err := client(t, setUp(t, target(parse(t, "counter", s.URL, more), nil)), 0).Do(t.Context(), read)
			require.ErrorContains(t, err, "GET /")
			require.NotContains(t, err.Error(), "hush")
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// basic is a header that is made of two variables.
const basic = "headers: {authorization: 'Basic ${toBase64(env.USERX + \":\" + env.PASSX)}'}\n"

// TestWhatIsMadeOfATokenIsNotTold holds that no error has what a template makes of variables, wherever the service answers
// with it.
func TestWhatIsMadeOfATokenIsNotTold(t *testing.T) {
	t.Setenv("USERX", "alice")
	t.Setenv("PASSX", "hush-hush")
	const made = "YWxpY2U6aHVzaC1odXNo"
	for name, c := range map[string]struct{ headers, more, shown string }{
		"header":    {basic, "", `toBase64(env.USERX + ":" + env.PASSX)`},
		"part":      {"headers: {authorization: '${\"Basic \" + toBase64(env.USERX + \":\" + env.PASSX)}'}\n", "", "toBase64"},
		"operation": {"", "headers: {x: '${toBase64(env.USERX + \":\" + env.PASSX + string(delta))}'}, ", "delta"},
		"path":      {"", "path", "toBase64"},
		"body":      {"", "body: {x: '${toBase64(env.USERX + \":\" + env.PASSX)}'}, ", "toBase64"},
		"form":      {"", "form: {x: '${toBase64(env.USERX + \":\" + env.PASSX)}'}, ", "toBase64"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = fmt.Fprintf(w, "%s %s %s %s", strings.TrimPrefix(r.Header.Get("Authorization"), "Basic "), r.Header.Get("X"), r.URL,
					body)
			})
			request := "POST /"
			if c.more == "path" {
				request, c.more = "POST /${toBase64(env.USERX + \":\" + env.PASSX)}", ""
			}
			operations := "operations:\n  add: {" + c.more + "request: '" + request + "'}\n" +
				"  read: {request: GET /, output: {value: $.v}}\n"
			_, err := client(t, setUp(t, target(parse(t, "counter", s.URL, c.headers+operations), nil)), 0).Do(t.Context(), add)
			require.ErrorContains(t, err, "status 500, of which answers says nothing: ")
			require.Contains(t, err.Error(), c.shown)
			require.NotContains(t, err.Error(), made[:20])
		})
	}
	t.Run("health", func(t *testing.T) {
		described := parse(t, "counter", serve(t, echo(500, "no: %s")).URL, basic+"health: GET /health\n"+operations)
		well, _, err := web.Health(described, web.Config{Service: described, Strategy: described.Named[0]})
		require.NoError(t, err)
		require.EqualError(t, well(t.Context()), "GET /health: status 500: no: Basic ${toBase64(env.USERX + \":\" + env.PASSX)}")
	})
}

// TestATokenIsInNoOutput holds that a text that an answer tells is written down without what is secret.
func TestATokenIsInNoOutput(t *testing.T) {
	t.Setenv("SECRET", "hush-hush")
	for name, c := range map[string]struct{ header, want string }{
		"one":  {"Bearer ${env.SECRET}", "I had Bearer ${env.SECRET}"},
		"each": {"${env.SECRET + string(client)}", "I had ${env.SECRET + string(client)}"},
		"made": {"${toBase64(env.SECRET)}", "I had ${toBase64(env.SECRET)}"},
		"own":  {"${toBase64(env.SECRET + string(client))}", "I had ${toBase64(env.SECRET + string(client))}"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, echo(200, `{"said": "I had %s", "list": ["%[1]s"], "n": 5}`))
			described := parse(t, "custom", s.URL, "headers: {authorization: '"+c.header+"'}\ninvariants: [{name: some, holds: 'true'}]\n"+
				"operations:\n  ask: {request: GET /, output: {said: $.said, list: $.list, n: $.n}}\n")
			w := setUp(t, targetOf[question, reply](described, nil))
			got, err := client(t, w, 0).Do(t.Context(), question{Kind: "ask"})
			require.NoError(t, err)
			require.Equal(t, c.want, got.Said)
			require.Equal(t, []any{strings.TrimPrefix(c.want, "I had ")}, got.List)
			require.InDelta(t, 5, got.N, 0)
		})
	}
}

// TestWhatLooksLikeASecret holds that escaped forms of one are hidden as well, and numbers that are one, but none that have its
// digits in them.
func TestWhatLooksLikeASecret(t *testing.T) {
	t.Setenv("SECRET", "86753/09")
	t.Setenv("PIN", "4711")
	for body, want := range map[string]reply{
		`{"said": "86753/09", "n": 5}`:       {Said: "${env.SECRET}", N: 5.0},
		`{"said": "a 86753%2F09 b", "n": 5}`: {Said: "a ${env.SECRET} b", N: 5.0},
		`{"said": "x", "n": 86753}`:          {Said: "x", N: 86753.0},
		`{"said": "x", "n": 8675309}`:        {Said: "x", N: `${replace(env.SECRET, "/", "")}`},
		`{"said": "x", "n": 4711}`:           {Said: "x", N: "${env.PIN}"},
		`{"said": "x", "n": 47110}`:          {Said: "x", N: 47110.0},
		`{"said": "x", "n": 14711}`:          {Said: "x", N: 14711.0},
	} {
		s := serve(t, echo(200, strings.ReplaceAll(body, "%", "%%")+"%.0s"))
		described := parse(t, "custom", s.URL, "headers: {authorization: '${env.SECRET}', "+
			"x: '${replace(env.SECRET, \"/\", \"\")}${env.PIN}'}\n"+
			"invariants: [{name: some, holds: 'len(accepted.ask) >= 0'}]\n"+
			"operations:\n  ask: {request: GET /, output: {said: $.said, n: $.n}}\n")
		got, err := client(t, setUp(t, targetOf[question, reply](described, nil)), 0).Do(t.Context(), question{Kind: "ask"})
		require.NoError(t, err, body)
		require.Equal(t, want, got, body)
	}
}

// question and reply are of an operation that tells texts.
type (
	question struct {
		Kind string `json:"op"`
	}
	reply struct {
		Said string `json:"said"`
		List []any  `json:"list"`
		N    any    `json:"n"`
	}
)
