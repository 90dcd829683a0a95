package diff_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/diff"
)

func before() *report.Report {
	return &report.Report{
		Info: history.Info{
			Workload: "wallet", Target: "sqlite", Strategy: "row-lock", Engine: "SQLite 3.50", Clients: 8, Seed: 7,
			Params: map[string]any{"keys": 4}, Args: map[string]string{"rate": "500", "clients": "8", "hot": "0.5"},
		},
		Verdict: checkers.Reject(
			checkers.Anomaly{Name: "lost-update", Message: "one was lost."}, checkers.Anomaly{Name: "lost-update", Message: "another"},
			checkers.Anomaly{Name: "overdraft", Message: "it is below zero"},
		),
		Stats: report.Stats{
			Ops: 1000, OK: 990, Failed: 10, Throughput: 2000, P99: 10 * time.Millisecond, Contended: 0.5, Retries: 0,
			Kinds: []report.KindStats{{
				Kind: "deduct", Count: 990, P50: time.Millisecond, P90: 2 * time.Millisecond, P99: 10 * time.Millisecond,
			}},
		},
		Errors: []report.ErrorCount{{Text: "busy\nstack", Outcome: history.Failed, Count: 10}},
	}
}

func after() *report.Report {
	r := before()
	r.Info.Engine, r.Info.Seed, r.Info.Args = "SQLite 3.51", 8, map[string]string{"rate": "500", "clients": "8"}
	r.Verdict = checkers.Reject(
		checkers.Anomaly{Name: "lost-update", Message: "one was lost"}, checkers.Anomaly{Name: "stale-read", Message: "old"},
	)
	r.Stats.Throughput, r.Stats.P99, r.Stats.OK, r.Stats.Failed = 3000, 25*time.Millisecond, 1000, 0
	r.Stats.Kinds = append(r.Stats.Kinds, report.KindStats{Kind: "read", Outcome: history.Unknown, Count: 3})
	r.Errors = nil
	return r
}

func text(t *testing.T, d *diff.Diff, s report.Style) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, d.Text(&b, s))
	return b.String()
}

func TestText(t *testing.T) {
	require.Equal(t, `A  INVALID  sqlite · wallet · row-lock  SQLite 3.50
   one
B  INVALID  sqlite · wallet · row-lock  SQLite 3.51
   two

   anomaly      A  B  where
  ──────────────────────────────
   lost-update  2  1  in both
   overdraft    1  0  only in A
   stale-read   0  1  only in B

  overdraft, only in A: it is below zero.

  stale-read, only in B: old.

   differs  A            B
  ───────────────────────────────────
   engine   SQLite 3.50  SQLite 3.51
   seed     7            8
   --hot    0.5          —

   figure                     A        B    B/A
  ──────────────────────────────────────────────
   operations             1,000    1,000  ×1.00
   ok                     99.0%   100.0%  ×1.01
   failed                    10        0  ×0.00
   contended              50.0%    50.0%  ×1.00
   throughput           2,000/s  3,000/s  ×1.50
   p99                     10ms     25ms  ×2.50
   deduct count             990      990  ×1.00
   deduct p50               1ms      1ms  ×1.00
   deduct p90               2ms      2ms  ×1.00
   deduct p99              10ms     10ms  ×1.00
   read, unknown count        —        3      —

   outcome   A  B  error
  ───────────────────────
   failed   10  0  busy
`, text(t, diff.Of("one", before(), "two", after()), report.Style{}))
}

func TestWhatIsNotComparableIsSaid(t *testing.T) {
	other := after()
	other.Info.Workload, other.Info.Target, other.Untimed = "register", "Jepsen EDN", true
	cut := before()
	cut.Missing = "the file was cut off"
	d := diff.Of("one", cut, "two", other)
	require.Equal(t, []string{
		"The runs are not comparable: A is of the workload wallet, B of register.",
		"The runs are of different targets, A of sqlite and B of Jepsen EDN: figures tell more of these than of anything else.",
		"A was cut off: its figures are of a part of the run.",
		"B has no times: it has no figures of speed.",
	}, d.Doubts)
	require.Regexp(t, `throughput +2,000/s +— +—`, text(t, d, report.Style{}))
}

func TestTextFitsTheWidth(t *testing.T) {
	a := before()
	a.Verdict.Anomalies[2].Message = strings.Repeat("word ", 40)
	a.Errors[0].Text = strings.Repeat("no luck ", 30)
	for line := range strings.Lines(text(t, diff.Of("one", a, "two", after()), report.Style{Width: 80})) {
		require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), 80, "%q", line)
	}
}

func TestPageAndJSONShowTheSame(t *testing.T) {
	d := diff.Of("one", before(), "two", after())
	var page strings.Builder
	require.NoError(t, diff.Page(&page, d))
	for _, want := range []string{"only in A", "×2.50", "SQLite 3.51", "stale-read", "busy", "Content-Security-Policy", "<title>"} {
		require.Contains(t, page.String(), want)
	}
	require.NotContains(t, page.String(), "<script")
	require.NotContains(t, page.String(), "://")
	written, err := json.Marshal(d)
	require.NoError(t, err)
	var back diff.Diff
	require.NoError(t, json.Unmarshal(written, &back))
	require.Equal(t, d, &back)
}
