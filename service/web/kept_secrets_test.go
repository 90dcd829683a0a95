package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/counter"
)

// tokens hands out one for each login, and refuses all other requests with the token that they have.
func tokens(w http.ResponseWriter, r *http.Request) {
	if as, found := strings.CutPrefix(r.URL.Path, "/login/"); found {
		respond(w, 200, map[string]any{"id": "acc-" + as, "token": "hush-" + as, "pin": 4711})
		return
	}
	respond(w, 401, map[string]any{"error": "no such token: " + r.Header.Get("Authorization") + ", " + r.URL.Path})
}

// TestATokenOfEachObjectIsNotTold holds that the token of each object is hidden as one of all is, and that an identity beside it
// is not.
func TestATokenOfEachObjectIsNotTold(t *testing.T) {
	s := serve(t, tokens)
	described := parse(t, "counter", s.URL, `
setup: [{each: key, request: "POST /login/${key}", keep: {token: $.token, id: $.id}}]
operations:
  add: {request: "POST /${id[key]}", headers: {authorization: "Bearer ${token[key]}"}}
  read: {request: "GET /${id[key]}", headers: {authorization: "Basic ${toBase64(token[key])}"}, output: {value: $.value}}
`)
	_, err := client(t, setUp(t, target(described, nil)), 0).Do(t.Context(), add)
	require.EqualError(t, err, "POST /{id[key]}: status 401, of which answers says nothing: "+
		`{"error":"no such token: Bearer ${token[1]}, /acc-1"}`)
	_, err = client(t, setUp(t, target(described, nil)), 0).Do(t.Context(), read)
	require.EqualError(t, err, "GET /{id[key]}: status 401, of which answers says nothing: "+
		`{"error":"no such token: Basic ${toBase64(token[key])}, /acc-1"}`)

	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "history")
	r, err := harness.Run(t.Context(), target(described, nil), w, harness.Clients(2), harness.Ops(10), harness.HistoryFile(file))
	require.NoError(t, err)
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(written), "no such token: B")
	for _, text := range []string{string(written), fmt.Sprintf("%+v %+v %+v", r.History, r.Stats, r.Verdict)} {
		require.NotContains(t, text, "hush")
	}
}

// TestAFailedKeepOfATokenOfEachObject holds that the answer to a login is not shown.
func TestAFailedKeepOfATokenOfEachObject(t *testing.T) {
	s := serve(t, tokens)
	const each = "setup: [{each: key, request: 'POST /login/${key}', keep: {token: $.token, name: $.name}}]\n"
	err := target(describe(t, s.URL, "headers: {x: '${token[0]}', y: '${name[0]}'}\n"+each), nil).Setup(t.Context())
	require.ErrorContains(t, err, `setup.1.keep.name: status 200, but no $.name in the answer: {"id":"…","pin":"…","token":"…"}`)
}

// TestAnIdentityIsNoSecret holds that outputs have it as it is, wherever it comes from.
func TestAnIdentityIsNoSecret(t *testing.T) {
	for name, keep := range map[string]string{
		"setup": "setup: [{request: POST /login, keep: {id: $.id}}]\n",
		"open":  "open: [{request: POST /login, keep: {id: $.id}}]\n",
		"said": "headers: {x-account: '${id}'}\n" +
			"open: [{request: POST /login, keep: {id: {from: $.id, secret: false}}}]\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				respond(w, 200, map[string]any{"id": "1000", "said": "of 1000", "n": 31000, "list": []any{"1000", 1000}})
			})
			described := parse(t, "custom", s.URL, keep+"invariants: [{name: some, holds: 'true'}]\n"+
				"operations:\n  ask: {request: 'GET /${id}', output: {said: $.said, list: $.list, n: $.n}}\n")
			got, err := client(t, setUp(t, targetOf[question, reply](described, nil)), 0).Do(t.Context(), question{Kind: "ask"})
			require.Equal(t, history.OK, outcome(err), err)
			require.Equal(t, reply{Said: "of 1000", List: []any{"1000", 1000.0}, N: 31000.0}, got)
		})
	}
}

// TestANumberThatIsASecret holds that the file can say so, and that digits in other numbers are left alone.
func TestANumberThatIsASecret(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		respond(w, 200, map[string]any{
			"pin": 4711, "said": "4711 is not 47110, nor 14711", "list": []any{4711, "4711", 14711}, "n": 47111,
		})
	})
	for list, label := range map[string]string{"setup: [{each: key, ": "${pin[0]}", "open: [{": "${pin}"} {
		index := strings.TrimSuffix(strings.TrimPrefix(label, "${pin"), "}")
		described := parse(t, "custom", s.URL, list+"request: POST /login, keep: {pin: {from: $.pin, secret: true}}}]\n"+
			"invariants: [{name: some, holds: 'true'}]\n"+
			"operations:\n  ask: {request: 'GET /${pin"+index+"}', output: {said: $.said, list: $.list, n: $.n}}\n")
		got, err := client(t, setUp(t, targetOf[question, reply](described, nil)), 0).Do(t.Context(), question{Kind: "ask"})
		require.NoError(t, err)
		require.Equal(t, reply{Said: label + " is not 47110, nor 14711", List: []any{label, label, 14711.0}, N: 47111.0}, got)
	}
}

// TestSecretsThatOverlap holds that nothing is left of either.
func TestSecretsThatOverlap(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			respond(w, 200, map[string]any{"a": "hush-1", "b": "h-1234", "c": "hush-1+x"})
			return
		}
		respond(w, 500, map[string]any{"error": "(hush-1) (hush-1234) (hush-1+x) (hush-1%2Bx)"})
	})
	const login = "open: [{request: POST /login, keep: {a: $.a, b: $.b, c: $.c}}]\n"
	_, err := client(t, setUp(t, target(describe(t, s.URL, "headers: {x: '${a}${b}${c}'}\n"+login), nil)), 0).Do(t.Context(), add)
	require.ErrorContains(t, err, `{"error":"(${a}) (${a}${b}) (${c}) (${c})"}`)
}
