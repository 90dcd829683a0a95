package daemon_test

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/lostupdate/stress/service/daemon"
)

// family is a service with descendants of all kinds: one that ignores SIGTERM, one in a session of its own that ignores it
// too, and one whose parent is gone.
const family = `
	sh -c 'trap "" TERM; echo $$ > stubborn; while :; do sleep 0.01; done' &
	setsid sh -c 'trap "" TERM; echo $$ > elsewhere; while :; do sleep 0.01; done' &
	(setsid sh -c 'echo $$ > orphan; exec sleep 1000' &)
	until [ -s stubborn ] && [ -s elsewhere ] && [ -s orphan ]; do sleep 0.01; done
	touch ready
	wait`

func members(t *testing.T, folder string) []int {
	t.Helper()
	return []int{pidIn(t, folder, "stubborn"), pidIn(t, folder, "elsewhere"), pidIn(t, folder, "orphan")}
}

func TestDescendantsEndWithTheService(t *testing.T) {
	cfg, folder := script(t, family)
	d := started(t, cfg)
	pids := members(t, folder)
	for _, pid := range pids {
		require.True(t, alive(pid))
	}
	require.NoError(t, d.Stop(t.Context()))
	for _, pid := range append(pids, d.Pid()) {
		require.False(t, alive(pid))
	}

	// So they do when it dies by itself.
	cfg, folder = script(t, family)
	d = started(t, cfg)
	pids = members(t, folder)
	require.NoError(t, syscall.Kill(d.Pid(), syscall.SIGKILL))
	<-d.Done()
	require.ErrorContains(t, d.Err(), "by signal 9 (killed)")
	for _, pid := range pids {
		require.False(t, alive(pid))
	}
}

func TestDescendantsEndWithAKilledHarness(t *testing.T) {
	folder := t.TempDir()
	c := harnessed(t, folder, family)
	pids := append(members(t, folder), c.pid, parentOf(t, c.pid))
	for _, pid := range pids {
		require.True(t, alive(pid))
	}
	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait())
	require.Eventually(t, func() bool {
		for _, pid := range pids {
			if running(pid) {
				return false
			}
		}
		return true
	}, time.Minute, 5*time.Millisecond)
}

func TestTheTerminalsSignalsAreForTheHarnessAlone(t *testing.T) {
	folder := t.TempDir()
	c := harnessed(t, folder, `trap "touch interrupted" INT; trap "exit 0" TERM; touch ready; while :; do sleep 0.01; done`)
	require.NoError(t, syscall.Kill(-c.Process.Pid, syscall.SIGINT))
	require.Equal(t, "interrupted", c.hear(t))
	require.True(t, alive(c.pid))
	for _, pid := range []int{c.pid, parentOf(t, c.pid)} {
		group, err := syscall.Getpgid(pid)
		require.NoError(t, err)
		require.Equal(t, pid, group, "a group of its own")
		session, err := unix.Getsid(pid)
		require.NoError(t, err)
		require.Equal(t, parentOf(t, c.pid), session, "the keeper's session, which has no terminal")
	}
	require.NoError(t, c.in.Close())
	require.Equal(t, "ended <nil>", c.hear(t))
	require.NoFileExists(t, filepath.Join(folder, "interrupted"))
}

func TestAServiceWhoseKeeperDies(t *testing.T) {
	cfg, folder := script(t, "sleep 1000 & echo $! > child; touch ready; wait")
	d := started(t, cfg)
	child := pidIn(t, folder, "child")
	require.NoError(t, syscall.Kill(parentOf(t, d.Pid()), syscall.SIGKILL))
	<-d.Done()
	require.ErrorContains(t, d.Err(), "the service's keeper died (signal: killed)")
	require.Eventually(t, func() bool { return !running(d.Pid()) && !running(child) }, time.Minute, time.Millisecond)

	d = started(t, daemon.Config{Command: "sleep 1000", Pipes: true})
	require.NoError(t, syscall.Kill(parentOf(t, d.Pid()), syscall.SIGTERM))
	<-d.Done()
	require.ErrorContains(t, d.Err(), `its keeper got the signal "terminated"`)
	require.False(t, alive(d.Pid()))
}

func TestAServiceThatWasFrozenEndsInOrder(t *testing.T) {
	cfg, folder := script(t, `trap "touch closed; exit 0" TERM; touch ready; while :; do sleep 0.01; done`)
	cfg.Grace = time.Minute
	d := started(t, cfg)
	require.NoError(t, syscall.Kill(d.Pid(), syscall.SIGSTOP))
	require.NoError(t, d.Stop(t.Context()))
	require.FileExists(t, filepath.Join(folder, "closed"))
}

// TestAServiceStartsLikeFromAShell looks at what a process inherits without asking.
func TestAServiceStartsLikeFromAShell(t *testing.T) {
	const inherited = `ls /proc/self/fd; grep SigIgn /proc/self/status`
	const blocking = `; grep -h flags /proc/self/fdinfo/0 /proc/self/fdinfo/1`
	usual, err := exec.Command("sh", "-c", inherited).Output()
	require.NoError(t, err)
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE) // as a harness may
	defer signal.Reset(syscall.SIGHUP, syscall.SIGPIPE)
	d := started(t, daemon.Config{Command: inherited + blocking, Pipes: true})
	said, err := io.ReadAll(d.Stdout())
	require.NoError(t, err)
	flags, ok := strings.CutPrefix(string(said), string(usual))
	require.Truef(t, ok, "%s\nwhere the usual is\n%s", said, usual)
	require.Len(t, strings.Fields(flags), 4)
	for line := range strings.Lines(flags) {
		bits, err := strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(line, "flags:")), 8, 64)
		require.NoError(t, err)
		require.Zero(t, bits&syscall.O_NONBLOCK, "many programs can't handle EAGAIN")
	}
}

// stat gives the state of a process and its parent.
func stat(pid int) (state string, parent int, ok bool) {
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return "", 0, false
	}
	fields := strings.Fields(string(line[strings.LastIndexByte(string(line), ')')+1:]))
	parent, err = strconv.Atoi(fields[1])
	return fields[0], parent, err == nil
}

func parentOf(t *testing.T, pid int) int {
	t.Helper()
	_, parent, ok := stat(pid)
	require.True(t, ok)
	return parent
}

// running also takes a process for gone that has ended and whose new parent did not notice yet: that is not ours.
func running(pid int) bool {
	state, _, ok := stat(pid)
	return ok && state != "Z"
}
