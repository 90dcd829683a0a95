package memlock

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/locks/lockstest"
	"github.com/lostupdate/stress/targets/memory/mem"
)

func TestSequential(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { lockstest.Sequential(t, s, "") })
	}
}

func TestExcludes(t *testing.T) {
	for _, build := range []func() latch{newFlag, newSwapped, newMutex, newSlot} {
		lockstest.Excludes(t, &latches{build: build}, false)
	}
	lockstest.Excludes(t, &leases{last: time.Hour}, true)
}

// TestReadersAreTwo holds why a read lock keeps nobody out.
func TestReadersAreTwo(t *testing.T) {
	s := &latches{build: newReaders}
	first := lockstest.Open(t, s)
	second := lockstest.Another(t, s, 1)
	lockstest.Acquire(t, first, 0)
	lockstest.Acquire(t, second, 0)
}

// TestALeaseThatIsOver holds that the next holder has a higher token, and that the one before has nothing to release.
func TestALeaseThatIsOver(t *testing.T) {
	s := &leases{}
	first := lockstest.Open(t, s)
	second := lockstest.Another(t, s, 1)
	tokens := []int64{lockstest.Acquire(t, first, 0), lockstest.Acquire(t, second, 0), lockstest.Acquire(t, first, 1)}
	require.True(t, slices.Equal(tokens, []int64{1, 2, 1}), tokens)
	lockstest.RequireHeld(t, false, first, 0)
}

func TestOpenBeforeSetup(t *testing.T) {
	_, err := (&latches{}).Open(t.Context(), 0)
	require.ErrorIs(t, err, mem.ErrNotSetUp)
	_, err = (&leases{}).Open(t.Context(), 0)
	require.ErrorIs(t, err, mem.ErrNotSetUp)
}
