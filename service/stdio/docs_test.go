package stdio

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/words"
)

// TestDocs holds docs/process.md to what there is: operations, codes, and the client that it shows.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/process.md")
	require.NoError(t, err)
	doc := string(text)
	for _, w := range words.All() {
		for _, o := range w.Operations {
			require.Contains(t, doc, row(w, o))
		}
	}
	for _, c := range codes() {
		outcome := "unknown"
		if c.definite {
			outcome = "did not happen"
		}
		require.Contains(t, doc, fmt.Sprintf("| %d | %s | %s |", c.number, c.name, outcome))
	}
	for _, name := range []string{"wallet.js", "wallet.py"} {
		client, err := os.ReadFile("../../examples/process/" + name)
		require.NoError(t, err)
		require.Contains(t, doc, string(client))
	}
}

// row is an operation's row in the table of the docs.
func row(w words.Workload, o words.Operation) string {
	name := "`" + o.Name + "`"
	if o.Required {
		name += " *"
	}
	var in, out []string
	for _, v := range o.Inputs {
		in = append(in, "`"+v.Name+"`")
	}
	for _, v := range o.Outputs {
		value := "`" + v.Name + "`"
		if !v.Required {
			value = "[" + value + "]"
		}
		out = append(out, value)
	}
	var results []string
	for _, r := range slices.Sorted(maps.Keys(o.Results)) {
		result := "`" + r + "`"
		for _, name := range o.Beside[r] {
			result += " with [`" + name + "`]"
		}
		results = append(results, result)
	}
	cells := []string{w.Name, name, o.About, strings.Join(in, ", "), strings.Join(out, ", "), strings.Join(results, ", ")}
	return "| " + strings.Join(cells, " | ") + " |"
}
