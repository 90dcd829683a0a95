package examples_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/report"
)

// build makes the command.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stress")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../../cmd/stress").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// copied copies an example, so that npm installs nothing into the checkout. At the end nothing may run there any more.
func copied(t *testing.T, name string) string {
	t.Helper()
	from, to := filepath.Join("..", "..", "examples", name), t.TempDir()
	require.NoError(t, filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		below, _ := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, below), 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, below), content, 0o600)
	}))
	t.Cleanup(func() {
		assert.Eventually(t, func() bool { return len(runningIn(to)) == 0 }, time.Minute, 10*time.Millisecond,
			"processes that the command has left behind")
	})
	return to
}

// runningIn gives the processes that work in a folder, where the system tells.
func runningIn(folder string) (all []string) {
	places, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, place := range places {
		at, err := os.Readlink(place)
		if err == nil && (at == folder || strings.HasPrefix(at, folder+string(filepath.Separator))) {
			all = append(all, place)
		}
	}
	return all
}

// result is what the command says of a file's strategies.
type result struct{ report.Matrix }

// matrix runs the matrix of a file. Variables without a value are not set.
func matrix(t *testing.T, stress, folder, file string, env map[string]string) result {
	t.Helper()
	c := exec.CommandContext(t.Context(), stress, "matrix", "--spec", filepath.Join(folder, file), "--format", "json", "--quiet")
	for _, set := range os.Environ() {
		if name, _, _ := strings.Cut(set, "="); !slices.Contains([]string{"DATABASE_URL", "REDIS_URL", "PORT"}, name) {
			c.Env = append(c.Env, set)
		}
	}
	for name, value := range env {
		if value != "" {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	err := c.Run()
	if strings.Contains(log.String(), "stress: prepare: ") {
		if os.Getenv(testenv.Require) != "" {
			t.Fatalf("the service could not be prepared, which takes the network: %s", &log)
		}
		t.Skipf("skipped, as the service could not be prepared, which takes the network: %s", &log)
	}
	var r result
	require.NoError(t, json.Unmarshal(out.Bytes(), &r.Matrix), "%v: %s", err, &log)
	require.Empty(t, log.String(), "%v", err)
	return r
}

// strategy is what a strategy must show, and what must be said of it.
type strategy struct {
	name    string
	needs   string // the engine of a server
	through string // of a broken one: what the explanation says of the endpoint
	tells   string // and what of the values: a regular expression
	may     string // an anomaly that a correct one shows where the machine is slow
}

// each holds the strategies of a file, all of them.
func (r result) each(t *testing.T, all []strategy) {
	t.Helper()
	require.Len(t, all, len(r.Rows)+len(r.Skipped), "strategies that the file has, and the test has not")
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) { r.holds(t, s) })
	}
}

func (r result) holds(t *testing.T, s strategy) {
	t.Helper()
	if s.needs != "" {
		testenv.DSN(t, s.needs)
	}
	i := slices.IndexFunc(r.Rows, func(row report.Row) bool { return row.Strategy == s.name })
	require.GreaterOrEqual(t, i, 0, "it was not run")
	row := r.Rows[i]
	require.Empty(t, row.Failed)
	if s.may != "" && slices.Equal(row.Found, []string{s.may}) {
		t.Logf("the machine is slow: %s", row.Examples[s.may])
		return
	}
	require.Empty(t, row.Surprise)
	require.Equal(t, s.through != "", row.Expected != "", "whether it is broken")
	if row.Expected == "" {
		require.Empty(t, row.Found)
		return
	}
	require.Contains(t, row.Found, row.Expected)
	require.Contains(t, row.Examples[row.Expected], "Through "+s.through)
	require.Regexp(t, s.tells, row.Examples[row.Expected])
}
