package spec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

// TestWrongFilesAreRefused holds every line that is said of what is wrong: where, what, and what would be right.
func TestWrongFilesAreRefused(t *testing.T) {
	for name, c := range wrongFiles(t, "wrong") {
		t.Run(name, func(t *testing.T) {
			_, err := spec.Parse("f.yaml", []byte(c.file))
			require.ErrorIs(t, err, spec.ErrSpec)
			require.Equal(t, c.lines, err.Error()+"\n")
		})
	}
}

// TestIgnoredMembers holds what is said of members that would do nothing without a command line that makes something of them.
func TestIgnoredMembers(t *testing.T) {
	for name, c := range wrongFiles(t, "ignored") {
		t.Run(name, func(t *testing.T) {
			s, err := spec.Parse("f.yaml", []byte(c.file))
			require.NoError(t, err)
			err = s.Ignored(spec.Given{})
			require.ErrorIs(t, err, spec.ErrSpec)
			require.Equal(t, c.lines, err.Error()+"\n")
			require.NoError(t, s.Ignored(spec.Given{Start: true, Keys: 2}), "the command line says what is missing")
		})
	}
	s := counter(t, "hot: 0.5\nskew: 2\n")
	require.ErrorContains(t, s.Ignored(spec.Given{Hot: true}), "skew")
	require.NoError(t, s.Ignored(spec.Given{Hot: true, Skew: true}), "they go before the file's")
	s = counter(t, "keys: 2\nhot: 0.5\n")
	require.NoError(t, s.Ignored(spec.Given{}))
	require.ErrorContains(t, s.Ignored(spec.Given{Keys: 1}), "f.yaml:5:1: hot: does nothing where there is one object")
	s = counter(t, "env: {DATABASE_URL: '127.0.0.1:1'}\ndependencies: {DATABASE_URL: {listen: '127.0.0.1:2'}}\n")
	require.ErrorContains(t, s.Ignored(spec.Given{}), "f.yaml:4:7: env.DATABASE_URL")
	require.NoError(t, s.Ignored(spec.Given{Delays: map[string]time.Duration{"DATABASE_URL": time.Millisecond}}))
}

type wrongFile struct{ file, lines string }

// wrongFiles reads an archive of testdata: each NAME.yaml with the lines that are said of it, NAME.err.
func wrongFiles(t *testing.T, archived string) map[string]wrongFile {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + archived + ".txtar")
	require.NoError(t, err)
	all := map[string]wrongFile{}
	for _, f := range archive.Files {
		name, kind, _ := strings.Cut(f.Name, ".")
		c := all[name]
		switch kind {
		case "yaml":
			c.file = string(f.Data)
		case "err":
			c.lines = string(f.Data)
		}
		all[name] = c
	}
	require.NotEmpty(t, all)
	return all
}
