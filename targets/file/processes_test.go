package file

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

const (
	processes = 3
	rounds    = 50

	// These tell TestWorker what to do when it is a process of its own.
	folderVariable   = "STRESS_FILE_TEST_FOLDER"
	workVariable     = "STRESS_FILE_TEST_WORK" // cells or keys
	strategyVariable = "STRESS_FILE_TEST_STRATEGY"
	clientVariable   = "STRESS_FILE_TEST_CLIENT"
)

// together has processes work on the folder at once.
func together(t *testing.T, folder, work, strategy string) {
	t.Helper()
	var workers []*exec.Cmd
	var starts []io.WriteCloser
	for id := range processes {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorker$")
		cmd.Env = append(os.Environ(), folderVariable+"="+folder, workVariable+"="+work, strategyVariable+"="+strategy,
			clientVariable+"="+strconv.Itoa(id))
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
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

// TestWorker is one of those processes. It begins when its standard input says so.
func TestWorker(t *testing.T) {
	folder, strategy := os.Getenv(folderVariable), os.Getenv(strategyVariable)
	if folder == "" {
		return // it is no worker, but one of the tests
	}
	id, err := strconv.Atoi(os.Getenv(clientVariable))
	require.NoError(t, err)
	_, err = bufio.NewReader(os.Stdin).ReadString('\n')
	require.NoError(t, err)
	if os.Getenv(workVariable) == "keys" {
		s := keystest.Find(t, Keys(), strategy).New("", 1).(*keyStore)
		s.dir = folder
		createAll(t, keystest.Open(t, s, id), answers(folder, id))
		return
	}
	s := cellstest.Find(t, Strategies(), strategy).New("", 1).(*store)
	s.dir, s.n = folder, 1
	session := cellstest.Open(t, s, id)
	for range rounds {
		_, err := session.Apply(t.Context(), cells.Change{Kind: cells.Add, Delta: 1})
		require.NoError(t, err)
	}
}

// answers is the file in which a process writes what it was given.
func answers(folder string, id int) string {
	return filepath.Join(folder, fmt.Sprintf("answers-%d", id))
}

func createAll(t *testing.T, session keys.Session, path string) {
	t.Helper()
	var lines strings.Builder
	for key := range rounds {
		r, err := session.Create(t.Context(), key)
		require.NoError(t, err)
		fmt.Fprintln(&lines, key, r.ID, r.Created)
	}
	require.NoError(t, os.WriteFile(path, []byte(lines.String()), 0o600))
}

// TestProcesses has processes count in one folder: what keeps the clients of a correct strategy apart is not that they
// share a memory.
func TestProcesses(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		if !s.Correct() {
			return
		}
		st := s.New("", 1).(*store)
		cellstest.Setup(t, st, 0)
		together(t, st.dir, "cells", s.Name)
		v, err := cellstest.Open(t, st, processes).Read(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, int64(processes*rounds), v)
	})
}

// TestProcessesCreate has processes create the same keys: all are given one result a key, which one of them created.
func TestProcessesCreate(t *testing.T) {
	eachOfKeys(t, func(t *testing.T, s keys.Strategy) {
		if !s.Correct() {
			return
		}
		st := s.New("", 1).(*keyStore)
		keystest.Setup(t, st, rounds)
		together(t, st.dir, "keys", s.Name)
		given, created := map[int64]int{}, map[int]int{}
		for id := range processes {
			text, err := os.ReadFile(answers(st.dir, id))
			require.NoError(t, err)
			for line := range strings.Lines(string(text)) {
				var key int
				var result int64
				var own bool
				_, err := fmt.Sscan(line, &key, &result, &own)
				require.NoError(t, err)
				if given[result]++; own {
					created[key]++
				}
			}
		}
		require.Len(t, created, rounds)
		require.Len(t, given, rounds)
		for id, n := range given {
			require.Equal(t, processes, n, "id %d", id)
		}
		for key, n := range created {
			require.Equal(t, 1, n, "key %d", key)
		}
	})
}
