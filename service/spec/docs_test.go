package spec_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
)

// TestDocs holds docs/http.md and docs/own-types.md to the members and operations that there are.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/http.md")
	require.NoError(t, err)
	const head = "| workload | operation | what it does | inputs | outputs | answers |\n| --- | --- | --- | --- | --- | --- |\n"
	_, table, found := strings.Cut(string(page), head)
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, w := range words.All() {
		require.Contains(t, string(page), "| `"+w.Name+"` | ", "it is not under what can be tested")
		for _, o := range w.Operations {
			want = append(want, row(w, o))
		}
	}
	require.Equal(t, strings.Join(want, "\n"), table)

	own, err := os.ReadFile("../../docs/own-types.md")
	require.NoError(t, err)
	for _, of := range []any{
		spec.File{}, spec.TLS{}, spec.Dependency{}, spec.Strategy{}, spec.Request{}, spec.Operation{}, spec.Type{}, spec.Rule{},
	} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
			name := f.Tag.Get("yaml")
			told := strings.Contains(string(page)+string(own), "`"+name+"`") || strings.Contains(string(own), "`type."+name+"`")
			require.True(t, told, "no page tells of %s", name)
		}
	}
}

// row is an operation's row in the table of the page.
func row(w words.Workload, o words.Operation) string {
	name := "`" + o.Name + "`"
	if o.Required {
		name += " *"
	}
	var in, out, results []string
	for _, v := range o.Inputs {
		in = append(in, "`"+v.Name+"`")
	}
	for _, v := range o.Outputs {
		value := "`" + v.Name + "`"
		if !v.Required {
			value = "[" + value + "]"
		}
		out = append(out, value+" "+v.About)
	}
	for _, r := range slices.Sorted(maps.Keys(o.Results)) {
		result := "`" + r + "`"
		for _, name := range o.Beside[r] {
			result += " with [`" + name + "`]"
		}
		results = append(results, result)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", w.Name, name, o.About, strings.Join(in, ", "), strings.Join(out, "; "),
		strings.Join(results, ", "))
}
