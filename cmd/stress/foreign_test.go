package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/report"
)

// TestPorcupine holds the verdicts of the command on the logs that Porcupine is tested with, and on what it makes of
// them.
func TestPorcupine(t *testing.T) {
	list := testenv.DataFile(t, "porcupine", "EXPECTED.tsv")
	f, err := os.Open(list)
	require.NoError(t, err)
	defer f.Close()
	checked := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(fields[0], "#") || fields[0] == "file" {
			continue
		}
		want, says := exitAnomaly, "invalid"
		if fields[5] == "true" {
			want, says = exitValid, "valid"
		}
		path := filepath.Join(filepath.Dir(list), fields[0])
		require.Equal(t, says, verdictOf(t, want, path), path)
		require.Equal(t, says, verdictOf(t, want, "--stream", path), path)
		converted := filepath.Join(t.TempDir(), "h.edn")
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitValid, Main([]string{"convert", path, converted}, &stdout, &stderr), stderr.String())
		require.Equal(t, says, verdictOf(t, want, converted), path)
		checked++
	}
	require.Positive(t, checked)
	t.Logf("%d files", checked)
}

func verdictOf(t *testing.T, code int, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.Equal(t, code, Main(append([]string{"check", "--json"}, args...), &stdout, &stderr), "%s: %s", args, stderr.String())
	var r report.Report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &r))
	require.True(t, r.Untimed)
	return r.Verdict.Status.String()
}
