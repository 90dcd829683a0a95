package targets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets"
)

// TestTheFileOfTheDocsIsChecked holds that the whole file in docs/history-format.md gives the verdict that stands below
// it.
func TestTheFileOfTheDocsIsChecked(t *testing.T) {
	page, err := os.ReadFile("../docs/history-format.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```jsonl\n")
	require.True(t, found)
	text, rest, _ := strings.Cut(rest, "```\n")
	_, rest, found = strings.Cut(rest, "\n```\n")
	require.True(t, found)
	want, _, _ := strings.Cut(rest, "\n```\n")

	path := filepath.Join(t.TempDir(), "run.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	r, err := targets.Check(t.Context(), path, "")
	require.NoError(t, err)
	require.Equal(t, checkers.Invalid, r.Verdict.Status)
	require.Len(t, r.Verdict.Anomalies, 1)
	require.Equal(t, checkers.LostUpdate, r.Verdict.Anomalies[0].Name)
	require.Equal(t, []int{2, 3}, r.Verdict.Anomalies[0].Ops)
	require.Equal(t, strings.ReplaceAll(want, "\n", " "), r.Verdict.Anomalies[0].Message)
}
