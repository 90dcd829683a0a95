package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/wallet"
)

// bank assigns the identities of its wallets by itself, and asks for the token that a login gave.
type bank struct {
	mu       sync.Mutex
	balances map[string]int64
	tokens   map[string]bool
	removed  []string
	wrong    []string // requests without a token, or of no wallet
	refuse   int      // after so many wallets, the next are refused; 0: never
	echo     bool     // reads are answered by the token
}

func newBank() *bank { return &bank{balances: map[string]int64{}, tokens: map[string]bool{}} }

// first is more than a double has every one of.
const first = 9007199254740993

func (b *bank) handle(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var told struct{ Amount, Balance int64 }
	_ = json.NewDecoder(r.Body).Decode(&told) // a GET has none
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if parts[0] == "login" {
		token := fmt.Sprintf("hush-%d+%s", len(b.tokens), r.URL.Query().Get("as"))
		b.tokens[token] = true
		respond(w, 200, map[string]any{"token": token})
		return
	}
	if !b.tokens[token] {
		b.wrong = append(b.wrong, r.Method+" "+r.URL.Path)
		respond(w, 401, map[string]any{"error": "no such token: " + token})
		return
	}
	if len(parts) == 1 && r.Method == http.MethodPost {
		if b.refuse > 0 && len(b.balances) >= b.refuse {
			respond(w, 503, map[string]any{"error": "full"})
			return
		}
		id := int64(first + 2*len(b.balances))
		b.balances[strconv.FormatInt(id, 10)] = told.Balance
		respond(w, 201, map[string]any{"id": id})
		return
	}
	b.operate(w, r, parts, told.Amount, token)
}

func (b *bank) operate(w http.ResponseWriter, r *http.Request, parts []string, amount int64, token string) {
	for _, id := range parts[1:] {
		if _, there := b.balances[id]; !there {
			b.wrong = append(b.wrong, r.Method+" "+r.URL.Path)
		}
	}
	switch {
	case r.Method == http.MethodDelete:
		b.removed = append(b.removed, parts[1])
	case b.echo:
		respond(w, 500, map[string]any{"error": "it was " + token})
	case r.Method == http.MethodGet:
		respond(w, 200, map[string]any{"balance": b.balances[parts[1]]})
	case b.balances[parts[1]] < amount:
		respond(w, 409, nil)
	default:
		b.balances[parts[1]] -= amount
		b.balances[parts[2]] += amount
		respond(w, 200, nil)
	}
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

const kept = `
headers: {authorization: "Bearer ${token}"}
setup:
  - request: POST /login?as=admin
    keep: {admin: $.token}
  - each: wallet
    request: POST /wallets
    headers: {authorization: "Bearer ${admin}"}
    body: {balance: "${initial}"}
    keep: {id: $.id}
open:
  - request: POST /login?as=${client}
    keep: {token: "${body.token}"}
teardown:
  - each: wallet
    request: DELETE /wallets/${id[wallet]}
    headers: {authorization: "Bearer ${admin}"}
operations:
  transfer:
    request: POST /wallets/${id[wallet]}/${id[to]}
    body: {amount: "${amount}"}
    answers: {409: refused}
  read:
    request: GET /wallets/${id[wallet]}
    output: {balance: $.balance}
`

func wallets(t *testing.T, url, rest string) *web.Target[wallet.Input, wallet.Output] {
	t.Helper()
	s := parse(t, "wallet", url, rest)
	return web.New(web.Config{
		Service: s, Strategy: s.Named[0], Params: map[string]any{"keys": 20, "initial": int64(100)},
	}, bridge.JSON[wallet.Input, wallet.Output]())
}

// TestKeptValues holds that operations know the identities that the service has assigned, and the token of their client.
func TestKeptValues(t *testing.T) {
	b := newBank()
	s := serve(t, b.handle)
	w := wallets(t, s.URL, kept)
	require.NoError(t, w.Setup(t.Context()))
	require.Len(t, b.balances, 20)
	var clients []harness.Client[wallet.Input, wallet.Output]
	for i := range 2 {
		c, err := w.Open(t.Context(), i)
		require.NoError(t, err)
		clients = append(clients, c)
	}
	_, err := clients[0].Do(t.Context(), wallet.Input{Kind: wallet.Transfer, Wallet: 3, To: 17, Amount: 30})
	require.NoError(t, err)
	for i, want := range map[int32]int64{3: 70, 17: 130, 4: 100} {
		out, err := clients[1].Do(t.Context(), wallet.Input{Kind: wallet.Read, Wallet: i})
		require.NoError(t, err)
		require.Equal(t, want, out.Balance, "wallet %d", i)
	}
	for _, c := range clients {
		require.NoError(t, c.Close())
	}
	require.NoError(t, w.Close(t.Context()))
	require.Empty(t, b.wrong)
	require.Len(t, b.tokens, 3)
	all := map[string]bool{}
	for _, id := range b.removed {
		all[id] = true
	}
	require.Len(t, all, 20)
}

// TestKeptTokensAreNotTold holds that reports and errors have the names of kept values.
func TestKeptTokensAreNotTold(t *testing.T) {
	b := newBank()
	s := serve(t, b.handle)
	w := setUp(t, wallets(t, s.URL, kept))
	c := client(t, w, 7)
	b.echo = true
	_, err := c.Do(t.Context(), wallet.Input{Kind: wallet.Read, Wallet: 2})
	require.Equal(t, history.Unknown, outcome(err))
	require.EqualError(t, err, `GET /wallets/{id[wallet]}: status 500, of which answers says nothing: {"error":"it was ${token}"}`)
}

// TestKeptTokensAreInNoHistory holds that neither they nor what templates make of them are written down.
func TestKeptTokensAreInNoHistory(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			respond(w, 200, map[string]any{"token": "hush-hush", "n": 123456})
			return
		}
		respond(w, 200, map[string]any{"said": "I had " + r.Header.Get("Authorization"), "list": []any{r.Header.Get("X")}, "n": 123456})
	})
	for _, list := range []string{"setup", "open"} {
		t.Run(list, func(t *testing.T) {
			described := parse(t, "custom", s.URL,
				"headers: {authorization: 'Bearer ${token}', x: '${toBase64(token + string(number))}'}\n"+
					list+": [{request: POST /login, keep: {token: $.token, number: $.n}}]\n"+
					"invariants: [{name: some, holds: 'len(accepted.ask) >= 0'}]\n"+
					"operations:\n  ask: {request: GET /, output: {said: $.said, list: $.list, n: $.n}}\n")
			got, err := client(t, setUp(t, targetOf[question, reply](described, nil)), 0).Do(t.Context(), question{Kind: "ask"})
			require.NoError(t, err)
			require.Equal(t, "I had Bearer ${token}", got.Said)
			require.Equal(t, []any{"${toBase64(token + string(number))}"}, got.List)
			require.InDelta(t, 123456, got.N, 0, "a number is no secret")
		})
	}
}

// TestARunKeepsNoValues holds that a history file has neither identities nor tokens.
func TestARunKeepsNoValues(t *testing.T) {
	b := newBank()
	s := serve(t, b.handle)
	w, err := wallet.New(wallet.Config{Keys: workloads.Keys{N: 20}, Initial: 100, Mix: wallet.Mix{Transfer: 3, Read: 1}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "history")
	r, err := harness.Run(t.Context(), wallets(t, s.URL, kept), w, harness.Clients(3), harness.Ops(60), harness.HistoryFile(file))
	require.NoError(t, err)
	require.Empty(t, b.wrong)
	require.NotEmpty(t, r.History.Ops)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NotContains(t, string(text), "hush")
	require.NotContains(t, string(text), strconv.Itoa(first)[:12])
}

// TestNothingToKeep holds what ends a run whose service does not tell what it must, and that an answer with a secret is not
// shown.
func TestNothingToKeep(t *testing.T) {
	t.Setenv("SECRET", "hush-env")
	const each = "f.yaml:7:13: setup.1.keep.id: status 201, but "
	for name, c := range map[string]struct{ body, each, one string }{
		"missing": {`{"no":"hush-hush"}`, `no $.id in the answer: {"no":"hush-hush"}`, `no $.id in the answer: {"no":"…"}`},
		"null":    {`{"id":null}`, `$.id is nothing: {"id":null}`, `$.id is nothing: {"id":null}`},
		"empty":   {`{"id":""}`, `$.id is an empty text: {"id":""}`, `$.id is an empty text: {"id":"…"}`},
		"list":    {`{"id":[1,"b"]}`, `$.id is a list: {"id":[1,"b"]}`, `$.id is a list: {"id":["…","…"]}`},
		"mapping": {`{"id":{"a":true}}`, `$.id is a mapping: {"id":{"a":true}}`, `$.id is a mapping: {"id":{"a":"…"}}`},
		"large": {
			`{"id":18446744073709551615}`,
			`$.id is no whole number of 64 bits; let the service answer it as a text: {"id":18446744073709552000}`,
			`$.id is no whole number of 64 bits; let the service answer it as a text: {"id":"…"}`,
		},
		"decimal": {
			`{"id":0.5}`, `$.id is no whole number of 64 bits; let the service answer it as a text: {"id":0.5}`,
			`$.id is no whole number of 64 bits; let the service answer it as a text: {"id":"…"}`,
		},
		"text":        {`hush-hush`, `no $.id in the answer: hush-hush`, `no $.id in the answer: …`},
		"nothing":     {``, `no $.id in the answer`, `no $.id in the answer`},
		"environment": {`{"no":"hush-env"}`, `no $.id in the answer: {"no":"${env.SECRET}"}`, `no $.id in the answer: {"no":"…"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusCreated)
				_, _ = w.Write([]byte(c.body))
			})
			err := target(describe(t, s.URL, "headers: {x: '${env.SECRET}'}\nsetup:\n"+
				"  - {each: key, request: 'POST /c',\n     keep: {id: $.id}}\n  - request: PUT /${id[0]}\n"), nil).Setup(t.Context())
			require.EqualError(t, err, "setup: POST /c: "+each+c.each)
			described := describe(t, s.URL, "headers: {x: '${env.SECRET}', y: '${id}'}\n"+
				"setup:\n  - {request: 'POST /c', keep: {id: $.id}}\n")
			require.ErrorContains(t, target(described, nil).Setup(t.Context()), c.one)
		})
	}
	for expression, shown := range map[string]string{
		"${int(body.id)}": `invalid operation: int(…)`, "${body.id.x}": "",
		"${fromJSON(headers['x-token'])}": "",
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Token", "hush-hush")
			respond(w, 200, map[string]any{"id": "hush-hush"})
		})
		described := describe(t, s.URL, "headers: {y: '${id}'}\nopen: [{request: 'POST /c', keep: {id: \""+expression+"\"}}]\n")
		_, err := setUp(t, target(described, nil)).Open(t.Context(), 0)
		require.ErrorContains(t, err, "open: POST /c: f.yaml:5:36: open.1.keep.id: status 200, but ")
		require.ErrorContains(t, err, shown)
		require.NotContains(t, err.Error(), "hush", expression)
	}
}

// TestTeardownRemovesWhatWasMade holds that no request is made of a value that nobody was told: it would be another's.
func TestTeardownRemovesWhatWasMade(t *testing.T) {
	b := newBank()
	b.refuse = 5
	s := serve(t, b.handle)
	w := wallets(t, s.URL, kept)
	require.ErrorContains(t, w.Setup(t.Context()), `setup: POST /wallets: status 503: {"error":"full"}`)
	err := w.Close(t.Context())
	require.ErrorContains(t, err, "teardown: DELETE /wallets/{id[wallet]}: 15 of 20 requests were left out: ${id[wallet]}: id[")
	require.ErrorContains(t, err, "] is not known: setup ended before it was kept")
	require.Len(t, b.removed, 5)
	require.Empty(t, b.wrong)
}

// TestTeardownHeedsTheIndex holds that what is left out is what the request names, by whatever index.
func TestTeardownHeedsTheIndex(t *testing.T) {
	for name, c := range map[string]struct {
		teardown string
		removed  []string
		left     string
	}{
		"the one before": {
			"{each: key, request: 'DELETE /w/${id[(key + 19) % 20]}'}", []string{"/w/a", "/w/b"},
			"DELETE /w/{id[(key + 19) % 20]}: 18 of 20 requests were left out: ${id[(key + 19) % 20]}: id is not known: ",
		},
		"within another": {
			"{each: key, request: 'DELETE /g/${group[0]}/w/${id[key]}'}", nil,
			"20 of 20 requests were left out: ${group[0]}: group is not known: ",
		},
		"one of all":     {"{request: 'DELETE /w/${id[0]}'}", []string{"/w/a"}, ""},
		"none of these":  {"{request: 'DELETE /w/${id[2]}'}", nil, "1 of 1 requests were left out: "},
		"in the body":    {"{each: key, request: DELETE /w, body: {id: '${id[key]}'}}", []string{"/w", "/w"}, "18 of 20"},
		"in a header":    {"{each: key, request: DELETE /w, headers: {x: '${id[key]}'}}", []string{"/w", "/w"}, "18 of 20"},
		"how many":       {"{request: 'DELETE /w?n=${len(id)}'}", []string{"/w?n=20"}, ""},
		"all":            {"{request: DELETE /w, body: '${id[:]}'}", nil, "1 of 1"},
		"a part of it":   {"{request: 'DELETE /w/${id[3][:1]}'}", nil, "1 of 1"},
		"another, alone": {"{request: 'DELETE /w/${later}'}", nil, "${later}: later is not known: setup ended before it was kept"},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var removed []string
			var asked sync.WaitGroup // so that none is left out of setup since another has failed
			asked.Add(2)
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch number := strings.TrimPrefix(r.URL.Path, "/new/"); {
				case r.Method == http.MethodDelete:
					mu.Lock()
					defer mu.Unlock()
					removed = append(removed, r.URL.String())
				case number == "0" || number == "1":
					asked.Done()
					respond(w, 200, map[string]any{"id": string("ab"[number[0]-'0'])})
				default:
					asked.Wait()
					respond(w, 503, nil)
				}
			})
			w := target(describe(t, s.URL, "setup:\n  - {each: key, request: 'POST /new/${key}', keep: {id: $.id}}\n"+
				"  - {each: key, request: 'POST /${id[key]}', keep: {group: $.id}}\n"+
				"  - {request: 'POST /${group[0]}', keep: {later: $.id}}\n"+
				"  - request: PUT /${later}\nteardown: ["+c.teardown+"]\n"), nil)
			require.ErrorContains(t, w.Setup(t.Context()), "status 503")
			err := w.Close(t.Context())
			if require.ElementsMatch(t, c.removed, removed); c.left == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.left)
		})
	}
}

// TestKeptValuesInErrors holds that the requests beside the operations are named without kept values as well.
func TestKeptValuesInErrors(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			respond(w, 200, map[string]any{"token": "hush/hush"})
			return
		}
		respond(w, 403, map[string]any{"error": "no " + r.URL.EscapedPath()})
	})
	described := describe(t, s.URL, "open:\n  - {request: POST /login, keep: {token: $.token}}\n"+
		"  - {request: 'GET /me/${token}', headers: {x-token: '${token}'}}\n")
	_, err := setUp(t, target(described, nil)).Open(t.Context(), 0)
	require.EqualError(t, err, `open: GET /me/{token}: status 403: {"error":"no /me/${token}"}`)
}
