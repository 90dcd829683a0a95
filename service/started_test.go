//go:build unix

package service_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/service"
)

// started is a bank in a process of its own.
type started struct {
	service.Spec
	pid string // the file with its process ID
}

func bankOf(t *testing.T, role, strategy string) started {
	t.Helper()
	pid := filepath.Join(t.TempDir(), "pid")
	return started{service.Spec{
		File: wallet, Strategy: strategy,
		Start: roleVariable + "=" + role + " " + pidVariable + "='" + pid + "' exec '" + os.Args[0] + "'",
	}, pid}
}

// ended holds that the service has run, and does no more.
func (s started) ended(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(s.pid)
	require.NoError(t, err)
	pid, err := strconv.Atoi(string(text))
	require.NoError(t, err)
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH, "the service still runs")
}

func TestAServiceIsStartedAndEnded(t *testing.T) {
	for strategy, failures := range map[string]int{"broken": 1, "locked": 0} {
		s, f := bankOf(t, bankRole, strategy), &fake{t: t}
		service.Test(f, s.Spec, harness.Clients(4), harness.Ops(200), harness.AllowVacuous(), harness.Cases("off"))
		require.Empty(t, f.ends)
		require.Len(t, f.errors, failures, f.errors)
		s.ended(t)
	}
}

// TestAServiceIsEndedWhateverHappens has a test that panics, and one that ends its goroutine, as t.FailNow does, while the
// service runs.
func TestAServiceIsEndedWhateverHappens(t *testing.T) {
	s := bankOf(t, bankRole, "broken")
	f := &fake{t: t, onError: func() { panic("enough") }}
	require.PanicsWithValue(t, "enough", func() { service.Test(f, s.Spec, harness.Ops(200), harness.Cases("off")) })
	s.ended(t)

	s = bankOf(t, bankRole, "broken")
	t.Run("ended", func(t *testing.T) {
		f := &fake{t: t, onError: t.SkipNow}
		t.Cleanup(func() { require.Len(t, f.errors, 1) })
		service.Test(f, s.Spec, harness.Ops(200), harness.Cases("off"))
	})
	s.ended(t)
}

// TestAServiceThatDies holds that the test says why, and does not go on.
func TestAServiceThatDies(t *testing.T) {
	s, f := bankOf(t, mortalRole, "locked"), &fake{t: t}
	service.Test(f, s.Spec, harness.Ops(1_000_000), harness.Cases("off"))
	require.Empty(t, f.ends)
	require.Contains(t, f.errors[0], "the service ended before all operations were made")
	require.Equal(t, wallet+": the service ended with exit status 7; its last lines:\n  the bank opens\n  out of luck",
		f.errors[len(f.errors)-1])
	s.ended(t)
}

func TestAServiceThatDoesNotStart(t *testing.T) {
	f := &fake{t: t}
	service.Test(f, service.Spec{File: wallet, Strategy: "locked", Start: "echo no; exit 3"})
	require.Equal(t, []string{wallet + ": the service could not be started: before it was healthy, the service ended with exit " +
		"status 3; its last lines:\n  no"}, f.ends)
	require.Empty(t, f.errors)
}

// TestTheLogIsAnArtefact is as with -artifacts.
func TestTheLogIsAnArtefact(t *testing.T) {
	require.NoError(t, flag.Set("test.artifacts", "true"))
	defer func() { require.NoError(t, flag.Set("test.artifacts", "false")) }()
	s, f := bankOf(t, bankRole, "locked"), &fake{t: t, folder: t.TempDir()}
	service.Test(f, s.Spec, harness.Ops(10), harness.AllowVacuous())
	require.Empty(t, f.errors)
	for name, part := range map[string]string{
		"service.log": "the bank opens\n", "history.jsonl": `"strategy":"locked"`, "report.html": "locked",
	} {
		text, err := os.ReadFile(filepath.Join(f.folder, name))
		require.NoError(t, err)
		require.Contains(t, string(text), part)
	}
}

// TestAServiceInPython is as users do: the file says how it is started, from a folder of its own.
func TestAServiceInPython(t *testing.T) {
	testenv.Program(t, "python3")
	file := filepath.FromSlash("../examples/python-wallet/stress.yaml")
	f := &fake{t: t}
	service.Test(f, service.Spec{File: file, Strategy: "locked"}, harness.Ops(200), harness.AllowVacuous(), harness.Cases("off"))
	require.Empty(t, f.ends)
	require.Empty(t, f.errors)
	require.True(t, strings.HasPrefix(f.logs[0], "VALID\n"))
}
