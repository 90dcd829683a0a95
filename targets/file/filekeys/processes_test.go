package filekeys

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/file/internal/disktest"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

const rounds = 50

// answers is the file in which a process writes what it was given.
func answers(folder string, client int) string {
	return filepath.Join(folder, fmt.Sprintf("answers-%d", client))
}

// TestWorker is one of the processes of TestProcesses.
func TestWorker(t *testing.T) {
	work, ok := disktest.Ordered(t)
	if !ok {
		return
	}
	s := keystest.Find(t, Strategies(), work.Strategy).New("", 1).(*store)
	s.Dir = work.Folder
	session := keystest.Open(t, s, work.Client)
	var lines strings.Builder
	for key := range rounds {
		r, err := session.Create(t.Context(), key)
		require.NoError(t, err)
		fmt.Fprintln(&lines, key, r.ID, r.Created)
	}
	require.NoError(t, os.WriteFile(answers(work.Folder, work.Client), []byte(lines.String()), 0o600))
}

// TestProcesses has processes create the same keys: all are given one result a key, which one of them created. What keeps
// them apart is not that they share a memory.
func TestProcesses(t *testing.T) {
	each(t, func(t *testing.T, s keys.Strategy) {
		if !s.Correct() {
			return
		}
		st := s.New("", 1).(*store)
		keystest.Setup(t, st, rounds)
		disktest.Together(t, st.Dir, s.Name)
		given, created := map[int64]int{}, map[int]int{}
		for client := range disktest.Processes {
			text, err := os.ReadFile(answers(st.Dir, client))
			require.NoError(t, err)
			for line := range strings.Lines(string(text)) {
				var key int
				var id int64
				var own bool
				_, err := fmt.Sscan(line, &key, &id, &own)
				require.NoError(t, err)
				if given[id]++; own {
					created[key]++
				}
			}
		}
		require.Len(t, created, rounds)
		require.Len(t, given, rounds)
		for id, n := range given {
			require.Equal(t, disktest.Processes, n, "id %d", id)
		}
		for key, n := range created {
			require.Equal(t, 1, n, "key %d", key)
		}
	})
}
