package linear

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/testenv"
)

// corpus gives the folder of Porcupine's test data, or skips the test.
func corpus(t testing.TB) string {
	t.Helper()
	return filepath.Dir(testenv.DataFile(t, "porcupine", "EXPECTED.tsv"))
}

// sample is one file of the corpus.
type sample struct {
	name         string
	path         string
	linearizable bool
}

func samples(t testing.TB) []sample {
	folder := corpus(t)
	var out []sample
	for _, line := range lines(t, filepath.Join(folder, "EXPECTED.tsv")) {
		fields := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") || fields[0] == "file" {
			continue
		}
		yes, err := strconv.ParseBool(fields[5])
		require.NoError(t, err, line)
		out = append(out, sample{fields[0], filepath.Join(folder, fields[0]), yes})
	}
	require.NotEmpty(t, out)
	return out
}

func lines(t testing.TB, path string) []string {
	f, err := os.Open(path)
	require.NoError(t, err, "part of the test data is missing")
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		out = append(out, s.Text())
	}
	return out
}

// events puts lines of the form "process calls" and "process returns" into a history; time is the number of the line.
type events[I, O any] struct {
	h    history.History[I, O]
	open map[int]int
}

func (e *events[I, O]) call(process int, in I) {
	if e.open == nil {
		e.open = map[int]int{}
	}
	e.open[process] = len(e.h.Ops)
	e.h.Ops = append(e.h.Ops, history.Op[I, O]{
		Client: int32(process), Call: e.now(), Return: history.Never, Outcome: history.Unknown, Input: in,
	})
}

func (e *events[I, O]) done(process int, outcome history.Outcome, out O) {
	op := &e.h.Ops[e.open[process]]
	op.Outcome, op.Return, op.Output = outcome, e.now(), out
	delete(e.open, process)
}

// now is a time after all before.
func (e *events[I, O]) now() time.Duration {
	e.h.Info.Clients++ // serves as the clock here
	return time.Duration(e.h.Info.Clients)
}

var jepsenLine = regexp.MustCompile(`^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$`)

const absent = -1 // what etcd has before the first write

// jepsen reads a log of a register in etcd.
func jepsen(t testing.TB, path string) *history.History[put, got] {
	var e events[put, got]
	for _, line := range lines(t, path) {
		f := jepsenLine.FindStringSubmatch(line)
		if f == nil {
			continue
		}
		process, _ := strconv.Atoi(f[1])
		if f[2] == "invoke" {
			e.call(process, jepsenInput(t, f[3], f[4]))
			continue
		}
		switch {
		case f[4] == ":timed-out" && f[2] == "fail":
			e.done(process, history.Unknown, got{}) // a read; its process goes on
		case f[2] == "info": // stays open, and its process does not go on
		case f[3] == "read":
			e.done(process, history.OK, got{value: number(t, f[4])})
		case f[3] == "cas":
			e.done(process, history.OK, got{ok: f[2] == "ok"})
		default:
			e.done(process, history.OK, got{})
		}
	}
	return &e.h
}

func jepsenInput(t testing.TB, f, value string) put {
	switch f {
	case "read":
		return put{kind: 'r'}
	case "write":
		return put{kind: 'w', to: number(t, value)}
	}
	pair := strings.Fields(strings.Trim(value, "[]"))
	return put{kind: 'c', old: number(t, pair[0]), to: number(t, pair[1])}
}

func number(t testing.TB, s string) int {
	if s == "nil" {
		return absent
	}
	n, err := strconv.Atoi(s)
	require.NoError(t, err)
	return n
}

func jepsenModel() Model[int, put, got] {
	m := registerWorld().model
	m.Init = func(uint64) int { return absent }
	return m
}

type kvInput struct{ kind, key, value string }

var kvLine = regexp.MustCompile(`\{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*)", :value (nil|"(.*)")\}`)

func kv(t testing.TB, path string) *history.History[kvInput, string] {
	var e events[kvInput, string]
	for _, line := range lines(t, path) {
		f := kvLine.FindStringSubmatch(line)
		require.NotNil(t, f, line)
		process, _ := strconv.Atoi(f[1])
		switch {
		case f[2] == "invoke":
			e.call(process, kvInput{f[3], f[4], f[6]})
		case f[3] == "get":
			e.done(process, history.OK, f[6])
		default:
			e.done(process, history.OK, "")
		}
	}
	return &e.h
}

func kvModel() Model[string, kvInput, string] {
	m := byExec(func(state string, in kvInput) (string, string) {
		switch in.kind {
		case "put":
			return in.value, ""
		case "append":
			return state + in.value, ""
		}
		return state, state
	})
	m.Pure = func(in kvInput, _ string) bool { return in.kind == "get" }
	m.Sets = func(in kvInput) (string, bool) { return in.value, in.kind == "put" }
	m.Leads = func(state string, in kvInput, out string) bool {
		return in.kind != "get" || strings.HasPrefix(out, state)
	}
	m.Key = func(in kvInput) (uint64, bool) { return uint64(in.key[0]), len(in.key) > 1 }
	return m
}

func TestCorpus(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			want := checkers.Invalid
			if s.linearizable {
				want = checkers.Valid
			}
			var v checkers.Verdict
			if strings.HasPrefix(s.name, "kv/") {
				v = Check(t.Context(), kvModel(), kv(t, s.path))
			} else {
				v = Check(t.Context(), jepsenModel(), jepsen(t, s.path))
			}
			require.Equal(t, want, v.Status, "%+v", v)
		})
	}
}
