package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
)

// registers is a service with a register for each path, which may tell a refused compare-and-set what was there before the last
// write.
type registers struct {
	mu     sync.Mutex
	now    map[string]int64
	before map[string]int64
	stale  bool
	lost   bool // writes are forgotten
	asked  map[string]int
	hang   chan struct{} // closed: answers come; nil: they come at once
}

func (s *registers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.hang != nil {
		select {
		case <-s.hang:
		case <-r.Context().Done():
			return
		}
	}
	var body struct{ Old, New int64 }
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[r.Method]++
	key, told := r.URL.Path, s.now[r.URL.Path]
	switch {
	case r.Method == http.MethodPatch && told != body.Old:
		if s.stale {
			told = s.before[key]
		}
		w.WriteHeader(http.StatusConflict)
	case r.Method != http.MethodGet && !s.lost:
		s.before[key], s.now[key] = told, body.New
	}
	_, _ = fmt.Fprintf(w, `{"value": %d}`, told)
}

const registersFile = `stress: http/1
workload: register
url: %s
timeout: 20s
strategies:
  first: {ops: 123}
  second: {}
operations:
  read:
    request: GET /${run}
    output: {value: $.value}
  write:
    request: PUT /${run}
    body: {new: "${new}"}
  compare-and-set:
    request: PATCH /${run}
    body: {old: "${old}", new: "${new}"}
    answers:
      409: {outcome: refused, output: {value: $.value}}
`

// describing starts the service, and gives the path of its description.
func describing(t *testing.T, s *registers, change ...string) (file string) {
	t.Helper()
	s.now, s.before, s.asked = map[string]int64{}, map[string]int64{}, map[string]int{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	file = filepath.Join(t.TempDir(), "registers.yaml")
	text := strings.NewReplacer(change...).Replace(fmt.Sprintf(registersFile, server.URL))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func decoded(t *testing.T, out string) report.Report {
	t.Helper()
	var r report.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	return r
}

// TestWhatARefusalSawIsChecked holds that a compare-and-set is asked for, and that the value with which it was refused is checked
// like that of a read.
func TestWhatARefusalSawIsChecked(t *testing.T) {
	for _, stale := range []bool{false, true} {
		s := &registers{stale: stale}
		file := describing(t, s)
		dir := t.TempDir()
		code, out, said := stress("run", "--spec", file, "-s", "first", "-c", "4", "-n", "400", "--seed", "3", "-q", "-o", dir)
		require.Positive(t, s.asked[http.MethodPatch], "compare-and-sets")
		require.Equal(t, map[bool]int{false: exitValid, true: exitAnomaly}[stale], code, "%s%s", out, said)
		text, err := os.ReadFile(filepath.Join(dir, "latest", "history.jsonl"))
		require.NoError(t, err)
		require.Regexp(t, `"op":"compare-and-set".*"out":\{"value":\d+,"seen":true\}`, string(text), "a refusal with what it saw")
	}
}

// TestStreamsTellTheRequests holds that each way to check a history of a service names the requests as the run did.
func TestStreamsTellTheRequests(t *testing.T) {
	for _, s := range []*registers{{stale: true}, {lost: true}} {
		file := describing(t, s)
		dir := t.TempDir()
		code, _, said := stress("run", "--spec", file, "-s", "first", "-n", "400", "-q", "-o", dir)
		require.Equal(t, exitAnomaly, code, said)
		latest, edn := filepath.Join(dir, "latest"), filepath.Join(dir, "h.edn")
		require.Equal(t, exitValid, codeOf("convert", latest, edn))
		for _, args := range [][]string{{latest}, {latest, "--stream"}, {edn}, {edn, "--stream"}} {
			code, out, said := stress(append([]string{"check", "--json"}, args...)...)
			require.Equal(t, exitAnomaly, code, said)
			for _, a := range decoded(t, out).Verdict.Anomalies {
				require.NotEmpty(t, a.Through, "%v: %s", args, a.Message)
				require.Subset(t, []string{"PATCH /{run}", "PUT /{run}"}, a.Through)
			}
			_, out, _ = stress(append([]string{"check"}, args...)...)
			require.Regexp(t, `Through (PATCH|PUT) /\{run\}`, strings.Join(strings.Fields(out), " "))
		}
	}
}

// TestInvariantsAreOfTheWhole holds that rules beside a workload are not passed over where a history is read in pieces.
func TestInvariantsAreOfTheWhole(t *testing.T) {
	const rule = `{name: some, each: key, holds: "sum(final.read, .value) >= 0"}`
	file := describing(t, &registers{}, "operations:", "invariants: ["+rule+"]\noperations:")
	dir := t.TempDir()
	code, _, said := stress("run", "--spec", file, "-s", "first", "-n", "50", "-q", "-o", dir)
	require.Equal(t, exitValid, code, said)
	edn := filepath.Join(dir, "h.edn")
	require.Equal(t, exitValid, codeOf("convert", filepath.Join(dir, "latest"), edn))
	for _, path := range []string{filepath.Join(dir, "latest"), edn} {
		require.Equal(t, exitValid, codeOf("check", path))
		code, _, said := stress("check", "--stream", path)
		require.Equal(t, exitUsage, code)
		require.Contains(t, said, "its invariants are about the whole: leave --stream out")
	}
}

// TestOperationsOfAFile holds how many operations a run has: what a flag says, or else the file, or else as many as usual.
func TestOperationsOfAFile(t *testing.T) {
	file := describing(t, &registers{})
	for want, args := range map[int64][]string{
		123: {"-s", "first"}, 7: {"-s", "first", "-n", "7"}, 1000: {"-s", "second"},
	} {
		_, out, said := stress(append([]string{"run", "--spec", file, "--json", "-q", "-o", ""}, args...)...)
		require.Equal(t, want, decoded(t, out).Stats.Ops, "%v: %s", args, said)
	}
	_, out, said := stress("matrix", "--spec", file, "-f", "json", "-q")
	var m report.Matrix
	require.NoError(t, json.Unmarshal([]byte(out), &m), said)
	ops := map[string]int{}
	for _, e := range m.Rows {
		ops[e.Strategy] = e.Ops
	}
	require.Equal(t, map[string]int{"first": 123, "second": 400}, ops)
}

// TestCrowdingOfAFile holds that flags go before what the file says of how operations crowd, also if they say that they do not.
func TestCrowdingOfAFile(t *testing.T) {
	file := describing(t, &registers{}, "timeout: 20s", "keys: 2\nhot: 0.5\nskew: 2")
	for _, c := range []struct {
		args []string
		want bool
	}{{nil, true}, {[]string{"--hot", "0", "--skew", "0"}, false}} {
		args := append([]string{"run", "--spec", file, "-s", "first", "-n", "20", "-q", "-o", ""}, c.args...)
		_, out, said := stress(args...)
		require.Equal(t, c.want, strings.Contains(out, "hot: 50 %"), "%s%s", out, said)
		require.Equal(t, c.want, strings.Contains(out, "skew: objects"), out)
	}
}

// TestTimeoutOfAFile holds how long an operation may take: what the flag says, or else the file. The service answers nothing, so
// that a run with what is not to be taken would not end, or be told by the times of its history.
func TestTimeoutOfAFile(t *testing.T) {
	for file, args := range map[string][]string{"timeout: 30ms": nil, "timeout: 9h": {"--timeout", "30ms"}} {
		s := &registers{hang: make(chan struct{})}
		path := describing(t, s, "timeout: 20s", file)
		dir := t.TempDir()
		code, _, said := stress(slices.Concat([]string{
			"run", "--spec", path, "-s", "first", "-c", "1", "-n", "1", "-q", "-o", dir,
		}, args)...)
		require.Equal(t, exitUndecided, code, said)
		history, err := os.ReadFile(filepath.Join(dir, "latest", "history.jsonl"))
		require.NoError(t, err)
		var op struct {
			Call, Return time.Duration
			Outcome      string
		}
		for line := range bytes.Lines(history) {
			if bytes.Contains(line, []byte(`"outcome":`)) {
				require.NoError(t, json.Unmarshal(line, &op))
				break
			}
		}
		require.Equal(t, "unknown", op.Outcome, "%s", history)
		require.Positive(t, op.Return)
		require.Less(t, op.Return-op.Call, harness.DefaultTimeout)
		close(s.hang)
	}
}
