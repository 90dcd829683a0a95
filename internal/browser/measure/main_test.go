package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/report/page"
)

func TestBothFindTheLostUpdate(t *testing.T) {
	const count, keys = 1000, 4
	h := walletsOf(count, keys)
	require.Len(t, h.Ops, count)
	r, err := judged(h, keys)
	require.NoError(t, err)
	assert.Equal(t, []string{"lost-update"}, r.Anomalies())
	var ours bytes.Buffer
	require.NoError(t, page.Write(&ours, r))
	assert.Contains(t, ours.String(), "lost-update")

	path := filepath.Join(t.TempDir(), "porcupine.html")
	w, err := writePorcupine(count, keys, path)
	require.NoError(t, err)
	assert.False(t, w.Legal)
	theirs, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, count, strings.Count(string(theirs), `"OriginalStart"`), "every operation is in the page")
}

func TestTheTableReplacesWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "benchmarks.md")
	require.NoError(t, os.WriteFile(path, []byte("before\n<!-- measure page -->\nold\n<!-- /measure -->\nafter\n"), 0o600))
	require.NoError(t, intoDocs(path, "new\n"))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "before\n<!-- measure page -->\nnew\n<!-- /measure -->\nafter\n", string(content))

	require.NoError(t, os.WriteFile(path, []byte("nothing\n"), 0o600))
	assert.ErrorContains(t, intoDocs(path, "new\n"), "<!-- measure page -->")
}

func TestTheTableTellsWhatWasNotMeasured(t *testing.T) {
	text := table([]column{
		{name: "1,000", written: written{Bytes: 174_000, Seconds: 0.1}, samples: []sample{{loaded: loaded{Ready: 1234}}}},
		{name: "Porcupine, 1,000", legend: "not written within 5m0s"},
	})
	assert.Contains(t, text, "| bytes of the file | 174 kB | — |\n")
	assert.Contains(t, text, "| ready | 1.23 s | — |\n")
	assert.Contains(t, text, "| not measured, since | — | not written within 5m0s |\n")
	assert.NotContains(t, text, "JavaScript heap", "a line that says nothing is left out")
}

func TestFlagsThatMakeNoSense(t *testing.T) {
	for _, args := range [][]string{{"-ops", "ten"}, {"-runs", "0"}, {"-wallets", "-1"}, {"file.html"}} {
		assert.Error(t, run(args, &bytes.Buffer{}), args)
	}
}
