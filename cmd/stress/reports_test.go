package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryCutHasItsReports cuts a history off at many places. What is left has all reports, which say what is missing; or
// nothing is left of it, which is said with its name, and then the reports that are there stay as they are.
func TestEveryCutHasItsReports(t *testing.T) {
	for _, compress := range []bool{false, true} {
		out := t.TempDir()
		args := []string{"run", "-s", "read-modify-write", "--seed", "7", "-n", "60", "-k", "1", "-q", "-o", out}
		if compress {
			args = append(args, "--compress")
		}
		require.Equal(t, exitAnomaly, Main(args, io.Discard, io.Discard))
		whole, err := historyOf(filepath.Join(out, latest))
		require.NoError(t, err)
		text, err := os.ReadFile(whole)
		require.NoError(t, err)
		dir := t.TempDir()
		reported := 0
		const trailer = 16 // bytes that a compressed text may lack and still hold its last line
		for at := 0; at < len(text)-trailer; at += max(1, len(text)/150) {
			for _, name := range []string{"report.json", "report.txt", pageFile} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600))
			}
			require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(whole)), text[:at], 0o600))
			var stderr bytes.Buffer
			code := Main([]string{"report", dir}, io.Discard, &stderr)
			for _, name := range []string{"report.json", "report.txt", pageFile} {
				written, err := os.ReadFile(filepath.Join(dir, name))
				require.NoError(t, err)
				if code == exitValid {
					require.Contains(t, string(written), "cut off", "%s of %d bytes of %d", name, at, len(text))
				} else {
					require.Equal(t, "old", string(written), "%s of %d bytes", name, at)
				}
			}
			if code == exitValid {
				reported++
				continue
			}
			require.Equal(t, exitUsage, code, stderr.String())
			require.True(t, strings.HasPrefix(stderr.String(), "stress: "+dir), stderr.String())
		}
		require.Positive(t, reported)
		left, err := filepath.Glob(filepath.Join(dir, "*.part"))
		require.NoError(t, err)
		require.Empty(t, left)
	}
}
