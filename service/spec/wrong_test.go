package spec_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

// TestWrongFilesAreRefused holds every line that is said of what is wrong: where, what, and what would be right.
func TestWrongFilesAreRefused(t *testing.T) {
	for name, c := range wrongFiles(t) {
		t.Run(name, func(t *testing.T) {
			_, err := spec.Parse("f.yaml", []byte(c.file))
			require.ErrorIs(t, err, spec.ErrSpec)
			require.Equal(t, c.lines, err.Error()+"\n")
		})
	}
}

type wrongFile struct{ file, lines string }

// wrongFiles reads testdata/wrong.txtar: each NAME.yaml with the lines that are said of it, NAME.err.
func wrongFiles(t *testing.T) map[string]wrongFile {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/wrong.txtar")
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
