package spec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

func TestReadsEveryMember(t *testing.T) {
	s, err := spec.Read("testdata/whole.yaml")
	require.NoError(t, err)
	require.Equal(t, "testdata", s.Dir)
	require.Equal(t, 3, s.Keys)
	require.Equal(t, int64(500), s.Initial)
	require.Equal(t, "1m30s", s.Patience.String())
	require.Equal(t, "3ms", s.Delays["DATABASE_URL"].String())
	require.Equal(t, "127.0.0.1:16379", s.Dependencies["REDIS_URL"].Listen)
	require.Equal(t, spec.TLS{CA: "ca.pem", Cert: "cert.pem", Key: "key.pem"}, s.TLS)
	require.True(t, s.Cookies)
	require.True(t, s.UsesPort())
	require.Len(t, s.Calls, 5)
	require.Equal(t, "POST /{path}/{run}-{wallet}/deposit", s.Calls["deposit"].Label(nil))
	require.Equal(t, "POST /racy/{run}-{wallet}/deposit", s.Calls["deposit"].Label(spec.Scope{"path": "racy"}))
}

// TestStrategiesComeInOrder holds that broken ones come first, as the file has them, however it is written.
func TestStrategiesComeInOrder(t *testing.T) {
	for name, text := range map[string]string{
		"plain":  "strategies:\n  z: {}\n  b: {shows: lost-update}\n  a: {}\n",
		"anchor": "strategies: &all\n  z: {}\n  b: {shows: lost-update}\n  a: {}\n",
		"flow":   "strategies: {z: {}, b: {shows: lost-update}, a: {}}\n",
		"merge":  "strategies:\n  z: {}\n  <<: {a: {}}\n  b: {shows: lost-update}\n",
	} {
		var names []string
		for _, st := range counter(t, text).Named {
			names = append(names, st.Name)
		}
		require.Equal(t, []string{"b", "z", "a"}, names, name)
	}
	require.Equal(t, spec.AsIs, counter(t, "").Named[0].Name)
}

// TestMergeKeys holds that what a mapping says itself goes before what it merges.
func TestMergeKeys(t *testing.T) {
	s := counter(t, `strategies:
  a: &a {summary: first, ops: 5}
  b: {<<: *a, summary: second}
`)
	require.Equal(t, spec.Strategy{Summary: "second", Ops: 5}, s.Named[1].Strategy)
}

func TestReadRefusesWhatIsNoDescription(t *testing.T) {
	dir := t.TempDir()
	_, err := spec.Read(dir)
	require.EqualError(t, err, dir+": is a folder, or larger than 1 MB: that is no description of a service")
	require.ErrorIs(t, err, spec.ErrSpec)

	huge := filepath.Join(dir, "huge.yaml")
	require.NoError(t, os.WriteFile(huge, []byte(strings.Repeat("#\n", 1<<19)+"#"), 0o600))
	_, err = spec.Read(huge)
	require.EqualError(t, err, huge+": is a folder, or larger than 1 MB: that is no description of a service")

	_, err = spec.Read(filepath.Join(dir, "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestVariables holds that every variable that a file names is found, and none that it does not.
func TestVariables(t *testing.T) {
	for _, name := range []string{"SPEC_A", "SPEC_B", "SPEC_C", "SPEC_D", "SPEC_E"} {
		t.Setenv(name, "of "+name)
	}
	t.Setenv("SPEC_OTHER", "a secret")
	s := counter(t, `# ${env.SPEC_OTHER} is not named here
headers:
  a: "${env.SPEC_A} and ${env.SPEC_B}"  # ${env.SPEC_OTHER}
  b: "#${env['SPEC_C']}"
  c: $${env.SPEC_OTHER}
  d: |
    ${
      env.SPEC_D}
  e: the text env.SPEC_OTHER
`, `    answers:
      409: {when: body.token == env.SPEC_E, outcome: failed}
`)
	require.Empty(t, s.Missing())
	env, _ := s.Environment()["env"].(map[string]string)
	require.Equal(t, map[string]string{
		"SPEC_A": "of SPEC_A", "SPEC_B": "of SPEC_B", "SPEC_C": "of SPEC_C", "SPEC_D": "of SPEC_D", "SPEC_E": "of SPEC_E",
	}, env)
	require.Equal(t, "it is ${env.SPEC_A}", s.Environment().Hide("it is of SPEC_A"))

	t.Setenv("SPEC_B", "")
	require.Empty(t, s.Missing(), "one that is set to nothing is set")
	require.NoError(t, os.Unsetenv("SPEC_B"))
	require.Equal(t, "SPEC_B", s.Missing())
}

func TestUsesPort(t *testing.T) {
	for text, want := range map[string]bool{
		"env: {A: '${port}'}\n":                    true,
		"env: {A: '${ port + 1 }'}\n":              true,
		"env: {A: '${string(port)}'}\n":            true,
		"# ${port}\n":                              false,
		"env: {A: '$${port}'}\n":                   false,
		"env: {A: '${env.port}', B: '${keys}p'}\n": false,
	} {
		require.Equal(t, want, counter(t, text).UsesPort(), text)
	}
}

// counter reads a description of a counter with more lines: those of the file, and those of its operation add.
func counter(t *testing.T, file string, add ...string) *spec.Service {
	t.Helper()
	s, err := spec.Parse("f.yaml", []byte(counterFile(file, add...)))
	require.NoError(t, err)
	return s
}

func counterFile(file string, add ...string) string {
	return "stress: http/1\nworkload: counter\nurl: http://127.0.0.1:3000\n" + file +
		"operations:\n  read:\n    request: GET /${key}\n    output: {value: $.value}\n  add:\n    request: POST /${key}\n" +
		strings.Join(add, "")
}
