package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTableTellsMediansOfTheRounds holds that the ratio is the median of the rounds', not that of two medians.
func TestTableTellsMediansOfTheRounds(t *testing.T) {
	r := row{connections: 16, others: map[string][]speed{}}
	for i, n := range []float64{100, 300, 200} {
		made := []float64{50, 270, 160}[i]
		r.stress = append(r.stress, speed{requests: made, cpu: time.Second, made: 25_000})
		for _, g := range generators() {
			r.others[g.name] = append(r.others[g.name], speed{requests: n, cpu: time.Second, made: 50_000})
		}
	}
	text := table([]row{r})
	require.Contains(t, text, "| 16 | stress | 160 | | | 40 ms |\n")
	require.Contains(t, text, "| 16 | wrk | 200 | 0.80 | 0.50, 0.90 | 20 ms |\n")
}

// TestGeneratorsAreRead holds what is taken from what each generator writes, and that requests which went wrong are told.
func TestGeneratorsAreRead(t *testing.T) {
	for name, c := range map[string]struct{ good, bad string }{
		"wrk": {
			"  154015 requests in 4.00s, 24.38MB read\nRequests/sec:  38499.96\n",
			"  10 requests in 4.00s, 24.38MB read\n  Non-2xx or 3xx responses: 10\nRequests/sec:  2.5\n",
		},
		"ab": {
			"Complete requests:      154015\nFailed requests:        0\nRequests per second:    38499.96 [#/sec] (mean)\n",
			"Complete requests:      10\nFailed requests:        10\nRequests per second:    2.5 [#/sec] (mean)\n",
		},
		"hey": {
			"  Requests/sec:\t38499.96\n\nStatus code distribution:\n  [200]\t154015 responses\n",
			"  Requests/sec:\t2.5\n\nStatus code distribution:\n  [200]\t9 responses\n  [503]\t1 responses\n",
		},
	} {
		i := slices.IndexFunc(generators(), func(g generator) bool { return g.name == name })
		g := generators()[i]
		s, err := g.read([]byte(c.good), speed{cpu: time.Second})
		require.NoError(t, err, name)
		require.Equal(t, speed{requests: 38499.96, made: 154015, cpu: time.Second}, s, name)
		_, err = g.read([]byte(c.bad), speed{})
		require.ErrorContains(t, err, name+": ")
		_, err = g.read([]byte("usage"), speed{})
		require.ErrorContains(t, err, name+" tells no rate: usage")
	}
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
