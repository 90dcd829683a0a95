package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// TestThePageIsTrue holds docs/catalogue.md to the catalogue and to what was measured of each of its entries.
func TestThePageIsTrue(t *testing.T) {
	t.Chdir("../..")
	var rows []report.Row
	require.NoError(t, read(kept, &rows))
	entries := targets.Catalogue()
	m := byName(rows)
	for _, e := range entries {
		r := m.of(e)
		assert.Equal(t, 20, r.Runs, "%v was not measured; see the top of internal/catalogue/main.go", nameOf(e))
		assert.Equal(t, 20, r.AsExpected, nameOf(e))
		assert.Equal(t, r.Expected, e.Anomaly, nameOf(e))
		assert.Empty(t, r.Surprise, nameOf(e))
		if !e.Correct() {
			assert.Contains(t, r.Found, e.Anomaly, nameOf(e))
			assert.Positive(t, r.Detected, nameOf(e))
			assert.Positive(t, r.DetectedFree, nameOf(e))
		}
	}
	assert.Len(t, rows, len(entries), "docs/catalogue.json has rows of what there is no more")
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, render(entries, rows), string(text), "go run ./internal/catalogue writes the page")
}

func TestMergeTakesTheNewest(t *testing.T) {
	e := targets.Catalogue()[:2]
	row := func(e targets.Entry, runs int) report.Row {
		return report.Row{Engine: e.Engine.Name, Workload: e.Workload, Strategy: e.Strategy, Runs: runs}
	}
	gone := row(e[0], 3)
	gone.Strategy = "there is none"
	require.Equal(t, []report.Row{row(e[0], 2), row(e[1], 1)},
		merge(e, [][]report.Row{{row(e[1], 1), gone, row(e[0], 1)}, {row(e[0], 2)}}))
}

func TestFigures(t *testing.T) {
	require.Equal(t, "not run | | | | |", figures(report.Row{}))
	require.Equal(t, "20/20 | 90 % | 1.3k | 12 ms | 1.2 % | never", figures(report.Row{
		Runs: 20, AsExpected: 20, Lost: 0.9, Throughput: 1349, P99: 12_000_000, Detected: 0.0125, DetectedFree: 2,
	}))
	require.Equal(t, "19/20 |  | 349 | 0.12 ms | end | ", figures(report.Row{
		Runs: 20, AsExpected: 19, Throughput: 349.4, P99: 120_000, Detected: 1,
	}))
}
