package file_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

const killedFile = "STRESS_TEST_KILLED_FILE"

// TestAKilledRunCanBeRead kills a process that streams while its clients run, when it has said how much is safe.
func TestAKilledRunCanBeRead(t *testing.T) {
	if path := os.Getenv(killedFile); path != "" {
		runUntilKilled(path)
	}
	for _, name := range []string{"h.jsonl", "h.jsonl.zst"} {
		path := filepath.Join(t.TempDir(), name)
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		command.Env = append(os.Environ(), killedFile+"="+path)
		said, err := command.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, command.Start())
		var safe int
		_, err = fmt.Fscanf(bufio.NewReader(said), "safe %d\n", &safe)
		require.NoError(t, err)
		require.NoError(t, command.Process.Kill())
		require.Error(t, command.Wait())

		h, err := file.Read[int64, int64](path)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(h.Ops), safe)
		require.Contains(t, h.Missing, "before its end line")
	}
}

func runUntilKilled(path string) {
	w, err := file.Create(path, info())
	if err != nil {
		panic(err)
	}
	r := history.NewRecorder[int64, int64]()
	file.Stream(w, r, time.Millisecond)
	go tellWhatIsSafe(path)
	l := r.Log(0)
	for i := range int64(100_000) {
		l.Begin(i, history.Main)
		l.End(i, history.OK, 0)
	}
	l.Begin(-1, history.Main)
	time.Sleep(time.Minute) // the kill comes first, if the test lives
	os.Exit(1)
}

func tellWhatIsSafe(path string) {
	for {
		if h, err := file.Read[int64, int64](path); err == nil && len(h.Ops) > 1000 {
			fmt.Println("safe", len(h.Ops))
			return
		}
	}
}

func TestAFileThatGrowsIsReadAsItWasWhenOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.jsonl")
	w, err := file.Create(path, info())
	require.NoError(t, err)
	require.NoError(t, file.WriteBatch(w, swaps(5000)))
	r, err := file.Open(path)
	require.NoError(t, err)
	require.NoError(t, w.End(1))
	require.NoError(t, w.Close())
	h, err := file.ReadAll[int, int](r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Len(t, h.Ops, 5000)
	require.NotEmpty(t, h.Missing)
}
