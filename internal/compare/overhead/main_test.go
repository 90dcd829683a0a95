package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTableTellsMediansOfTheRounds holds that the ratio is the median of the rounds', not that of two medians.
func TestTableTellsMediansOfTheRounds(t *testing.T) {
	r := row{connections: 16, ratios: []float64{0.5, 0.9, 0.8}}
	for _, n := range []float64{100, 300, 200} {
		r.wrk = append(r.wrk, speed{requests: n, cpu: time.Second, made: 50_000})
		r.stress = append(r.stress, speed{requests: n - 50, cpu: time.Second, made: 25_000})
	}
	require.Contains(t, table([]row{r}), "| 16 | 150 | 200 | 0.80 | 0.50, 0.90 | 40 ms | 20 ms |\n")
}

// TestIntoDocsReplacesTheTableAlone holds that what stands around the table stays.
func TestIntoDocsReplacesTheTableAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "benchmarks.md")
	require.NoError(t, os.WriteFile(path, []byte("before\n<!-- overhead -->\nold\n<!-- /overhead -->\nafter\n"), 0o600))
	require.NoError(t, intoDocs(path, "new\n"))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "before\n<!-- overhead -->\nnew\n<!-- /overhead -->\nafter\n", string(text))

	require.NoError(t, os.WriteFile(path, []byte("no place\n"), 0o600))
	require.ErrorContains(t, intoDocs(path, "new\n"), "no place for the table")
}

func TestFlagsThatMeanNothingAreErrors(t *testing.T) {
	require.ErrorContains(t, run([]string{"-connections", "16,x"}, t.Output()), `"x" is no number of connections`)
	require.ErrorContains(t, run([]string{"-runs", "0"}, t.Output()), "must be 1 or more")
	require.ErrorContains(t, run([]string{"docs"}, t.Output()), "takes flags only")
}
