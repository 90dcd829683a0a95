package main

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// writeJSON writes a row an entry, and what is known of all.
func (m *matrix) writeJSON(ctx context.Context, w io.Writer) error {
	return writeJSON(w, m.document(ctx))
}

// document is the matrix as programs read it.
func (m *matrix) document(ctx context.Context) report.Matrix {
	out := report.Matrix{
		Tool: tool(), Start: m.start.UTC(), Elapsed: time.Since(m.start), Clients: m.flags.clients, Seed: m.flags.seed,
		Rows: []report.Row{},
	}
	if ctx.Err() != nil {
		out.Interrupted = "interrupted before the catalogue was through"
	}
	for _, r := range m.wallet {
		if r.runs > 0 || r.failed != nil { // one that two requests do not show has a row with more of them
			out.Scenario = append(out.Scenario, r.report())
		}
	}
	for _, r := range m.rows {
		out.Rows = append(out.Rows, r.report())
	}
	for _, e := range m.left {
		out.Skipped = append(out.Skipped, report.Skipped{
			Engine: e.Engine.Name, Workload: e.Workload, Strategy: e.Strategy, Reason: whyLeft(e),
		})
	}
	return out
}

func (r *row) report() report.Row {
	out := report.Row{
		Engine: r.entry.Engine.Name, Version: r.version, Workload: r.entry.Workload, Strategy: r.entry.Strategy,
		Expected: r.entry.Anomaly, Found: r.found, Runs: r.runs, AsExpected: r.asExpected, Ops: r.ops, Lost: median(r.lost),
		Throughput: median(r.throughput), P99: int64(median(r.p99) * float64(time.Second)),
		Detected: median(r.detected), DetectedFree: median(r.detectedFree), Examples: r.examples, Surprise: r.surprise,
		Undecided: r.surprised == checkers.Undecided, Elapsed: r.elapsed,
	}
	if r.failed != nil {
		out.Failed = r.failed.Error()
	}
	if !r.entry.Correct() {
		out.Repair = r.entry.Repair
	}
	return out
}

// whyLeft says why an entry took no part.
func whyLeft(e targets.Entry) string {
	if missing := e.Missing(os.Getenv); missing != "" {
		return "needs the variable " + missing
	}
	return e.Engine.Validate("").Error()
}
