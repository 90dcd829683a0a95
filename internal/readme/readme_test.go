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

// The README's sample is a module of its own, as a user's is.
const (
	folder = "../../examples/wallet"
	sample = folder + "/wallet_test.go"
)

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
	require.Contains(t, read(t, sample), blocks[0][1])
}

// runs makes one of the sample's tests as a user would.
func runs(t *testing.T, test string) (out string, err error) {
	t.Helper()
	args := []string{"test", "-count=1", "-run", "^" + test + "$"}
	if underRace {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(t.Context(), "go", append(args, ".", "-args", "-stress.cases=off")...) //nolint:gosec // see above
	cmd.Dir = folder
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// TestSampleFindsTheRace runs the sample as a user would, and the repaired one.
func TestSampleFindsTheRace(t *testing.T) {
	out, err := runs(t, "TestDeduct")
	require.Error(t, err, "the sample's race was not found:\n%s", out)
	for _, want := range []string{
		"wallet_test.go:", "lost-update: wallet 0: ", "the smallest run that fails: ", "SELECT balance FROM account",
		"UPDATE account SET balance", "go test -run '^TestDeduct$'",
	} {
		require.Contains(t, out, want)
	}
	out, err = runs(t, "TestDeductAtOnce")
	require.NoError(t, err, "the repaired sample fails:\n%s", out)
}

// TestLinks holds that the README links to files that exist.
func TestLinks(t *testing.T) {
	for _, link := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(read(t, "../../README.md"), -1) {
		if !strings.Contains(link[1], "://") {
			_, err := os.Stat("../../" + link[1])
			assert.NoError(t, err)
		}
	}
}
