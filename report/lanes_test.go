package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// raced is a report of two deducts that overlap, and of the read at the end.
func raced() *report.Report {
	return &report.Report{
		Verdict: checkers.Reject(checkers.Anomaly{Name: checkers.LostUpdate, Ops: []int{0, 1, 3}}),
		Evidence: []report.Evidence{
			{Op: 0, Client: 4, Call: 1_000_000, Return: 3_000_000, Text: "deduct 300 from wallet 0 → 700"},
			{Op: 1, Client: 2, Call: 1_000_000, Return: 3_000_000, Text: "deduct 500 from wallet 0 → 500"},
			{Op: 2, Client: 2, Call: 3_000_000, Outcome: history.Unknown, Text: "deposit 5 into wallet 0, unknown"},
			{Op: 3, Client: 9, Call: 5_000_000, Return: 6_000_000, Text: "read wallet 0 → 500", Final: true},
		},
		Steps: []report.Step{
			{Client: 2, At: 1_000_000, Name: "read"}, {Client: 4, At: 2_000_000, Name: "read"},
			{Client: 4, At: 2_500_000, Name: "write"}, {Client: 7, At: 2_600_000, Name: "somebody else's"},
			{Client: 4, At: 4_000_000, Name: "after it returned"},
		},
	}
}

func TestLanesShowWhoDidWhatWhen(t *testing.T) {
	require.Equal(t, strings.TrimLeft(`
   time      client 2                     client 4                     at the end
  ──────────────────────────────────────────────────────────────────────────────────────
   1.000 ms                               #0 deduct 300 from wallet 0
   1.000 ms  #1 deduct 500 from wallet 0
   1.000 ms     read
   2.000 ms                                  read
   2.500 ms                                  write
   3.000 ms                               #0 → 700
   3.000 ms  #1 → 500
   5.000 ms                                                            #3 read wallet 0
   6.000 ms                                                            #3 → 500
`, "\n"), raced().Lanes())
}

func TestLanesOfAWholeRunShowWhatNeverReturned(t *testing.T) {
	r := raced()
	r.Whole = true
	text := r.Lanes()
	require.Contains(t, text, "#2 deposit 5 into wallet 0, unknown\n")
	require.NotContains(t, text, "#2 →")
}

func TestLanesAreBounded(t *testing.T) {
	r := &report.Report{Verdict: checkers.Reject(checkers.Anomaly{}), Whole: true}
	for i := range 40 {
		r.Evidence = append(r.Evidence, report.Evidence{Op: i, Client: int32(i), Call: int64(i), Return: int64(i + 1), Text: "x"})
	}
	text := r.Lanes()
	require.Contains(t, text, "client 5")
	require.NotContains(t, text, "client 6", "six clients have room")
}

func TestLanesAreEmptyWhereThereIsNothingToShow(t *testing.T) {
	require.Empty(t, (&report.Report{}).Lanes())
	require.Empty(t, (&report.Report{Verdict: checkers.Reject(checkers.Anomaly{Ops: []int{1}})}).Lanes())
	r := raced()
	r.Untimed = true
	require.Empty(t, r.Lanes())
}
