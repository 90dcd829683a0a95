//go:build unix

package service_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

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
	f = &fake{t: t, onError: runtime.Goexit}
	done := make(chan struct{})
	go func() {
		defer close(done)
		service.Test(f, s.Spec, harness.Ops(200), harness.Cases("off"))
		t.Error("it went on")
	}()
	<-done
	require.Len(t, f.errors, 1)
	s.ended(t)
}

// TestAServiceThatDies holds that the test says why, and does not go on, also where it has a context of its own.
func TestAServiceThatDies(t *testing.T) {
	s, f := bankOf(t, mortalRole, "locked"), &fake{t: t}
	service.Test(f, s.Spec, harness.Ops(1_000_000), harness.Cases("off"), harness.WithContext(t.Context()))
	require.Empty(t, f.ends)
	require.Contains(t, f.errors[0], "the service ended before all operations were made")
	require.Equal(t, wallet+": the service ended with exit status 7; its last lines:\n  the bank opens\n  out of luck",
		f.errors[len(f.errors)-1])
	s.ended(t)
}

// TestWhatAServiceDependsOnIsSlow has a service whose dependency is behind a proxy, and holds that its answers are held, and that
// this is told; and that the command of the test runs in the folder of its package, and not in that of the file.
func TestWhatAServiceDependsOnIsSlow(t *testing.T) {
	bank := inProcess(t)
	t.Setenv("BANK_URL", bank)
	s, f, folder := bankOf(t, branchRole, "locked"), &fake{t: t}, filepath.Join(t.TempDir(), "folder")
	s.Start = "pwd > '" + folder + "'; " + s.Start
	s.Delay = map[string]time.Duration{"BANK_URL": time.Millisecond}
	service.Test(f, s.Spec, harness.Ops(50), harness.AllowVacuous(), harness.Cases("off"))
	require.Empty(t, f.ends)
	require.Empty(t, f.errors)
	require.Len(t, f.logs, 2)
	host := regexp.QuoteMeta(strings.TrimPrefix(bank, "http://"))
	require.Regexp(t, `^made likely by delay: what BANK_URL \(`+host+`\) answers is held 1ms on average, `+
		`as (\d+) of \d+ answers were$`, f.logs[1])
	require.NotContains(t, f.logs[1], " as 0 of ")
	here, err := os.Getwd()
	require.NoError(t, err)
	text, err := os.ReadFile(folder)
	require.NoError(t, err)
	require.Equal(t, here+"\n", string(text))
	s.ended(t)
}

// TestNothingIsStartedInVain holds that options which are wrong end a test before its service is prepared, and with them a
// schedule beside Together, wherever it comes from.
func TestNothingIsStartedInVain(t *testing.T) {
	text, err := os.ReadFile(wallet)
	require.NoError(t, err)
	folder := t.TempDir()
	file := filepath.Join(folder, "wallet.yaml")
	require.NoError(t, os.WriteFile(file, append(text, "prepare: touch prepared\n"...), 0o600))
	s := service.Spec{File: file, Strategy: "locked", Together: true}
	test := func(opts ...harness.Option) string {
		f := &fake{t: t}
		service.Test(f, s, opts...)
		require.NoFileExists(t, filepath.Join(folder, "prepared"))
		require.Empty(t, f.errors)
		require.Empty(t, f.logs)
		require.Len(t, f.ends, 1)
		return f.ends[0]
	}
	const want = "invalid option: a schedule (%s) is of no use beside service.Spec.Together, with which clients send at the same " +
		"moment: leave one of them out"
	require.Equal(t, fmt.Sprintf(want, "the test's own"), test(harness.WithScheduler(harness.Perturb())))
	require.Equal(t, "invalid option: clients must be 1 to 100000, not -1", test(harness.Clients(-1)))
	t.Setenv("STRESS_SCHEDULE", "perturb")
	require.Equal(t, fmt.Sprintf(want, "perturb"), test())
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
