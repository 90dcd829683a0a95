package main

import (
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
)

// TestRoom holds that a service on this machine has half of the processors while clients use it, and the check has all again;
// and that what the user says goes before that.
func TestRoom(t *testing.T) {
	t.Setenv("GOMAXPROCS", "") // and is as it was afterwards
	require.NoError(t, os.Unsetenv("GOMAXPROCS"))
	all := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(all) })

	back := room(true)
	require.Equal(t, max(1, all/2), runtime.GOMAXPROCS(0))
	back()
	require.Equal(t, all, runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(3)
	back()
	require.Equal(t, 3, runtime.GOMAXPROCS(0), "once")

	room(false)()
	require.Equal(t, 3, runtime.GOMAXPROCS(0), "what runs elsewhere, or in this process, needs none")
	t.Setenv("GOMAXPROCS", "3")
	room(true)()
	require.Equal(t, 3, runtime.GOMAXPROCS(0))
}

// TestProgressTellsTheEnd holds that whoever waits for the end of all operations is called then, and not before.
func TestProgressTellsTheEnd(t *testing.T) {
	for _, quiet := range []bool{true, false} {
		over := 0
		tell := newProgress(t.Output(), quiet).told(func() { over++ })
		tell(harness.Progress{Ops: 5})
		require.Zero(t, over)
		tell(harness.Progress{Ops: 9, Over: true})
		require.Equal(t, 1, over)
	}
}
