package service_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service"
)

const wallet = "testdata/wallet.yaml"

// inProcess is the address of a bank in this process.
func inProcess(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(newBank().handler())
	t.Cleanup(s.Close)
	return s.URL
}

// TestAServiceOfTheSameProcessLosesUpdates holds that the test fails with the requests that raced, how it is repaired, and the
// smallest run, and that nothing is said of the server's own goroutines.
func TestAServiceOfTheSameProcessLosesUpdates(t *testing.T) {
	f, cases := &fake{t: t}, t.TempDir()
	spec := service.Spec{File: wallet, Strategy: "broken", URL: inProcess(t)}
	service.Test(f, spec, harness.Clients(4), harness.Ops(200), harness.Cases(cases))
	require.Empty(t, f.ends)
	require.Len(t, f.errors, 1)
	told := f.errors[0]
	require.Regexp(t, "^INVALID\nlost-update: wallet [0-3]: ", told)
	require.Contains(t, told, " Through POST /broken/wallets/{run}-{wallet}/deduct. Not lost by: locked.\n")
	require.NotContains(t, told, "left behind")

	kept := filepath.Join(cases, "TestWallet", "lost-update.json")
	require.FileExists(t, kept)
	f = &fake{t: t}
	service.Test(f, spec, harness.Cases(cases))
	told = strings.Join(append(f.errors, f.logs...), "\n")
	require.Contains(t, told, "failed before, ")
	require.Contains(t, told, kept)
}

// TestAServiceOfTheSameProcessIsRepaired holds that neither a lost update nor a goroutine of the server's is told of.
func TestAServiceOfTheSameProcessIsRepaired(t *testing.T) {
	for name, together := range map[string]bool{"as it comes": false, "together": true} {
		t.Run(name, func(t *testing.T) {
			spec := service.Spec{File: wallet, Strategy: "locked", URL: inProcess(t), Together: together}
			f := &fake{t: t}
			service.Test(f, spec, harness.Clients(4), harness.AllowVacuous(), harness.Cases("off"))
			require.Empty(t, f.ends)
			require.Empty(t, f.errors)
			require.Contains(t, f.logs[0], "VALID\n4 clients, 300 operations: 300 ok, 0 failed, 0 unknown", "as the file says")
			if together {
				require.Len(t, f.logs, 2)
				require.Contains(t, f.logs[1], "made likely by together: the requests of all clients ended within ")
			}
		})
	}
}

// TestOptionsGoBeforeTheFile holds that what the file says of a run is what is usual, and no more.
func TestOptionsGoBeforeTheFile(t *testing.T) {
	spec := service.Spec{File: wallet, Strategy: "locked", URL: inProcess(t)}
	for ops, opts := range map[string][]harness.Option{
		"20 operations": {harness.Ops(20)},
		"1 operation":   {harness.Duration(time.Minute), harness.Ops(1)},
	} {
		f := &fake{t: t}
		service.Test(f, spec, append(opts, harness.AllowVacuous(), harness.Cases("off"))...)
		require.Contains(t, f.logs[0], " clients, "+ops+": ")
	}
	t.Setenv("STRESS_OPS", "30")
	f := &fake{t: t}
	service.Test(f, spec, harness.Ops(20), harness.AllowVacuous(), harness.Cases("off"))
	require.Contains(t, f.logs[0], " clients, 30 operations: ")
	t.Setenv("STRESS_OPS", "")
	t.Setenv("STRESS_CLIENT", "4")
	f = &fake{t: t}
	service.Test(f, spec)
	require.Contains(t, f.ends[0], "there is no variable STRESS_CLIENT: did you mean STRESS_CLIENTS?")
}

func TestWhatIsWrong(t *testing.T) {
	text, err := os.ReadFile(wallet)
	require.NoError(t, err)
	whole := string(text)
	one := strings.Replace(whole, "start: exec false\n", "", 1)
	one = strings.Replace(strings.Replace(one, "  broken:\n    shows: lost-update\n", "", 1), "${port}", "1", 1)
	const at = "http://127.0.0.1:1"
	second := map[string]time.Duration{"DATABASE_URL": time.Second}
	for name, c := range map[string]struct {
		file string
		spec service.Spec
		want string
	}{
		"no file": {want: "service.Spec.File: say which file describes the service; stress init http writes one to begin with"},
		"a missing file": {
			spec: service.Spec{File: "nosuch.yaml"},
			want: "reading the description of the service: stat nosuch.yaml: no such file or directory",
		},
		"a wrong file": {
			file: strings.Replace(whole, "${amount}", "${amont}", 1), spec: service.Spec{URL: at, Strategy: "locked"},
			want: `F.yaml:19:5: operations.deduct.body: amount: ${amont}: there is no amont; did you mean "amount"?`,
		},
		"an anomaly that there is not": {
			file: strings.Replace(whole, "shows: lost-update", "shows: lost-updates", 1), spec: service.Spec{URL: at, Strategy: "locked"},
			want: `F.yaml:8:5: strategies.broken.shows: no anomaly "lost-updates"; did you mean "lost-update"?`,
		},
		"no strategy": {
			file: whole, spec: service.Spec{URL: at},
			want: "F.yaml:6:1: strategies: there are several: broken, locked; say which with service.Spec.Strategy",
		},
		"an unknown strategy": {
			file: whole, spec: service.Spec{URL: at, Strategy: "loked"},
			want: `F.yaml:6:1: strategies: service.Spec.Strategy: there is no strategy "loked"; did you mean "locked"?`,
		},
		"a strategy that needs a variable": {
			file: strings.Replace(whole, "ops: 300", "needs: [NOSUCH_URL]", 1), spec: service.Spec{URL: at, Strategy: "locked"},
			want: "F.yaml:10:5: strategies.locked.needs: the variable NOSUCH_URL is not set; set it, or skip the test without it",
		},
		"a variable that is not set": {
			file: whole + "prepare: touch prepared\nheaders: {authorization: 'Bearer ${env.NOSUCH_TOKEN}'}\n",
			spec: service.Spec{Strategy: "locked"}, want: "F.yaml names ${env.NOSUCH_TOKEN}: set the variable NOSUCH_TOKEN",
		},
		"an address that is none": {
			file: whole, spec: service.Spec{URL: "127.0.0.1:8080", Strategy: "locked"},
			want: "service.Spec.URL: it is no address such as http://127.0.0.1:3000",
		},
		"an address and a start": {
			file: whole, spec: service.Spec{URL: at, Start: "./server", Strategy: "locked"},
			want: "service.Spec.Start does nothing beside URL, where the service runs already: leave one of them out",
		},
		"members that are for a service that is started": {
			file: one,
			want: "F.yaml:3:1: health: is asked while the service starts, and it is not started here; say start, or give " +
				"service.Spec.Start; else leave it out",
		},
		"a delay before a service that runs already": {
			file: whole, spec: service.Spec{URL: at, Strategy: "locked", Delay: second},
			want: "service.Spec.Delay: DATABASE_URL: the service must be started with the address of the proxy in it: say start in " +
				"F.yaml, or under dependencies.DATABASE_URL.listen where the service finds the proxy",
		},
		"a delay of the file's before a service that runs already": {
			file: whole + "dependencies: {DATABASE_URL: {delay: 1ms}}\n", spec: service.Spec{URL: at, Strategy: "locked"},
			want: "F.yaml:29:16: dependencies.DATABASE_URL: the service must be started with the address of the proxy in its " +
				"DATABASE_URL; say under listen where the service finds the proxy, or take the delay away with service.Spec.Delay",
		},
		"a delay of what nobody knows": {
			file: whole, spec: service.Spec{Start: "true", Strategy: "locked", Delay: second},
			want: "service.Spec.Delay: DATABASE_URL: the service has no such variable: set DATABASE_URL to the address of what it " +
				"depends on",
		},
		"a delay of the file's of what nobody knows": {
			file: whole + "dependencies: {DATABASE_URL: {delay: 1ms}}\n", spec: service.Spec{Start: "true", Strategy: "locked"},
			want: "F.yaml:29:16: dependencies.DATABASE_URL: nobody knows where it is, so that nothing would be held; set " +
				"DATABASE_URL, or say its address",
		},
		"no delay where there is none": {
			file: whole, spec: service.Spec{Start: "true", Strategy: "locked", Delay: map[string]time.Duration{"DATABASE_URL": 0}},
			want: "service.Spec.Delay: DATABASE_URL: 0 takes the file's delay away, and there is none",
		},
		"a delay below 0": {
			file: whole, spec: service.Spec{Start: "true", Strategy: "locked", Delay: map[string]time.Duration{"DATABASE_URL": -1}},
			want: "service.Spec.Delay: DATABASE_URL: -1ns is no time to hold an answer for",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DATABASE_URL", "")
			if c.file != "" {
				c.spec.File = filepath.Join(t.TempDir(), "F.yaml")
				require.NoError(t, os.WriteFile(c.spec.File, []byte(c.file), 0o600))
			}
			f := &fake{t: t}
			service.Test(f, c.spec)
			require.Len(t, f.ends, 1)
			folder := filepath.Dir(c.spec.File) + string(filepath.Separator)
			require.Equal(t, c.want, strings.ReplaceAll(f.ends[0], folder, ""))
			require.Empty(t, f.errors)
			require.Empty(t, f.logs)
			require.NoFileExists(t, filepath.Join(folder, "prepared"))
		})
	}
}

// TestWhatOnlyAStartNeeds holds that a service in the test's own process needs no variable that only url, health, env
// and start name.
func TestWhatOnlyAStartNeeds(t *testing.T) {
	text, err := os.ReadFile(wallet)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "wallet.yaml")
	whole := strings.NewReplacer("http://127.0.0.1:${port}", "${env.NOSUCH_URL}", "/health", "/health?token=${env.NOSUCH_TOKEN}").
		Replace(string(text)) + "env: {DATABASE_URL: '${env.NOSUCH_URL}'}\n"
	require.NoError(t, os.WriteFile(file, []byte(whole), 0o600))
	f := &fake{t: t}
	service.Test(f, service.Spec{File: file, Strategy: "locked", URL: inProcess(t)}, harness.Ops(10), harness.AllowVacuous())
	require.Empty(t, f.ends)
	require.Empty(t, f.errors)
	f = &fake{t: t}
	service.Test(f, service.Spec{File: file, Strategy: "locked"})
	require.Len(t, f.ends, 1)
	require.Contains(t, f.ends[0], "wallet.yaml names ${env.NOSUCH_")
}

// TestWhatCrowds holds that the test tells what the file says of how operations crowd.
func TestWhatCrowds(t *testing.T) {
	text, err := os.ReadFile(wallet)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "wallet.yaml")
	require.NoError(t, os.WriteFile(file, append(text, "keys: 3\nhot: 0.5\nskew: 2\n"...), 0o600))
	f := &fake{t: t}
	service.Test(f, service.Spec{File: file, Strategy: "locked", URL: inProcess(t)}, harness.Ops(10), harness.AllowVacuous())
	require.Empty(t, f.errors)
	require.Equal(t, []string{
		"made likely by hot: 50 % of the operations go to object 0",
		"made likely by skew: objects are as likely as Zipf's law with the exponent 2 has it",
	}, f.logs[1:])
}

// TestADelayThatIsTakenAway holds that a file with one can be used of a service in the test's own process.
func TestADelayThatIsTakenAway(t *testing.T) {
	text, err := os.ReadFile(wallet)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "wallet.yaml")
	require.NoError(t, os.WriteFile(file, append(text, "dependencies: {DATABASE_URL: {delay: 1ms}}\n"...), 0o600))
	f := &fake{t: t}
	service.Test(f, service.Spec{
		File: file, Strategy: "locked", URL: inProcess(t), Delay: map[string]time.Duration{"DATABASE_URL": 0},
	}, harness.Ops(10), harness.AllowVacuous())
	require.Empty(t, f.ends)
	require.Empty(t, f.errors)
}
