package report_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/report"
)

// A document says first what it is, so that a reader can tell before it reads the rest.
func TestDocumentsSayWhatTheyAre(t *testing.T) {
	written, err := json.Marshal(twoDeducts(t))
	require.NoError(t, err)
	require.Regexp(t, `^\{"stress":"report","format":1,"run":\{`, string(written))
	written, err = json.Marshal(report.Matrix{Rows: []report.Row{}})
	require.NoError(t, err)
	require.Regexp(t, `^\{"stress":"matrix","format":1,.*"rows":\[\]\}$`, string(written))
	var back report.Matrix
	require.NoError(t, json.Unmarshal(written, &back))
}

func TestOtherDocumentsAreRefused(t *testing.T) {
	for text, want := range map[string]error{
		`{"stress":"report","format":2,"verdict":7}`: report.ErrVersion,
		`{"stress":"report","format":-1}`:            report.ErrVersion,
		`{"stress":"report"}`:                        report.ErrVersion,
		`{"stress":"report","format":"1"}`:           report.ErrNotReport,
		`{"stress":"matrix","format":1}`:             report.ErrNotReport,
		`{"stress":"history","format":1}`:            report.ErrNotReport,
		`{"verdict":{"status":"valid"}}`:             report.ErrNotReport,
		`[]`:                                         report.ErrNotReport,
		`null`:                                       report.ErrNotReport,
	} {
		var r report.Report
		require.ErrorIs(t, json.Unmarshal([]byte(text), &r), want, text)
	}
	var r report.Report
	require.ErrorContains(t, json.Unmarshal([]byte(`{"stress":"report","format":2}`), &r),
		"it is version 2, and this program reads version 1: take a newer one")
	var m report.Matrix
	require.ErrorIs(t, json.Unmarshal([]byte(`{"stress":"report","format":1}`), &m), report.ErrNotReport)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"stress":"matrix","format":9}`), &m), report.ErrVersion)
}

// Gates stand below the figures, with a mark whose colour is not all that tells them apart.
func TestGatesAreTold(t *testing.T) {
	r := &report.Report{Gates: []report.Gate{
		{Kind: report.FailIf, Text: "p99 > 1ms", Status: report.Held, Measured: "p99 was 1ms"},
		{Kind: report.FailIf, Text: "ops < 9", Status: report.Broken, Measured: "ops was 0"},
		{Kind: report.Expect, Text: "lost-update", Status: report.Open, Measured: "but the run is undecided"},
	}}
	require.Contains(t, text(t, r, report.Style{}), `contended

  ✓ fail-if p99 > 1ms: held, p99 was 1ms
  ✗ fail-if ops < 9: failed, ops was 0
  ? expected lost-update, but the run is undecided
`)
	coloured := text(t, r, report.Style{Color: true})
	require.Contains(t, coloured, "  \x1b[1;32m✓\x1b[0m fail-if p99")
	require.Contains(t, coloured, "  \x1b[1;31m✗\x1b[0m fail-if ops")
	require.Contains(t, coloured, "  \x1b[1;33m?\x1b[0m expected")
}

// A history without times has no latencies, nor what is made of them.
func TestUntimedHasNoLatencies(t *testing.T) {
	r := &report.Report{Stats: report.Stats{
		Elapsed: 1, Ops: 2, OK: 2, Throughput: 1, Mean: 1, P50: 1, P90: 1, P99: 1, P999: 1, Max: 1, Contended: 0.5,
		Kinds: []report.KindStats{{Kind: "read", Count: 2, P99: 1, Max: 1}},
	}}
	r.Untime()
	require.Equal(t, report.Stats{Ops: 2, OK: 2, Contended: 0.5, Kinds: []report.KindStats{{Kind: "read", Count: 2}}}, r.Stats)
}
