package spec_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/schema"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
)

const schemaFile = "../../docs/http.schema.json"

// node is what a part of the schema says of an object.
type node struct {
	Description string          `json:"description"`
	Properties  map[string]node `json:"properties"`
	Additional  any             `json:"additionalProperties"`
	Enum        []string        `json:"enum"`
	AnyOf       []node          `json:"anyOf"`
	Reference   string          `json:"$ref"`
	Definitions map[string]node `json:"$defs"`
}

func TestSchemaHasEveryMemberAndNoOther(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	var root node
	require.NoError(t, json.Unmarshal(text, &root))
	for _, c := range []struct {
		name string
		of   any
		node node
	}{
		{"the file", spec.File{}, root},
		{"tls", spec.TLS{}, root.Properties["tls"]},
		{"type", spec.Type{}, root.Properties["type"]},
		{"dependency", spec.Dependency{}, root.Definitions["dependency"]},
		{"strategy", spec.Strategy{}, root.Definitions["strategy"]},
		{"request", spec.Request{}, root.Definitions["request"]},
		{"operation", spec.Operation{}, root.Definitions["operation"]},
		{"rule", spec.Rule{}, root.Definitions["rule"]},
	} {
		var members, told []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(c.of)) {
			members = append(members, f.Tag.Get("yaml"))
		}
		for name, p := range c.node.Properties {
			told = append(told, name)
			require.True(t, p.Description != "" || p.Reference != "", "%s: %s has no description", c.name, name)
		}
		require.ElementsMatch(t, members, told, c.name)
		require.Equal(t, false, c.node.Additional, "%s is not strict", c.name)
		require.NotEmpty(t, c.node.Description, c.name)
	}
	require.Equal(t, append(words.Names(), spec.Custom), root.Properties["workload"].Enum)
	require.Equal(t, spec.Protocols(), root.Properties["protocol"].Enum)
}

func TestSchemaAllowsWhatIsRight(t *testing.T) {
	s, err := schema.Open(schemaFile)
	require.NoError(t, err)
	for _, workload := range words.Names() {
		text, err := spec.Example(workload)
		require.NoError(t, err)
		require.NoError(t, s.Check(asJSON(t, []byte(text))), workload)
	}
	files, err := filepath.Glob("../../examples/*/stress.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range append(files, "testdata/whole.yaml") {
		_, err := spec.Read(file)
		require.NoError(t, err)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, s.Check(asJSON(t, text)), file)
	}
}

// TestSchemaRefusesWrongStructure holds that an editor marks what the program refuses, as far as a schema can tell.
func TestSchemaRefusesWrongStructure(t *testing.T) {
	s, err := schema.Open(schemaFile)
	require.NoError(t, err)
	files := wrongFiles(t, "wrong")
	for _, name := range []string{
		"list", "text", "no-format", "other-format", "unknown-workload", "no-url", "unknown-field", "unknown-field-within",
		"field-elsewhere", "text-for-number", "fraction", "negative", "too-large", "too-many", "text-for-bool",
		"number-for-mapping", "mapping-for-list", "list-for-mapping", "list-for-text", "protocol", "time", "health",
		"custom-only", "custom-operation", "no-invariants", "strategy-name", "dependency-delay", "no-method", "small-method",
		"no-path", "fragment", "expect", "body-and-form", "empty-request", "no-operations", "header-name", "header-framing",
		"status-class", "status-range", "status-list", "answer-member", "answer-number", "answer-nothing", "answer-none",
		"answer-output-type", "parameters", "parameters-of-another", "parameter-custom", "hot-unique", "skew-quota", "hot-doctors",
		"hot-cache", "set-taken", "dependency-empty", "keep-teardown", "keep-nothing", "keep-taken", "keep-no-place", "keep-list",
		"keep-form",
	} {
		require.Contains(t, files, name)
		require.Error(t, s.Check(asJSON(t, []byte(files[name].file))), name)
	}
	allowed := slices.DeleteFunc([]string{"outcome", "when", "json-path", "each-unknown"}, func(name string) bool {
		return s.Check(asJSON(t, []byte(files[name].file))) == nil
	})
	require.Empty(t, allowed, "what a schema can't tell is not refused for another reason")
}

func asJSON(t *testing.T, text []byte) []byte {
	t.Helper()
	var v any
	require.NoError(t, yaml.Unmarshal(text, &v))
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return out
}
