package spec_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

const elsewhere = "http://127.0.0.1:1"

// TestAtNeedsWhatIsStillUsed holds that a service which runs already needs no variable, and no port, that only its start would.
func TestAtNeedsWhatIsStillUsed(t *testing.T) {
	t.Setenv("SPEC_A", "") // so that it is as it was afterwards
	require.NoError(t, os.Unsetenv("SPEC_A"))
	const proxied = "dependencies: {DATABASE_URL: {listen: '127.0.0.1:0', delay: 1ms}}\n"
	away := map[string]time.Duration{"DATABASE_URL": 0}
	for name, c := range map[string]struct {
		file, url string
		delays    map[string]time.Duration
		missing   string
	}{
		"url":        {url: "http://${env.SPEC_A}:${port}"},
		"start":      {file: "start: 'serve ${env.SPEC_A} ${port}'\nprepare: 'build ${env.SPEC_A}'\n"},
		"health":     {file: "start: serve\nhealth: 'GET /?token=${env.SPEC_A}&port=${port}'\nready-within: 3s\n"},
		"env":        {file: "start: serve\nenv: {A: '${env.SPEC_A}', B: '${port}'}\n"},
		"one of env": {file: "start: serve\nenv:\n  A: ${env.SPEC_A}\n"},
		"headers too": {
			file: "start: serve\nenv: {A: '${env.SPEC_A}'}\nheaders: {a: '${env.SPEC_A}'}\n", missing: "SPEC_A",
		},
		"an alias to what is left out": {
			file: "start: serve\nenv: {A: &a '${env.SPEC_A}'}\nheaders: {a: *a, b: *a}\n", missing: "SPEC_A",
		},
		"an alias within what is left out": {
			file: "headers: &h {a: '${keys}'}\nstart: serve\nenv: *h\n",
		},
		"the address of what is held": {
			file: "start: serve\nenv: {DATABASE_URL: '${env.SPEC_A}'}\n" + proxied, missing: "SPEC_A",
		},
		"the address of what was": {
			file: "start: serve\nenv: {DATABASE_URL: '${env.SPEC_A}'}\n" + proxied, delays: away,
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := counterFile(c.file)
			if c.url != "" {
				file = strings.Replace(file, "http://127.0.0.1:3000", c.url, 1)
			}
			s, err := spec.Parse("f.yaml", []byte(file))
			require.NoError(t, err)
			before := s.Missing()
			at := s.At(elsewhere, c.delays)
			require.Equal(t, c.missing, at.Missing())
			if c.missing == "" {
				require.NoError(t, at.Complete())
			} else {
				require.EqualError(t, at.Complete(), "f.yaml names ${env.SPEC_A}: set the variable SPEC_A")
			}
			require.False(t, at.UsesPort())
			require.Equal(t, before, s.Missing(), "the file's own is as it was")
			_, err = at.Variables(at.Environment())
			require.NoError(t, err)
		})
	}
	require.True(t, counter(t, "headers: {a: '${port}'}\n").At(elsewhere, nil).UsesPort())
}

// TestAtHidesNothingElse holds that what was to be made of a variable which is not needed is not taken for a secret without it.
func TestAtHidesNothingElse(t *testing.T) {
	t.Setenv("SPEC_A", "a secret")
	s := counter(t, `start: serve
env: {A: '${toBase64("user:" + env.SPEC_A)}'}
headers: {a: '${toBase64("header:" + env.SPEC_B)}'}
`)
	t.Setenv("SPEC_B", "another")
	require.NoError(t, os.Unsetenv("SPEC_A"))
	scope := s.At(elsewhere, nil).Environment()
	s.At(elsewhere, nil).Guard(scope)
	require.Equal(t, "dXNlcjo=", scope.Hide("dXNlcjo="))
	require.Equal(t, `it is ${toBase64("header:" + env.SPEC_B)}`, scope.Hide("it is aGVhZGVyOmFub3RoZXI="))
}
