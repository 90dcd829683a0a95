package spec_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
)

// answered is what came back, as package web hands it on.
func answered(status int, body any, headers map[string]string) spec.Scope {
	return spec.Scope{"status": status, "body": body, "headers": headers, "key": int64(0), "delta": int64(1)}
}

// TestAnswers holds which rule an answer falls under.
func TestAnswers(t *testing.T) {
	const answers = `    answers:
      4xx: {outcome: failed, text: class}
      400-410: {outcome: failed, text: range}
      409:
        - {outcome: failed, text: exact}
        - {when: body.error == "a", outcome: failed, text: first}
        - {when: body.error startsWith "a", outcome: unknown, text: second}
      404, 410: {outcome: failed, text: either}
      5XX: {when: "status == 503", outcome: failed, text: busy}
      302: ok
      299: {outcome: unknown, text: odd}
`
	call := counter(t, "", answers).Calls["add"]
	body := func(text string) map[string]any { return map[string]any{"error": text} }
	for _, c := range []struct {
		status  int
		body    any
		outcome history.Outcome
		text    string
	}{
		{200, nil, history.OK, ""},
		{204, nil, history.OK, ""},
		{299, nil, history.Unknown, "odd"},
		{302, nil, history.OK, ""},
		{301, nil, history.Unknown, "status 301, of which answers says nothing"},
		{418, nil, history.Failed, "class"},
		{401, nil, history.Failed, "range"},
		{404, nil, history.Failed, "either"},
		{410, nil, history.Failed, "either"},
		{409, body("a"), history.Failed, "first"},
		{409, body("ab"), history.Unknown, "second"},
		{409, body("b"), history.Failed, "exact"},
		{503, nil, history.Failed, "busy"},
		{500, "out  of\nmemory", history.Unknown, "status 500, of which answers says nothing: out of memory"},
		{409, "no JSON", history.Unknown, `status 409, but when body.error == "a": invalid operation: int(string) (at 6)`},
	} {
		m, _ := call.Read(c.status, answered(c.status, c.body, nil))
		require.Equal(t, c.outcome, m.Outcome, "%d %v", c.status, c.body)
		require.Equal(t, c.text, m.Text, "%d %v", c.status, c.body)
	}
}

func TestAnswersOfTheWorkload(t *testing.T) {
	s, err := spec.Read("testdata/whole.yaml")
	require.NoError(t, err)
	deduct := s.Calls["deduct"]
	for status, want := range map[int]string{409: "refused", 422: "refused", 404: ""} {
		m, told := deduct.Read(status, answered(status, map[string]any{"error": "insufficient"}, nil))
		require.Equal(t, want, m.Result)
		require.Empty(t, told)
	}
	m, _ := deduct.Read(404, answered(404, nil, nil))
	require.Equal(t, history.Failed, m.Outcome)
	require.Equal(t, "it says that it did nothing", m.Text)
	m, _ = deduct.Read(502, answered(502, nil, nil))
	require.Equal(t, history.Unknown, m.Outcome)
	require.Equal(t, "status 502", m.Text)
}

// TestOutputs holds what is taken from an answer, and that what can't be is of unknown outcome.
func TestOutputs(t *testing.T) {
	for _, c := range []struct {
		from, body string
		want       any
		text       string
	}{
		{from: "$.v", body: `{"v": 5}`, want: int64(5)},
		{from: "$.v", body: `{"v": "5"}`, want: int64(5)},
		{from: "$.v", body: `{"v": 1e3}`, want: int64(1000)},
		{from: "$.v", body: `{"v": 9007199254740993}`, want: int64(9007199254740993)},
		{from: "$.v", body: `{"v": "9223372036854775807"}`, want: int64(9223372036854775807)},
		{from: "$.a.b[1].v", body: `{"a": {"b": [0, {"v": -3}]}}`, want: int64(-3)},
		{from: "$", body: `7`, want: int64(7)},
		{from: "${status}", body: `{}`, want: int64(200)},
		{from: "${int(headers['x-v']) + 1}", body: `{}`, want: int64(9)},
		{from: "8", body: `{}`, want: int64(8)},
		{from: "$.v", body: `{"v": 7.5}`, text: "$.v: 7.5 is no whole number"},
		{from: "$.v", body: `{"v": 1e300}`, text: "$.v: 1e+300 is no whole number"},
		{from: "$.v", body: `{"v": 12345678901234567890}`, text: "$.v: 1.2345678901234567e+19 is no whole number"},
		{from: "$.v", body: `{"v": "five"}`, text: "$.v: five is no whole number"},
		{from: "$.v", body: `{"v": ""}`, text: "$.v:  is no whole number"},
		{from: "$.v", body: `{"v": true}`, text: "$.v: true is no whole number"},
		{from: "$.v", body: `{"v": null}`, text: "$.v: nothing is no whole number"},
		{from: "$.v", body: `{"v": {"w": 1}}`, text: "$.v: a mapping is no whole number"},
		{from: "$.w", body: `{"v": 5}`, text: "no $.w in the answer"},
		{from: "$.w", body: `"a text"`, text: "no $.w in the answer"},
		{from: "$..v", body: `[{"v": 1}, {"v": 2}]`, text: "$..v: a list is no whole number"},
		{from: "${body.v.w}", body: `{"v": 5}`, text: "${body.v.w}: cannot fetch w from int64 (at 8)"},
	} {
		call := counter(t, "", "    output: {value: \""+c.from+"\"}\n").Calls["add"]
		m, told := call.Read(200, answered(200, decoded(t, c.body), map[string]string{"x-v": "8"}))
		if c.text == "" {
			require.Equal(t, history.OK, m.Outcome, c.from+c.body+m.Text)
			require.Equal(t, map[string]any{"value": c.want}, told)
			continue
		}
		require.Equal(t, history.Unknown, m.Outcome, c.from+c.body)
		require.Equal(t, "status 200, but "+c.text, m.Text)
		require.Nil(t, told)
	}
}

// TestKindsOfOutputs holds values that are no whole number.
func TestKindsOfOutputs(t *testing.T) {
	for _, c := range []struct {
		workload, operation, output, from, body string
		want                                    any
		text                                    string
	}{
		{workload: "wallet", operation: "read-all", output: "balances",
			from: "$.b", body: `{"b": [1, "2"]}`, want: []int64{1, 2}},
		{workload: "wallet", operation: "read-all", output: "balances",
			from: "$.b[*].c", body: `{"b": [{"c": 1}, {"c": 2}]}`, want: []int64{1, 2}},
		{workload: "wallet", operation: "read-all", output: "balances",
			from: "$.b", body: `{"b": [1.5]}`, text: "$.b: 1.5 is no whole number"},
		{workload: "wallet", operation: "read-all", output: "balances",
			from: "$.b", body: `{"b": 5}`, text: "$.b: 5 is no list of whole numbers"},
		{workload: "unique", operation: "create", output: "id",
			from: "$.id", body: `{"id": "6f1c"}`, want: "6f1c"},
		{workload: "unique", operation: "create", output: "id",
			from: "$.id", body: `{"id": 12}`, want: int64(12)},
		{workload: "unique", operation: "create", output: "id",
			from: "$.id", body: `{"id": false}`, text: "$.id: false is no whole number"},
		{workload: "unique", operation: "create", output: "created",
			from: "${status == 200}", body: `{"id": 12}`, want: true},
		{workload: "unique", operation: "create", output: "created",
			from: "$.id", body: `{"id": 12}`, text: "$.id: 12 is no true or false"},
	} {
		text, err := spec.Example(c.workload)
		require.NoError(t, err)
		s, err := spec.Parse("f.yaml", []byte(text))
		require.NoError(t, err)
		o := s.Operations[c.operation]
		o.Output = map[string]any{c.output: c.from}
		m, told := read(t, s, c.operation, o, c.body)
		if c.text == "" {
			require.Equal(t, c.want, told[c.output], m.Text)
			continue
		}
		require.Equal(t, history.Unknown, m.Outcome)
		require.Equal(t, "status 200, but "+c.text, m.Text)
	}
}

// read reads an answer of 200 to an operation of which only the output is another than in an example.
func read(t *testing.T, s *spec.Service, name string, o spec.Operation, body string) (spec.Meaning, map[string]any) {
	t.Helper()
	text := "stress: http/1\nworkload: " + s.Workload + "\nurl: http://127.0.0.1\noperations:\n"
	for other, rest := range s.Operations {
		if other == name {
			for _, w := range s.Calls[name].Word.Outputs {
				if _, told := o.Output[w.Name]; !told && w.Required {
					o.Output[w.Name] = 0
				}
			}
			rest = o
		}
		text += "  " + other + ":\n    request: GET /\n"
		if rest.Output != nil {
			out, err := json.Marshal(rest.Output)
			require.NoError(t, err)
			text += "    output: " + string(out) + "\n"
		}
	}
	made, err := spec.Parse("f.yaml", []byte(text))
	require.NoError(t, err, text)
	return made.Calls[name].Read(200, answered(200, decoded(t, body), nil))
}

// decoded is a body with its whole numbers as package web has them.
func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return whole(v)
}

func whole(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = whole(v[name])
		}
	}
	return v
}

// TestEveryWordIsAnOutcome holds that each result of a workload may stand under answers.
func TestEveryWordIsAnOutcome(t *testing.T) {
	for _, w := range words.All() {
		text, err := spec.Example(w.Name)
		require.NoError(t, err)
		s, err := spec.Parse("f.yaml", []byte(text))
		require.NoError(t, err)
		for _, o := range w.Operations {
			for result := range o.Results {
				status := 409
				if result == "none" {
					status = 404
				}
				m, _ := s.Calls[o.Name].Read(status, answered(status, nil, nil))
				require.Equal(t, result, m.Result, "%s %s", w.Name, o.Name)
				require.Equal(t, history.OK, m.Outcome)
			}
		}
	}
}

func TestExcerptIsShort(t *testing.T) {
	require.Empty(t, spec.Excerpt(nil, nil))
	require.Equal(t, ": a b", spec.Excerpt(" a \n b ", nil))
	long := ""
	for range 100 {
		long += "äö"
	}
	require.LessOrEqual(t, len(spec.Excerpt(long, nil)), len(": ")+120+len("…"))
	require.NotContains(t, spec.Excerpt("x"+long, nil), "\ufffd")
}

// TestSecretsAreHiddenBeforeTheCut holds that no part of a value from the environment is left where an answer is cut off, however
// the answer repeats it.
func TestSecretsAreHiddenBeforeTheCut(t *testing.T) {
	secret := strings.Repeat("s3cret+", 40)
	scope := spec.Scope{"env": map[string]string{"TOKEN": secret, "PART": "s3cret+"}}
	for _, answer := range []any{
		"bad token " + secret, "bad token " + url.QueryEscape(secret), map[string]any{"error": "bad token " + secret},
	} {
		require.Contains(t, spec.Excerpt(answer, scope), "bad token ${env.TOKEN}")
		require.NotContains(t, spec.Excerpt(answer, scope), "s3cret")
	}
}

// TestMembersHaveNoOrder holds that a list is not taken from the members of an object.
func TestMembersHaveNoOrder(t *testing.T) {
	s, err := spec.Parse("wallet.yaml", []byte(`stress: http/1
workload: wallet
url: http://x
operations:
  deposit: {request: POST /d}
  read: {request: GET /r, output: {balance: $.balance}}
  read-all: {request: GET /all, output: {balances: "$.balances[*]"}}
`))
	require.NoError(t, err)
	call := s.Calls["read-all"]
	m, told := call.Read(200, spec.Scope{"body": map[string]any{"balances": []any{int64(1000), int64(900)}}})
	require.Equal(t, history.OK, m.Outcome)
	require.Equal(t, []int64{1000, 900}, told["balances"])
	m, _ = call.Read(200, spec.Scope{"body": map[string]any{"balances": map[string]any{"0": int64(1000), "1": int64(900)}}})
	require.Equal(t, history.Unknown, m.Outcome)
	require.Contains(t, m.Text, "have no order")
}
