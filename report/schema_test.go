package report_test

import (
	"encoding"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/internal/schema"
	"github.com/lostupdate/stress/report"
)

// The schemas, and what they describe.
var published = map[string]any{"../docs/report.schema.json": report.Report{}, "../docs/matrix.schema.json": report.Matrix{}}

// TestSchemasNameEveryMember holds that a member which the types can write is in the schema, and the other way round.
func TestSchemasNameEveryMember(t *testing.T) {
	for path, v := range published {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var root map[string]any
		require.NoError(t, json.Unmarshal(text, &root))
		w := walk{t, root}
		w.compare(path, root, reflect.TypeOf(v), "stress", "format")
	}
}

type walk struct {
	t    *testing.T
	root map[string]any
}

// resolve follows a reference to a definition.
func (w walk) resolve(node map[string]any) map[string]any {
	ref, ok := node["$ref"].(string)
	if !ok {
		return node
	}
	return w.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
}

func (w walk) compare(place string, node map[string]any, of reflect.Type, besides ...string) {
	w.t.Helper()
	node = w.resolve(node)
	require.NotEmpty(w.t, node["description"], "%s has no description", place)
	text := reflect.TypeFor[encoding.TextMarshaler]()
	switch {
	case of.Implements(text) || of.Kind() == reflect.Interface:
	case of.Kind() == reflect.Pointer:
		w.compare(place, node, of.Elem())
	case of.Kind() == reflect.Slice:
		w.compare(place+"[]", node["items"].(map[string]any), of.Elem())
	case of.Kind() == reflect.Struct:
		require.Equal(w.t, false, node["additionalProperties"], place)
		properties := node["properties"].(map[string]any)
		names := besides
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			require.NotEmpty(w.t, name, "%s.%s has no name in JSON", place, of.Field(i).Name)
			if name == "-" {
				continue
			}
			names = append(names, name)
			require.Contains(w.t, properties, name, place)
			w.compare(place+"."+name, properties[name].(map[string]any), of.Field(i).Type)
		}
		var described []string
		for name := range properties {
			described = append(described, name)
		}
		require.ElementsMatch(w.t, names, described, place)
	}
}

// TestSchemasFit holds reports of every kind to the schema, and that the schema refuses what is wrong.
func TestSchemasFit(t *testing.T) {
	s, err := schema.Open("../docs/report.schema.json")
	require.NoError(t, err)
	full := twoDeducts(t)
	full.Steps, full.Whole, full.Gates = raced().Steps, true, []report.Gate{
		{Kind: report.Expect, Text: "lost-update", Status: report.Broken, Unexpected: []string{"overdraft"}},
	}
	full.Verdict.Orders = []checkers.Order{{Object: "wallet 0"}}
	for name, r := range map[string]*report.Report{
		"invalid": full, "valid": {}, "undecided": {Verdict: checkers.Undecide("cut off"), Missing: "the end"},
	} {
		text, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, s.Check(text), name)
	}
	text, err := json.Marshal(full)
	require.NoError(t, err)
	for was, is := range map[string]string{
		`"format":1,"run"`: `"format":2,"run"`, `"status":"invalid"`: `"status":"broken"`, `"whole":true`: `"whole":true,"new":1`,
		`"ops":2`: `"ops":"2"`, `"stress":"report",`: ``,
	} {
		require.Contains(t, string(text), was)
		require.Error(t, s.Check([]byte(strings.Replace(string(text), was, is, 1))), is)
	}
}
