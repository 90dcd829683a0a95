package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
)

// TestProcess runs clients in Python: one that loses updates, one that does not, one that writes to stdout what is for a log, and
// one that can't be started.
func TestProcess(t *testing.T) {
	testenv.Program(t, "python3")
	t.Chdir("../../examples/process")
	stray := filepath.Join(t.TempDir(), "stray.py")
	client, err := os.ReadFile("wallet.py")
	require.NoError(t, err)
	client = bytes.Replace(client, []byte("        before ="), []byte("        print('changing', wallet)\n        before ="), 1)
	require.NoError(t, os.WriteFile(stray, client, 0o600))
	out := t.TempDir()
	for _, c := range []struct {
		start, workload, text string
		args                  []string
		code                  int
	}{
		{"python3 wallet.py", "wallet", `lost-update`, []string{"--expect", "lost-update"}, exitValid},
		{"python3 wallet.py", "wallet", `Through message "de`, nil, exitAnomaly},
		{"python3 wallet.py mutex", "wallet", "VALID  process · wallet · as-is  wallet.py", nil, exitValid},
		{"python3 wallet.py mutex", "wallet", "two processes", []string{"--processes", "2", "-s", "two"}, exitAnomaly},
		{"python3 " + stray, "wallet", "log to stderr): changing ", nil, exitFailed},
		{"exec python3 nothing.py", "wallet", "can't open file", nil, exitFailed},
		{"python3 wallet.py", "counter", "has no operation add", nil, exitUsage},
		{"python3 wallet.py", "custom", "--workload", nil, exitUsage},
		{"python3 wallet.py", "jobs", "has no operation claim", nil, exitUsage},
		{"", "wallet", "needs --start", nil, exitUsage},
		{"python3 wallet.py", "wallet", "--strategy a/b: must be a name", []string{"-s", "a/b"}, exitUsage},
		{"python3 wallet.py", "wallet", "--processes 101: must be 1 to 100", []string{"--processes", "101"}, exitUsage},
	} {
		var stdout, stderr bytes.Buffer
		args := []string{"run", "-t", "process", "-w", c.workload, "-n", "400", "--out", out, "-q", "--start", c.start}
		args = append(args, c.args...)
		code := Main(args, &stdout, &stderr)
		said := stdout.String() + stderr.String()
		require.Equal(t, c.code, code, "%v: %s", args, said)
		if c.text != "two processes" { // of which each has wallets of its own
			require.Contains(t, said, c.text, "%v", args)
		}
		require.NotContains(t, said, "--start python3", "a command may hold a password")
	}
	logs, err := filepath.Glob(filepath.Join(out, "*", "service.log"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
}

// TestProcessFlags holds that flags of processes are refused elsewhere.
func TestProcessFlags(t *testing.T) {
	for _, flag := range []string{"--start=x", "--processes=2"} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitUsage, Main([]string{"run", "-t", "memory", "-s", "mutex", flag}, &stdout, &stderr))
		require.Contains(t, stderr.String(), "for --target process")
	}
}
