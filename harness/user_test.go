package harness_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// user builds the tests of testdata/user, a module of its own as a user's is, once.
type user struct {
	once   sync.Once
	binary string
	err    error
}

func (u *user) build(t *testing.T) string {
	t.Helper()
	u.once.Do(func() {
		folder, err := os.MkdirTemp("", "stress-user") //nolint:usetesting // it outlives the test that comes first
		if u.binary, u.err = filepath.Join(folder, "user.test"), err; err != nil {
			return
		}
		args := []string{"test", "-c", "-o", u.binary}
		if underRace {
			args = append(args, "-race")
		}
		cmd := exec.Command("go", append(args, ".")...) //nolint:gosec // the arguments are ours
		cmd.Dir = filepath.Join("testdata", "user")
		if out, err := cmd.CombinedOutput(); err != nil {
			u.err = errors.New(string(out))
		}
	})
	require.NoError(t, u.err)
	return u.binary
}

// runs runs tests of the user's in a folder, with flags and variables, and gives what they print.
func (u *user) runs(t *testing.T, folder, flags string, environ ...string) (out string, passed bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), u.build(t), strings.Fields(flags)...) //nolint:gosec // it was built above
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), environ...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return string(text), err == nil
}

// TestUser runs a user's tests as `go test` does, each flag and each way to go wrong.
func TestUser(t *testing.T) {
	u := &user{}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(u.binary)) })
	for _, c := range []struct {
		flags, environ string
		passes         bool
		want, without  []string
	}{
		{flags: "-test.run=TestGood -test.v", passes: true, want: []string{"8 clients, 1000 operations: 1000 ok"}},
		{flags: "-test.run=TestGood -test.v -test.short", passes: true, want: []string{"8 clients, 200 operations"}},
		{flags: "-test.run=TestGood -test.v -stress.clients=3 -stress.ops=777", passes: true, want: []string{"3 clients, 777 op"}},
		{flags: "-test.run=TestGood -test.v", environ: "STRESS_CLIENTS=5", passes: true, want: []string{"5 clients, 1000 op"}},
		{flags: "-test.run=TestGood -stress.clints=3", want: []string{"flag provided but not defined: -stress.clints"}},
		{flags: "-test.run=TestGood", environ: "STRESS_CLINTS=3", want: []string{"did you mean STRESS_CLIENTS?"}},
		{flags: "-test.run=TestGood -test.count=3 -test.v", passes: true, want: []string{"--- PASS: TestGood"}},
		{flags: "-test.run=TestSides -test.v -test.shuffle=on", passes: true,
			want: []string{"--- PASS: TestSides/a", "--- PASS: TestSides/b", "--- PASS: TestSides/c"}},
		{flags: "-test.run=TestEndless -test.timeout=12s -test.v", passes: true,
			want: []string{"the deadline came before all operations were made"}},
		{flags: "-test.run=^$ -test.bench=Good -test.benchtime=3x", passes: true, want: []string{"ok/s"},
			without: []string{"VALID"}},
		{flags: "-test.run=TestLossy|TestVacuous -test.failfast", want: []string{"--- FAIL: TestLossy"},
			without: []string{"TestVacuous"}},
		{flags: "-test.run=TestLossy -test.artifacts -test.outputdir=.", want: []string{
			"user_test.go:", "INVALID", "lost-update", "2 clients, 2 operations", "read stock", "write stock",
			"history and report: "}},
		{flags: "-test.run=TestDeadlock", want: []string{
			"never returned", "as in a deadlock", "sync.(*Mutex).Lock", "example.com/user.TestDeadlock.func1",
			"stopped, since as many calls never returned as there are clients"}},
		{flags: "-test.run=TestDeadlockForLong -test.timeout=12s", want: []string{"never returned", "user.(*stock).add"},
			without: []string{"panic: test timed out"}},
		{flags: "-test.run=TestManyLeaks", want: []string{"7 goroutines left behind", "user_test.go:", "created by example.com/user."}},
		{flags: "-test.run=TestConnections", passes: true},
		{flags: "-test.run=TestConnections", environ: "LEAVE_OPEN=1", want: []string{"left behind", "readLoop"}},
		{flags: "-test.run=TestTwice -test.artifacts -test.outputdir=. -test.count=2", passes: true},
		{flags: "-test.run=TestTwice -stress.history=h -test.count=2", passes: true},
		{flags: "-test.run=TestLossy -stress.ops=500 -test.short", want: []string{
			" -short -stress.ops=500 -stress.cases=off"}},
		{flags: "-test.run=TestSlow -test.v", passes: true, want: []string{"unknown: operation timed out"}},
		{flags: "-test.run=TestPanic", want: []string{
			"nothing is wrong with what was answered, but", "user_test.go:",
			"in 1 operation the target panicked: runtime error: invalid memory address"}},
		{flags: "-test.run=TestLeak", want: []string{"1 goroutine left behind", "example.com/user.forever"}},
		{flags: "-test.run=TestLeak -stress.allow-leaks", passes: true},
		{flags: "-test.run=TestVacuous", want: []string{"UNDECIDED: no two clients' operations on one object overlapped"}},
		{flags: "-test.run=TestVacuous -stress.allow-vacuous", passes: true},
		{flags: "-test.run=TestDataRace -test.v", passes: !underRace, want: onlyUnderRace(
			"WARNING: DATA RACE", "VALID", "the race detector found ", "which it tells of on standard error")},
	} {
		t.Run(strings.ReplaceAll(c.environ+" "+c.flags, "-test.", "-"), func(t *testing.T) {
			folder := t.TempDir()
			out, passed := u.runs(t, folder, c.flags, c.environ)
			require.Equal(t, c.passes, passed, out)
			for _, want := range c.want {
				require.Contains(t, out, want)
			}
			for _, other := range c.without {
				require.NotContains(t, out, other)
			}
			if strings.Contains(c.flags, "TestLossy -test.artifacts") {
				for _, name := range []string{"history.jsonl", "report.json", "report.html", "smallest.json", "smallest.html"} {
					found, err := filepath.Glob(filepath.Join(folder, "_artifacts", "*", "*", name))
					require.NoError(t, err)
					more, err := filepath.Glob(filepath.Join(folder, "_artifacts", "*", name))
					require.NoError(t, err)
					require.NotEmpty(t, append(found, more...), name)
				}
			}
		})
	}
}

func onlyUnderRace(texts ...string) []string {
	if underRace {
		return texts
	}
	return nil
}

// TestUserIsRemembered holds that what failed is run first by the next process.
func TestUserIsRemembered(t *testing.T) {
	u := &user{}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(u.binary)) })
	folder := t.TempDir()
	out, passed := u.runs(t, folder, "-test.run=TestLossy")
	require.False(t, passed)
	require.Contains(t, out, "kept in testdata/stress/TestLossy/lost-update.json")
	out, passed = u.runs(t, folder, "-test.run=TestLossy")
	require.False(t, passed)
	require.Regexp(t, `failed before, and (fails again: reproduced 3 of 3|is flaky: reproduced \d+ of 10)`, out)
}
