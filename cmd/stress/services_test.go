package main

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
)

// TestServiceScripts holds what a user sees who tests a service, or a process, with no Go: real ones, in Python.
func TestServiceScripts(t *testing.T) {
	testenv.Program(t, "python3")
	service, err := os.ReadFile("testdata/services/service.py")
	require.NoError(t, err)
	cmds := commands()
	cmds["gone"], cmds["taken"] = gone, taken
	testscript.Run(t, testscript.Params{
		Dir: "testdata/services", Cmds: cmds,
		Setup: func(env *testscript.Env) error {
			for name, content := range shown(t) {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(content), 0o600); err != nil {
					return err
				}
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "service.py"), service, 0o600)
		},
	})
}

// shown are files that the pages about services show: whole ones by their names, and those that are beside them.
func shown(t *testing.T) map[string]string {
	t.Helper()
	first := func(page, from string) string {
		text, err := os.ReadFile("../../docs/" + page)
		require.NoError(t, err)
		_, rest, found := strings.Cut(string(text), "```yaml\n"+from)
		require.True(t, found, "%s: %s", page, from)
		block, _, found := strings.Cut(from+rest, "```\n")
		require.True(t, found)
		return block
	}
	wallet := first("http.md", "stress: http/1\n")
	broken, err := os.ReadFile("../../examples/python-wallet/server.py")
	require.NoError(t, err)
	return map[string]string{
		"server.py": string(broken), "wallet.yaml": wallet, "points.yaml": first("own-types.md", "stress: http/1\n"),
		"output.yaml":     first("http.md", "    output:\n      balance: $.balance\n      before: $.before\n"),
		"invariants.yaml": first("own-types.md", "invariants:\n"), "reserve.yaml": first("own-types.md", "  - name: keeps a reserve\n"),
	}
}

// gone holds that the processes are no more whose numbers a file has, or waits until they are: gone [-wait] FILE.
func gone(ts *testscript.TestScript, neg bool, args []string) {
	patience := time.Duration(0)
	if len(args) == 2 && args[0] == "-wait" { // for what nobody waits for who could say so
		patience, args = time.Minute, args[1:]
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone [-wait] FILE")
	}
	all := strings.Fields(ts.ReadFile(args[0]))
	if len(all) == 0 {
		ts.Fatalf("%s has no number", args[0])
	}
	limit := time.Now().Add(patience)
	for _, text := range all {
		p, err := os.FindProcess(number(ts, text))
		ts.Check(err)
		for !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) {
			if !time.Now().Before(limit) {
				ts.Fatalf("process %s is still there", text)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// taken listens on a port until the script ends, and sets a variable to it: taken VARIABLE.
func taken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: taken VARIABLE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { ts.Check(l.Close()) })
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}
