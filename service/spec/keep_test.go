package spec_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

// TestKeptValuesOnThePage holds that the example of docs/http.md is right, and what requests become by it.
func TestKeptValuesOnThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/http.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(page), "```yaml\nheaders:\n  authorization: Bearer ${token}\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```\n")
	s, err := spec.Parse("wallet.yaml", []byte("stress: http/1\nworkload: wallet\nurl: http://127.0.0.1:3000\nheaders:\n"+
		"  authorization: Bearer ${token}\n"+example))
	require.NoError(t, err)
	scope := spec.Scope{
		"id": []any{int64(9007199254740993), "a/b", true}, "token": "hush", "admin": "root", "wallet": int64(1), "to": int64(0),
		"amount": int64(5), "initial": int64(100), "client": 0, "env": map[string]string{"ADMIN_PASSWORD": "x"},
	}
	transfer := s.Calls["transfer"]
	path, err := transfer.Target.Path(scope)
	require.NoError(t, err)
	require.Equal(t, "/wallets/a%2Fb/transfers", path)
	body, err := transfer.Body.Append(nil, scope)
	require.NoError(t, err)
	require.JSONEq(t, `{"to": 9007199254740993, "amount": 5}`, string(body))
	require.Contains(t, string(body), "9007199254740993")
	require.Equal(t, "POST /wallets/{id[wallet]}/transfers", transfer.Label(nil))
	for _, c := range []struct {
		call *spec.Call
		want string
	}{{transfer, "Bearer hush"}, {s.SetUp[0], ""}, {s.SetUp[1], "Bearer root"}, {s.Opened[0], ""}} {
		got := ""
		headers, err := c.call.AppendHeaders(nil, scope)
		require.NoError(t, err)
		for _, h := range headers {
			if h.Name == "authorization" {
				got = h.Value
			}
		}
		require.Equal(t, c.want, got, c.call.Label(nil))
	}
}

// TestSecretsOnThePage holds that the other example of docs/http.md is right, and that each of its members does something.
func TestSecretsOnThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/http.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(page), "```yaml\n    keep:\n      account:\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```\n")
	example = "setup:\n  - request: POST /login\n    keep:\n      account:\n" + example
	const headers = "headers: {x-account: '${account}', x-pin: '${pin}'}\n"
	s := counter(t, headers+example)
	scope := spec.Scope{"account": "acc-1", "pin": int64(4711), "env": map[string]string{}}
	s.Guard(scope)
	require.Equal(t, "acc-1 has ${pin}", scope.Hide("acc-1 has 4711"))
	s = counter(t, headers+strings.NewReplacer("        secret: false\n", "", "        secret: true\n", "").Replace(example))
	s.Guard(scope)
	require.Equal(t, "${account} has 4711", scope.Hide("acc-1 has 4711"))
}

// TestHeadersMakeSecrets holds that any header of any request makes one, in whatever expression.
func TestHeadersMakeSecrets(t *testing.T) {
	const setup = "setup:\n  - {request: POST /login, keep: {token: $.token}}\n"
	for name, rest := range map[string]string{
		"every":    "headers: {x: 'a ${token} b'}\n" + setup,
		"setup":    setup + "  - {request: PUT /, headers: {x: '${toBase64(\"x\" + token)}'}}\n",
		"open":     setup + "open: [{request: PUT /, headers: {x: '${token}'}}]\n",
		"teardown": setup + "teardown: [{request: PUT /, headers: {x: '${token}'}}]\n",
		"operation": setup + "operations:\n  add: {request: POST /, headers: {x: '${token[1:]}'}}\n" +
			"  read: {request: GET /, output: {value: $.v}}\n",
		"path": setup + "teardown: [{request: 'PUT /${token}', body: '${token}', headers: {token: x}}]\n",
	} {
		text := "stress: http/1\nworkload: counter\nurl: http://127.0.0.1:1\n" + rest
		if name != "operation" {
			text += "operations:\n  add: {request: POST /}\n  read: {request: GET /, output: {value: $.v}}\n"
		}
		s, err := spec.Parse("f.yaml", []byte(text))
		require.NoError(t, err, name)
		scope := spec.Scope{"token": "hush-hush", "env": map[string]string{}}
		s.Guard(scope)
		require.Equal(t, name == "path", scope.Hide("(hush-hush)") == "(hush-hush)", name)
	}
}

// TestIndexes holds what is sent for an object, and that nothing is for one that there is not.
func TestIndexes(t *testing.T) {
	const setup = "setup: [{each: key, request: POST /c, keep: {id: $.id}}]\n"
	for _, c := range []struct{ text, want, wrong string }{
		{"${id[key]}", "b", ""},
		{"${ id [ key ] }", "b", ""},
		{"${id[key - 1]}", "a", ""},
		{"${join(id[:], \",\")}", "a,b", ""},
		{"${id[delta]}", "", "${id[delta]}: there is no delta 7: id has 2 values"},
		{"${id[delta + 0]}", "", "${id[delta + 0]}: index out of range: 7 (array length is 2) (at 3)"},
	} {
		call := counter(t, setup, "    body: 'w"+c.text+"'\n").Calls["add"]
		got, err := call.Body.Append(nil, spec.Scope{"id": []any{"a", "b"}, "key": int64(1), "delta": int64(7)})
		if c.wrong != "" {
			require.EqualError(t, err, c.wrong)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "w"+c.want, string(got), c.text)
	}
}
