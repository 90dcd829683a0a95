package filecells

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/file/internal/disktest"
)

const rounds = 50

// TestWorker is one of the processes of TestProcesses.
func TestWorker(t *testing.T) {
	work, ok := disktest.Ordered(t)
	if !ok {
		return
	}
	s := cellstest.Find(t, Strategies(), work.Strategy).New("", 1).(*store)
	s.Dir, s.n = work.Folder, 1
	session := cellstest.Open(t, s, work.Client)
	for range rounds {
		_, err := session.Apply(t.Context(), increment)
		require.NoError(t, err)
	}
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
		disktest.Together(t, st.Dir, s.Name)
		v, err := cellstest.Open(t, st, disktest.Processes).Read(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, int64(disktest.Processes*rounds), v)
	})
}
