package formula_test

import (
	"strings"
	"testing"

	"github.com/expr-lang/expr/types"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/formula"
)

// values are examples of what expressions are over.
func values() map[string]any {
	list := make([]any, 10_000)
	for i := range list {
		list[i] = i
	}
	return map[string]any{
		"n": int64(3), "s": "abc", "list": list, "long": strings.Repeat("x", 1_000_000),
		"body": map[string]any{"all": []any{map[string]any{"on": true, "id": 7}, map[string]any{"on": false, "id": 8}}, "error": "no"},
	}
}

func typesOf(values map[string]any) types.Map {
	all := types.Map{}
	for name, v := range values {
		if all[name] = types.TypeOf(v); name == "body" || name == "list" {
			all[name] = types.Any
		}
	}
	return all
}

func run(t *testing.T, source string) (any, error) {
	t.Helper()
	p, err := formula.Compile(source, typesOf(values()), false)
	require.NoError(t, err, source)
	return p.Run(values())
}

// TestValues holds that counting changes no value.
func TestValues(t *testing.T) {
	for source, want := range map[string]any{
		"n + 1": 4, "s + s": "abcabc", "repeat(s, 2)": "abcabc",
		`toBase64(s + ":" + s)`: "YWJjOmFiYw==", "string(n)": "3", "upper(s)": "ABC",
		"map(filter(body.all, .on), .id)": []any{7}, `body.error == "no"`: true,
		"sum(list)": 49_995_000, "sum(map(list, # + 1))": 50_005_000,
		"len(list)": 10_000, "reduce([1, 2, 3], #acc + #, 0)": 6, `join(["a", "b"], "-")`: "a-b", `replace("aab", "a", "x")`: "xxb",
		`replace("aab", "a", "x", 1)`: "xab", `split("a,b", ",")`: []string{"a", "b"}, `toJSON({"a": 1})`: "{\n  \"a\": 1\n}",
		`fromJSON("[1]")`: []any{float64(1)}, "any(list, # == 9999)": true, `s matches "^a"`: true, "fromBase64(toBase64(s))": "abc",
		"let x = n; x + x": int64(6), `s | upper() | lower()`: "abc", "string(body.all[0].id)": "7", "count(list, # in [1, 2])": 2,
		"n > 2 ? s : 0": "abc", "body.none ?? 5": 5,
		"last(sort([3, 1]))": 3, `string([1, "a"])`: "[1 a]", "first(keys({'a': 1}))": "a",
	} {
		got, err := run(t, source)
		require.NoError(t, err, source)
		require.EqualValues(t, want, got, source)
	}
}

// TestBounds holds that an expression ends soon, and makes nothing large.
func TestBounds(t *testing.T) {
	for source, want := range map[string]string{
		"len(1..5000000)": "steps",
		"count(list, count(list, count(list, true) > 0) > 0)": "steps",
		"all(list, len(sort(list)) > 0)":                      "steps",
		"all(list, sum(list) > 0)":                            "steps",
		"all(list, list == list)":                             "steps",
		`all(list, any(list, long contains "y") or true)`:     "steps",
		"all(list, len(upper(long)) > 0)":                     "steps",
		"len(split(long, '')) + len(split(long, ''))":         "steps",
		`reduce(1..64, #acc + #acc, "xxxx")`:                  "longer",
		"long + long":                                         "longer",
		"join([long, long])":                                  "longer",
		`replace(long, "x", "xxxx")`:                          "longer",
		`replace(long, "", s)`:                                "longer",
		"toJSON(map(1..1000, long))":                          "longer",
		"string(map(1..1000, long))":                          "longer",
		`len(repeat(repeat("x",100000),20000))`:               "longer",
		"toBase64(long)":                                      "longer",
		`reduce(1..900000, #acc + "x", "")`:                   "steps",
		"let x = reduce(1..100000, [#acc], 0); x == x":        "too large to be compared",
		"reduce(1..100000, [#acc], 0) in [body]":              "too large to be compared",
	} {
		_, err := run(t, source)
		require.ErrorContains(t, err, want, source)
	}
}

// TestRefused holds what an expression may not use: what is not the same in each run, and what has no bound.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"now()": "now can't be used", "date(s)": "date can't be used", "uniq(list)": "uniq can't",
		`$env["s"]`: "$env is all values", "nothing": "unknown name nothing",
		"nothing()": "unknown name nothing", "s()": "not callable",
		"n + s": "mismatched types", "s.x": "has no field", strings.Repeat("n + ", 2000) + "n": "exceeds maximum allowed nodes",
	} {
		_, err := formula.Compile(source, typesOf(values()), false)
		require.ErrorContains(t, err, want, source)
	}
	_, err := formula.Compile("n", typesOf(values()), true)
	require.ErrorContains(t, err, "expected bool, but got int64")
	_, err = formula.Compile("body.error", typesOf(values()), true)
	require.NoError(t, err, "nobody knows before there is one")
}

// TestParts holds which parts of an expression that have a name can be evaluated by themselves.
func TestParts(t *testing.T) {
	parts := formula.Parts(`"Basic " + toBase64(s + ":" + string(n))`, typesOf(values()), "s")
	var all []any
	for _, p := range parts {
		v, err := p.Run(values())
		require.NoError(t, err)
		all = append(all, v)
		require.Contains(t, p.Names(), "s")
	}
	require.ElementsMatch(t, []any{"abc:", "abc:3", "YWJjOjM=", "Basic YWJjOjM="}, all)
	require.Empty(t, formula.Parts("n + 1", typesOf(values()), "s"))
}

// TestBare holds which uses of a name could ask for any of its members.
func TestBare(t *testing.T) {
	for source, want := range map[string]bool{
		"env.A": false, `env["A"] + env . B`: false, "n + 1": false, "body.env": false, `"env"`: false, "env.A | upper()": false,
		"env": true, "env?.A": true, `get(env, "A")`: true, `env["A" + "B"]`: true, "env.A + toJSON(env)": true,
		"let x = env; x.A": true,
		"keys(env)":        true, "env[s]": true,
	} {
		require.Equal(t, want, formula.Bare(source, "env"), source)
	}
}
