package memdoctors

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/targettest"
	"github.com/lostupdate/stress/workloads/doctors"
)

func newWorkload(t *testing.T, n int) *doctors.Workload {
	t.Helper()
	w, err := doctors.New(doctors.Config{Doctors: n})
	require.NoError(t, err)
	return w
}

func TestStrategies(t *testing.T) {
	targettest.Names(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			targettest.Doctors(t, s, "")
			targettest.Shows(t, s, "", newWorkload(t, 2))
			if s.Correct() {
				targettest.Shows(t, s, "", newWorkload(t, 4))
				targettest.AtOnce(t, s, "", newWorkload(t, 3))
			}
		})
	}
}

func TestOpenBeforeSetup(t *testing.T) {
	target := Strategies()[0].New("", 1)(newWorkload(t, 2))
	_, err := target.Open(t.Context(), 0)
	require.ErrorIs(t, err, mem.ErrNotSetUp)
	require.NoError(t, target.Close(t.Context()))
}
