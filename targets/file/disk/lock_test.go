package disk

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRemoveOlder(t *testing.T) {
	path := t.TempDir() + "/lock"
	require.NoError(t, removeOlder(path, 0), "somebody else has removed it")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, removeOlder(path, time.Hour))
	require.FileExists(t, path)
	old := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(path, old, old))
	require.NoError(t, removeOlder(path, time.Hour))
	require.NoFileExists(t, path)
}
