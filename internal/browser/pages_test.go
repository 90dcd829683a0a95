package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/page"
)

// clients is how many each made run has.
const clients = 4

// made is an operation of a made run: its clients go round, and each takes 800 of its 1,000 ns.
func made(i int) report.Operation {
	client := int32(i % clients)
	op := report.Operation{
		Client: client, Call: int64(i/clients)*1000 + int64(client)*10, Kind: "deduct", Key: uint64(i % 8),
		Text: fmt.Sprintf("deduct %d from wallet %d → %d", i%500, i%8, 1000+i),
	}
	op.Return = op.Call + 800
	switch {
	case i%50 == 7:
		op.Outcome, op.Kind, op.Text = history.Failed, "deposit", fmt.Sprintf("deposit %d, failed", i)
		op.Note = fmt.Sprintf("refused: version %d", i)
	case i%50 == 9:
		op.Outcome, op.Text, op.Retries = history.Unknown, fmt.Sprintf("deduct %d, unknown", i), 3
	case i%10 == 3:
		op.Kind, op.ReadOnly, op.Text = "read", true, fmt.Sprintf("read wallet %d → %d", i%8, i)
	}
	return op
}

// run is the report of a made run of n operations, with a lost update about its middle.
func run(n int) *report.Report {
	a, b := n/2-n/2%clients, n/2-n/2%clients+1
	return &report.Report{
		Again: "stress run --seed 7",
		Info:  history.Info{Workload: "wallet", Target: "made", Strategy: "read-modify-write", Clients: clients, Seed: 7},
		Verdict: checkers.Reject(checkers.Anomaly{
			Name: checkers.LostUpdate, Object: "wallet 0", Message: fmt.Sprintf("#%d and #%d both read 1000", a, b), Ops: []int{a, b},
			Arrows: []checkers.Arrow{
				{From: checkers.Earlier, To: a, Relation: checkers.Reads, Text: "read 1000"},
				{From: checkers.Earlier, To: b, Relation: checkers.Reads, Text: "read 1000"},
				{From: a, To: b, Relation: checkers.Overwrites, Text: "overwrote 700"},
			},
		}, checkers.Anomaly{Name: checkers.PhantomUpdate, Object: "wallet 3", Message: "#2 is one", Ops: []int{2}}),
		Timeline: &report.Timeline{Len: n, At: made, Object: func(key uint64) string { return fmt.Sprintf("wallet %d", key) }},
		Stats:    report.Stats{Ops: int64(n), OK: int64(n)},
	}
}

// valid is a run with an order.
func valid(n int) *report.Report {
	r := run(n)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	r.Verdict = checkers.Verdict{Orders: []checkers.Order{{Object: "wallet 0", Ops: order}, {Object: "wallet 1", Ops: []int{1}}}}
	return r
}

// write writes the page of a report to a folder of the test.
func write(tb testing.TB, r *report.Report) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "report.html")
	f, err := os.Create(path)
	require.NoError(tb, err)
	require.NoError(tb, page.Write(f, r))
	require.NoError(tb, f.Close())
	return path
}
