package targets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/service/spec"
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

// TestTheDescriptionsOfTheDocsAreRight holds that the files which the pages about services show can be run.
func TestTheDescriptionsOfTheDocsAreRight(t *testing.T) {
	first := ""
	for _, name := range []string{"http.md", "own-types.md"} {
		page, err := os.ReadFile("../docs/" + name)
		require.NoError(t, err)
		whole := 0
		for _, block := range strings.Split(string(page), "```yaml\n")[1:] {
			text, _, _ := strings.Cut(block, "```\n")
			switch {
			case strings.HasPrefix(text, "invariants:"):
				text = first + text
			case !strings.HasPrefix(text, "stress: "):
				continue // a part of one
			case first == "":
				first = text
			}
			whole++
			s, err := spec.Parse(name, []byte(text))
			require.NoError(t, err)
			_, err = targets.Services(s)
			require.NoError(t, err)
		}
		require.Positive(t, whole, name)
	}
}
