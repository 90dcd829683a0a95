package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// One report never takes the place of another, however its file is spelled.
func TestReportsOfOneFileAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	require.NoError(t, err)
	for _, other := range []string{"x.json", "./x.json", "a/../x.json", filepath.Join(here, "x.json")} {
		r := reports{specs: []string{"json=x.json", "text=" + other}}
		require.ErrorContains(t, r.parse(true), "another --report writes that file", other)
	}
	r := reports{specs: []string{"json=x.json", "text=y.json"}}
	require.NoError(t, r.parse(true))
}
