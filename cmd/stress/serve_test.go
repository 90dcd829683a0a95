package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestServe holds that the address is told once the server answers, that a run which was killed can be checked, and that it all
// ends in order.
func TestServe(t *testing.T) {
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitAnomaly, Main([]string{
		"run", "-s", "read-modify-write", "--seed", "7", "-n", "200", "-k", "1", "-q", "-o", out,
	}, &stdout, &stderr), stderr.String())
	folder, err := filepath.EvalSymlinks(filepath.Join(out, latest))
	require.NoError(t, err)
	for _, name := range []string{"report.json", "report.txt", pageFile} {
		require.NoError(t, os.Remove(filepath.Join(folder, name))) // as after a kill
	}
	ctx, stop := context.WithCancel(t.Context())
	told, tell := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serveRuns(ctx, tell, io.Discard, out, ":0", time.Minute) }()
	line := make([]byte, 100)
	n, err := told.Read(line)
	require.NoError(t, err)
	address := strings.TrimSpace(string(line[:n]))
	require.Regexp(t, `^http://127\.0\.0\.1:\d+/$`, address)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	run := address + "run/" + url.PathEscape(filepath.Base(folder)) + "/"
	require.Contains(t, ask(t, client, http.MethodGet, address), "not reported")
	require.Contains(t, ask(t, client, http.MethodPost, run+"check"), "lost-update")
	require.Contains(t, ask(t, client, http.MethodGet, run+pageFile), "lost-update")

	// Another one can't have the same port.
	var errs bytes.Buffer
	taken := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
	require.Equal(t, exitUsage, Main([]string{"serve", out, "--addr", taken}, io.Discard, &errs))
	require.Regexp(t, `^stress: --addr 127.*: listen tcp .*: address already in use; give another address`, errs.String())
	stop()
	require.NoError(t, <-ended)
}

func ask(t *testing.T, client *http.Client, method, address string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	require.NoError(t, err)
	answer, err := client.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s", body)
	return string(body)
}
