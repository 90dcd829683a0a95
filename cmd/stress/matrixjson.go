package main

import (
	"io"
	"time"

	"github.com/lostupdate/stress/report"
)

// writeJSON writes a row an entry.
func (m *matrix) writeJSON(w io.Writer) error {
	rows := []report.Row{}
	for _, r := range m.rows {
		rows = append(rows, r.report())
	}
	return writeJSON(w, rows)
}

func (r *row) report() report.Row {
	out := report.Row{
		Engine: r.entry.Engine.Name, Version: r.version, Workload: r.entry.Workload, Strategy: r.entry.Strategy,
		Expected: r.entry.Anomaly, Found: r.found, Runs: r.runs, AsExpected: r.asExpected, Ops: r.ops, Lost: median(r.lost),
		Throughput: median(r.throughput), P99: int64(median(r.p99) * float64(time.Second)),
		Detected: median(r.detected), DetectedFree: median(r.detectedFree), Examples: r.examples, Surprise: r.surprise,
	}
	if r.failed != nil {
		out.Failed = r.failed.Error()
	}
	if !r.entry.Correct() {
		out.Repair = r.entry.Repair
	}
	return out
}
