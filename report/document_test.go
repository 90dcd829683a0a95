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
