package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

// TestPathsKeepTheirShape holds that a value adds no segment, no parameter and no fragment to an address.
func TestPathsKeepTheirShape(t *testing.T) {
	s := counter(t, "setup:\n  - request: PUT /a/${strategy}/b?x=${strategy}&y=${keys}\n")
	path, err := s.SetUp[0].Target.Path(spec.Scope{"strategy": "a/b?c&d=1%2F#e f+ä", "keys": 4})
	require.NoError(t, err)
	require.Equal(t, "/a/a%2Fb%3Fc&d=1%252F%23e%20f+%C3%A4/b?x=a%2Fb%3Fc%26d%3D1%252F%23e+f%2B%C3%A4&y=4", path)
}

func TestBodies(t *testing.T) {
	scope := spec.Scope{"key": int64(3), "delta": int64(-2), "run": `a"b`, "client": 1, "strategy": "s", "port": 0, "keys": 4}
	for _, c := range []struct{ body, kind, want string }{
		{"body: {a: '${delta}', b: 'x${delta}', c: [1, 2.5, true, null, '<&>'], d: {}}", "application/json",
			`{"a":-2,"b":"x-2","c":[1,2.5,true,null,"<&>"],"d":{}}`},
		{"body: {a: '${run}'}", "application/json", `{"a":"a\"b"}`},
		{"body: {a: '${key > 2}', b: '${[key, delta]}', c: '${ {\"k\": key} }'}", "application/json",
			`{"a":true,"b":[3,-2],"c":{"k":3}}`},
		{"body: ['${key}']", "application/json", `[3]`},
		{"body: []", "application/json", `[]`},
		{"body: 5", "application/json", `5`},
		{"body: false", "application/json", `false`},
		{"body: add ${delta} to ${key}", "", `add -2 to 3`},
		{"body: ${delta}", "", `-2`},
		{"body: $${delta}", "", `${delta}`},
		{"body: a$${delta}b${delta}c", "", `a${delta}b-2c`},
		{"body: '${ \"}\" + run }'", "", `}a"b`},
		{"body: \"${ {'a': {'b': key}}.a.b }\"", "", `3`},
		{"body: '${ `{` }$'", "", `{$`},
		{"body: <add>${key}</add>", "", `<add>3</add>`},
		{"form: {b: '${run}&', a: ' ${delta}='}", "application/x-www-form-urlencoded", `a=+-2%3D&b=a%22b%26`},
		{"form: {}", "application/x-www-form-urlencoded", ``},
	} {
		call := counter(t, "", "    "+c.body+"\n").Calls["add"]
		require.Equal(t, c.kind, call.Body.Type, c.body)
		got, err := call.Body.Append(nil, scope)
		require.NoError(t, err)
		require.Equal(t, c.want, string(got), c.body)
	}
	require.Nil(t, counter(t, "", "    body: null\n").Calls["add"].Body)
}

func TestHeaders(t *testing.T) {
	s := counter(t, "headers: {A: common, b: '${client}'}\n", "    headers: {a: 'own ${delta}'}\n    body: {}\n")
	scope := spec.Scope{"client": 7, "delta": int64(2)}
	got, err := s.Calls["add"].AppendHeaders(nil, scope)
	require.NoError(t, err)
	require.ElementsMatch(t, []spec.Header{
		{Name: "a", Value: "own 2"}, {Name: "b", Value: "7"}, {Name: "Content-Type", Value: "application/json"},
		{Name: "User-Agent", Value: "stress"},
	}, got, "those of a request go before those of all")

	scope["client"] = "7\r\nx-admin: true"
	_, err = s.Calls["add"].AppendHeaders(nil, scope)
	require.EqualError(t, err,
		"headers: b: the value has a line break or another control character in it")
}

// TestExpressionsThatFail holds that it is an error of one line, which names the expression.
func TestExpressionsThatFail(t *testing.T) {
	call := counter(t, "", "    body: {a: '${[1][key]}'}\n").Calls["add"]
	_, err := call.Body.Append(nil, spec.Scope{"key": int64(5)})
	require.EqualError(t, err, "${[1][key]}: index out of range: 5 (array length is 1) (at 4)")
}

func TestRight(t *testing.T) {
	s := counter(t, "setup:\n  - {request: PUT /, expect: [409, 5xx]}\n  - {request: PUT /, expect: 302}\n  - {request: PUT /}\n")
	for status, want := range map[int][3]bool{
		200: {true, true, true}, 299: {true, true, true}, 409: {true, false, false}, 503: {true, false, false},
		302: {false, true, false}, 404: {false, false, false},
	} {
		for i := range want {
			require.Equal(t, want[i], s.SetUp[i].Right(status), "%d of %d", status, i)
		}
	}
}
