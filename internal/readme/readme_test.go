// Package readme holds the README to what it shows.
package readme

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sample = "testdata/hits/hits_test.go"

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

// TestSampleIsTheCode holds that the sample in the README is the one that the tests below compile and run.
func TestSampleIsTheCode(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(read(t, "../../README.md"), -1)
	require.Len(t, blocks, 1)
	_, body, found := strings.Cut(read(t, sample), "func TestHits")
	require.True(t, found)
	assert.Equal(t, "func TestHits"+body, blocks[0][1])
}

// TestSampleFindsTheRace runs the sample as a user would, and the repaired one.
func TestSampleFindsTheRace(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "test", "-count=1", "./testdata/hits").CombinedOutput()
	require.Error(t, err, "the sample's race was not found:\n%s", out)
	assert.Contains(t, string(out), "lost-update: counter 0: client ")
	assert.Regexp(t, `STRESS_SEED=\d+ go test -run '\^TestHits\$'`, string(out))
	out, err = exec.CommandContext(t.Context(), "go", "test", "-count=1", "./testdata/repaired").CombinedOutput()
	require.NoError(t, err, "the repaired sample fails:\n%s", out)
}

// TestLinks holds that the README links to files that exist.
func TestLinks(t *testing.T) {
	for _, link := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(read(t, "../../README.md"), -1) {
		if !strings.Contains(link[1], "://") {
			assert.FileExists(t, "../../"+link[1])
		}
	}
}
