package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lostupdate/stress/report"
)

// collected is a collector that keeps the names of spans by their traces' IDs.
type collected struct {
	mu    sync.Mutex
	spans map[string][]string
}

func (c *collected) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request coltrace.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(body, &request) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, from := range request.ResourceSpans {
		for _, scope := range from.ScopeSpans {
			for _, s := range scope.Spans {
				id := hex.EncodeToString(s.TraceId)
				c.spans[id] = append(c.spans[id], s.Name)
			}
		}
	}
}

// TestTracesOfARunAreThoseOfItsCheck holds that a report names traces that the collector has, and so does each way to check the
// recorded history, also by way of another format.
func TestTracesOfARunAreThoseOfItsCheck(t *testing.T) {
	c := &collected{spans: map[string][]string{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	code, out, said := stress("run", "-t", "memory", "-w", "counter", "-s", "read-modify-write", "--schedule", "lockstep", "-c", "2",
		"-n", "20", "--json", "-q", "-o", dir, "--otlp", server.URL)
	require.Equal(t, exitAnomaly, code, said)
	require.Empty(t, said)
	require.NotContains(t, again(t, out), "otlp")
	traces := tracesIn(t, out)
	for op, id := range traces {
		require.Contains(t, c.spans, id, "op #%d", op)
		require.Subset(t, c.spans[id], []string{"stress add", "read value", "write value"})
	}
	latest := filepath.Join(dir, "latest")
	require.Equal(t, exitValid, codeOf("convert", latest, filepath.Join(dir, "h.edn")))
	for _, args := range [][]string{
		{latest}, {latest, "--stream"}, {filepath.Join(dir, "h.edn")}, {filepath.Join(dir, "h.edn"), "--stream"},
	} {
		code, out, said := stress(append([]string{"check", "--json"}, args...)...)
		require.Equal(t, exitAnomaly, code, said)
		for op, id := range tracesIn(t, out) {
			require.Contains(t, c.spans, id, "%v: op #%d", args, op)
			if want, there := traces[op]; there {
				require.Equal(t, want, id, "%v: op #%d", args, op)
			}
		}
	}
}

func stress(args ...string) (code int, out, said string) {
	var stdout, stderr bytes.Buffer
	code = Main(args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func codeOf(args ...string) int {
	code, _, _ := stress(args...)
	return code
}

func again(t *testing.T, out string) string {
	t.Helper()
	var r struct{ Again string }
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	return r.Again
}

func tracesIn(t *testing.T, out string) map[int]string {
	t.Helper()
	var r struct{ Evidence []report.Evidence }
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.NotEmpty(t, r.Evidence)
	all := map[int]string{}
	for _, e := range r.Evidence {
		all[e.Op] = e.Trace
	}
	return all
}

// TestAnAddressInUseIsAWrongFlag holds that it is found before anything is made.
func TestAnAddressInUseIsAWrongFlag(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	dir := filepath.Join(t.TempDir(), "out")
	code, _, said := stress("run", "-t", "memory", "-s", "mutex", "-o", dir, "--metrics", l.Addr().String())
	require.Equal(t, exitUsage, code)
	require.True(t, strings.HasPrefix(said, "stress: --metrics "+l.Addr().String()+": "), said)
	require.Contains(t, said, "in use")
	require.NoDirExists(t, dir)
}
