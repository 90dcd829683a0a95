package report_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/workloads/wallet"
)

type (
	op     = history.Op[wallet.Input, wallet.Output]
	result = harness.Result[wallet.Input, wallet.Output]
)

// twoDeducts is the run that the project began with.
func twoDeducts(t *testing.T) *report.Report {
	t.Helper()
	w := wallet.TwoDeducts()
	deduct := func(client int32, amount int64) op {
		return op{
			Client: client, Call: time.Duration(client) * 1200, Return: 5 * time.Millisecond,
			Input:  wallet.Input{Kind: wallet.Deduct, Amount: amount},
			Output: wallet.Output{Seen: true, Before: 1000, Balance: 1000 - amount},
		}
	}
	h := &history.History[wallet.Input, wallet.Output]{
		Info: history.Info{
			Format: 1, Workload: "wallet", Target: "sqlite", Strategy: "read-modify-write", Engine: "SQLite 3.50",
			Clients: 2, Seed: 7,
		},
		Ops: []op{deduct(0, 300), deduct(1, 500), {
			Client: 2, Call: 6e6, Return: 7e6, Phase: history.Final, Input: wallet.Input{Kind: wallet.Read},
			Output: wallet.Output{Balance: 500},
		}},
	}
	r := harness.Report(w, &result{History: h, Verdict: w.Check(t.Context(), h), Stats: harness.StatsOf(h, w)})
	for i := range r.Verdict.Anomalies {
		r.Verdict.Anomalies[i].Repair = []string{"atomic", "row-lock"}
	}
	return r
}

func text(t *testing.T, r *report.Report, s report.Style) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.Text(&b, s))
	return b.String()
}

func TestInvalid(t *testing.T) {
	require.Equal(t, `INVALID  sqlite · wallet · read-modify-write  SQLite 3.50

  lost-update: wallet 0: client 0 (op #0, deduct 300) and client 1 (op #1, deduct 500) both read 1000; `+
		`client 1's write of 500 overwrote client 0's 700; expected 200, found 500; 300 lost. Not lost by: atomic, row-lock.

   op  client      call    return  what
  ────────────────────────────────────────────────────────────────
   #0       0  0.000 ms  5.000 ms  deduct 300 from wallet 0 → 700
   #1       1  0.001 ms  5.000 ms  deduct 500 from wallet 0 → 500

  2 operations in 5ms by 2 clients: 2 ok, 0 failed, 0 unknown · 400 ok/s · 0 retries · 100% contended
   operation  outcome  count     p50     p90     p99   p99.9     max
  ───────────────────────────────────────────────────────────────────
   deduct          ok      2  5.01ms  5.01ms  5.01ms  5.01ms  5.01ms
`, text(t, twoDeducts(t), report.Style{}))
}

func full() *report.Report {
	return &report.Report{
		Info:        history.Info{Target: "memory", Workload: "counter", Strategy: "mutex", Clients: 8},
		Verdict:     checkers.Undecide("linear: the search was stopped"),
		Interrupted: "interrupted before all operations were made",
		Missing:     "the file was cut off",
		Orphans:     2,
		Stats: harness.Stats{
			Elapsed: 2 * time.Second, Ops: 1_234_567, OK: 1_234_000, Failed: 500, Unknown: 67, Retries: 1000,
			Throughput: 617_000.4, Contended: 0.987,
			Kinds: []harness.KindStats{
				{Kind: "add", Count: 1_234_000, P50: 1234, P90: 12_345, P99: 123_456, P999: 1_234_567, Max: 2 * time.Second},
				{Kind: "read", Outcome: history.Unknown, Count: 67, P50: time.Second, P90: time.Second, P99: time.Second},
			},
		},
		Errors: []report.ErrorCount{
			{Text: "connection reset\nwith a stack", Outcome: history.Unknown, Count: 1200},
			{Text: "b", Outcome: history.Failed, Count: 5}, {Text: "c", Outcome: history.Failed, Count: 4},
			{Text: "d", Outcome: history.Failed, Count: 3}, {Text: "e", Outcome: history.Failed, Count: 2},
			{Text: "f", Outcome: history.Failed, Count: 1}, {Text: "g", Outcome: history.Failed, Count: 1},
		},
	}
}

func TestUndecided(t *testing.T) {
	require.Equal(t, `UNDECIDED  memory · counter · mutex
  linear: the search was stopped
  interrupted before all operations were made
  the file was cut off
  2 operations never returned; their goroutines still run

  1,234,567 operations in 2s by 8 clients: 1,234,000 ok, 500 failed, 67 unknown · 617,000 ok/s · `+
		`1,000 retries · 99% contended
   operation  outcome      count     p50     p90    p99   p99.9  max
  ───────────────────────────────────────────────────────────────────
   add             ok  1,234,000  1.23µs  12.3µs  123µs  1.23ms   2s
   read       unknown         67      1s      1s     1s      0s   0s
  1,200 × unknown: connection reset
  5 × failed: b
  4 × failed: c
  3 × failed: d
  2 × failed: e
  … and 2 other errors, in the history
`, text(t, full(), report.Style{}))
}

func TestValid(t *testing.T) {
	r := &report.Report{
		Info:    history.Info{Target: "memory", Workload: "counter", Strategy: "mutex", Clients: 1},
		Orphans: 1, Stats: harness.Stats{Elapsed: time.Second, Ops: 1, OK: 1, Retries: 1, Throughput: 1},
	}
	require.Equal(t, `VALID  memory · counter · mutex
  1 operation never returned; its goroutine still runs

  1 operation in 1s by 1 client: 1 ok, 0 failed, 0 unknown · 1 ok/s · 1 retry · 0% contended
`, text(t, r, report.Style{}))
}

// TestRepairIsSaidOnce holds that the list of strategies, which is long, comes with the first anomaly only.
func TestRepairIsSaidOnce(t *testing.T) {
	a := checkers.Anomaly{Name: checkers.LostUpdate, Message: "gone.", Repair: []string{"atomic"}}
	r := &report.Report{Verdict: checkers.Reject(a, a)}
	require.Contains(t, text(t, r, report.Style{}),
		"\n  lost-update: gone. Not lost by: atomic.\n\n  lost-update: gone.\n")
	require.Equal(t, []string{"atomic"}, r.Verdict.Anomalies[1].Repair, "the report is left as it is")
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 1_002_003: "1,002,003", -1: "-1", -999: "-999", -1000: "-1,000",
		-12_034: "-12,034", math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		require.Equal(t, want, report.Count(n))
	}
}

func TestRound(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 7: "7ns", 999: "999ns", 1234: "1.23µs", 12_345: "12.3µs", 123_456: "123µs", 999_600: "1ms",
		1_234_567: "1.23ms", 59_940 * time.Millisecond: "59.9s", 59_960 * time.Millisecond: "1m0s",
		100*time.Second + 300*time.Millisecond: "1m40s", 2*time.Hour + 3*time.Second: "2h0m3s", -1234: "-1.234µs",
	} {
		require.Equal(t, want, report.Round(d))
	}
}

func TestLostShare(t *testing.T) {
	share := func(anomalies ...checkers.Anomaly) any {
		r := &report.Report{Verdict: checkers.Reject(anomalies...)}
		if s, known := r.LostShare(); known {
			return s
		}
		return "unknown"
	}
	require.Equal(t, "unknown", share())
	require.Equal(t, "unknown", share(checkers.Anomaly{Name: checkers.PhantomUpdate, Of: 10}))
	require.Equal(t, "unknown", share(checkers.Anomaly{Name: checkers.NonLinearizable}))
	require.InDelta(t, 0.25, share(checkers.Anomaly{Updates: 20, Of: 100}, checkers.Anomaly{Updates: 5, Of: 100},
		checkers.Anomaly{Name: checkers.Overdraft}), 1e-9)
	share2, known := twoDeducts(t).LostShare()
	require.True(t, known)
	require.InDelta(t, 0.5, share2, 1e-9)
}

func TestJSON(t *testing.T) {
	written, err := json.Marshal(twoDeducts(t))
	require.NoError(t, err)
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(written, &fields))
	require.JSONEq(t, `[
		{"op":0,"client":0,"call":0,"return":5000000,"outcome":"ok","text":"deduct 300 from wallet 0 → 700"},
		{"op":1,"client":1,"call":1200,"return":5000000,"outcome":"ok","text":"deduct 500 from wallet 0 → 500"}]`,
		string(fields["evidence"]))
	require.Contains(t, string(fields["verdict"]), `"status":"invalid"`)
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	require.ElementsMatch(t, []string{"stress", "format", "run", "verdict", "stats", "evidence"}, names)
	var back report.Report
	require.NoError(t, json.Unmarshal(written, &back))
	want := *twoDeducts(t)
	want.Timeline = nil // it is not written
	require.Equal(t, want, back)
}

func TestAnomaliesAreNamedOnce(t *testing.T) {
	r := &report.Report{Verdict: checkers.Reject(
		checkers.Anomaly{Name: "b"}, checkers.Anomaly{Name: "a"}, checkers.Anomaly{Name: "b"},
	)}
	require.Equal(t, []string{"b", "a"}, r.Anomalies())
}

func TestErrorsAreCounted(t *testing.T) {
	h := &history.History[wallet.Input, wallet.Output]{Ops: make([]op, 6), Notes: map[int]string{
		0: "busy", 1: "reset", 2: "busy", 3: "a", 4: "busy", 5: "reset",
	}}
	for i := range h.Ops {
		h.Ops[i].Outcome = history.Unknown
	}
	h.Ops[4].Outcome = history.Failed
	for range 20 { // the order of equals must not be that of a map
		r := harness.Report(wallet.TwoDeducts(), &result{History: h})
		require.Equal(t, []report.ErrorCount{
			{Text: "busy", Outcome: history.Unknown, Count: 2}, {Text: "reset", Outcome: history.Unknown, Count: 2},
			{Text: "a", Outcome: history.Unknown, Count: 1}, {Text: "busy", Outcome: history.Failed, Count: 1},
		}, r.Errors)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	h := &history.History[wallet.Input, wallet.Output]{Ops: make([]op, 200)}
	for i := range h.Ops {
		h.Ops[i].Return = time.Millisecond
	}
	h.Ops[3].Return = history.Never
	h.Ops[3].Outcome = history.Unknown
	var ops []int
	for i := range h.Ops {
		ops = append(ops, 199-i, i)
	}
	r := harness.Report(wallet.TwoDeducts(), &result{History: h, Verdict: checkers.Reject(checkers.Anomaly{Ops: ops})})
	require.Len(t, r.Evidence, 64)
	require.Equal(t, 2, r.Evidence[2].Op)
	require.Contains(t, text(t, r, report.Style{}), "#3       0  0.000 ms     never  deposit 0 into wallet 0, unknown")
}

func TestColour(t *testing.T) {
	s := report.Style{Color: true}
	require.Equal(t, "\x1b[1;31mINVALID\x1b[0m", s.Status(checkers.Invalid))
	require.Equal(t, "\x1b[1;33mUNDECIDED\x1b[0m", s.Status(checkers.Undecided))
	require.Equal(t, "\x1b[1;32mVALID\x1b[0m", s.Status(checkers.Valid))
	coloured := text(t, twoDeducts(t), s)
	require.Contains(t, coloured, "\x1b[1mlost-update\x1b[0m: wallet 0")
	require.NotContains(t, text(t, twoDeducts(t), report.Style{}), "\x1b")
}

// Of very many findings the text shows the first, and says how many there are.
func TestManyAnomaliesAreCounted(t *testing.T) {
	var r report.Report
	for n := range 25 {
		r.Verdict.Anomalies = append(r.Verdict.Anomalies, checkers.Anomaly{Name: "stale-read", Message: fmt.Sprint("register ", n)})
	}
	var b strings.Builder
	require.NoError(t, r.Text(&b, report.Style{}))
	require.Contains(t, b.String(), "register 9.")
	require.NotContains(t, b.String(), "register 10.")
	require.Contains(t, b.String(), "… and 15 other findings, with --json")
}
