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

func TestPathsOfCollectorsAreNotWrittenDown(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:4318": "http://127.0.0.1:4318", "https://x:1/": "https://x:1",
		"https://x/key/secret": "https://x/…", "http://u:secret@x": "http://x", "http://\x7fsecret": "…",
	} {
		require.Equal(t, want, hostOf(address))
	}
}
