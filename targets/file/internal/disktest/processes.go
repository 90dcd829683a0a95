// Package disktest has several processes work in the folder of one store, for tests of strategies in files.
package disktest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Processes is how many there are.
const Processes = 3

const (
	folderVariable   = "STRESS_FILE_TEST_FOLDER"
	strategyVariable = "STRESS_FILE_TEST_STRATEGY"
	clientVariable   = "STRESS_FILE_TEST_CLIENT"
)

// Together runs the test TestWorker of this test binary in processes of their own, which begin at once, and waits for them.
func Together(t *testing.T, folder, strategy string) {
	t.Helper()
	var workers []*exec.Cmd
	var starts []io.WriteCloser
	for id := range Processes {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorker$")
		cmd.Env = append(os.Environ(), folderVariable+"="+folder, strategyVariable+"="+strategy,
			clientVariable+"="+strconv.Itoa(id))
		cmd.Stderr = os.Stderr
		start, err := cmd.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		workers, starts = append(workers, cmd), append(starts, start)
	}
	for _, start := range starts {
		_, err := io.WriteString(start, "go\n")
		require.NoError(t, err)
	}
	for _, cmd := range workers {
		require.NoError(t, cmd.Wait())
	}
}

// Work is what one of the processes is to do.
type Work struct {
	Folder, Strategy string
	Client           int
}

// Ordered waits until TestWorker is to begin, and gives its work. It gives false if this process is none of those.
func Ordered(t *testing.T) (Work, bool) {
	t.Helper()
	w := Work{Folder: os.Getenv(folderVariable), Strategy: os.Getenv(strategyVariable)}
	if w.Folder == "" {
		return w, false
	}
	var err error
	w.Client, err = strconv.Atoi(os.Getenv(clientVariable))
	require.NoError(t, err)
	_, err = bufio.NewReader(os.Stdin).ReadString('\n')
	require.NoError(t, err)
	return w, true
}
