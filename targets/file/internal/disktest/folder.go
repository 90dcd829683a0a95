package disktest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TemporaryFolder gives the folder in which the test's temporary files are, which is empty.
func TemporaryFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder) // on Unix
	t.Setenv("TMP", folder)    // on Windows
	return folder
}

// Names gives the names of the files in a folder.
func Names(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
