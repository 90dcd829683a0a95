package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

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
}

// A foreign history without times has lines; what a read was answered stands where it was, and the arrow of a swap is none.
func TestLanesOfAForeignHistoryGoByLine(t *testing.T) {
	r := &report.Report{Untimed: true, Verdict: checkers.Reject(checkers.Anomaly{Ops: []int{0, 1}}), Evidence: []report.Evidence{
		{Op: 0, Client: 0, Call: 0, Return: 2, Text: "cas 1 → 2", Lines: []int64{1, 3}},
		{Op: 1, Client: 1, Call: 1, Return: 3, Text: "read: nil", Lines: []int64{2, 4}},
	}}
	want := strings.TrimLeft(`
   line  client 0      client 1
  ──────────────────────────────
   1     #0 cas 1 → 2
   2                   #1 read
   3     #0 → ok
   4                   #1 → nil
`, "\n")
	require.Equal(t, want, r.Lanes())
	r.Untimed = false
	require.Contains(t, r.Lanes(), "   4     0.000 ms                #1 → nil\n")
	for i := range r.Evidence {
		r.Evidence[i].Lines = nil
	}
	r.Untimed = true
	require.Contains(t, r.Lanes(), "   event  client 0")
}

// On a terminal the columns are wrapped into its width; where they would be too narrow, the operations are a list.
func TestLanesFitTheWidth(t *testing.T) {
	for _, width := range []int{120, 80, 66} {
		for line := range strings.Lines(text(t, raced(), report.Style{Width: width})) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), width, "%q", line)
		}
	}
	require.Contains(t, text(t, raced(), report.Style{Width: 80}), `
   1.000 ms  #1 deduct 500 from
                wallet 0
`)
	narrow := text(t, raced(), report.Style{Width: 50})
	require.NotContains(t, narrow, "client 2")
	require.Contains(t, narrow, "deduct 500")
}

// Of an anomaly that names more than fits, the rest follows as a list, and what that leaves out is counted.
func TestWhatIsInNoColumnIsListed(t *testing.T) {
	r := raced()
	r.Verdict.Anomalies = append(r.Verdict.Anomalies, checkers.Anomaly{Name: "b", Ops: []int{0, 2}})
	require.Contains(t, text(t, r, report.Style{}), `
  The other operations that the findings name:
   op  client      call  return  what
  ────────────────────────────────────────────────────────────────
   #2       2  3.000 ms   never  deposit 5 into wallet 0, unknown
`)
}

// A value can't dress itself up as a colour, move the cursor, or turn the text around.
func TestValuesAreShownAsTheyAre(t *testing.T) {
	r := raced()
	nasty := "\x1b[2Jx\ty\u202ez\u009b1m\nINVALID"
	r.Evidence[0].Text += nasty
	r.Verdict.Anomalies[0].Message, r.Verdict.Anomalies[0].Name = nasty, nasty
	r.Info = history.Info{Target: nasty, Workload: nasty, Strategy: nasty, Engine: nasty}
	r.Interrupted, r.Missing = nasty, nasty
	r.Verdict.Reason = "reason " + nasty
	r.Steps[1].Name = nasty
	r.Stats.Kinds = []report.KindStats{{Kind: nasty}}
	r.Errors = []report.ErrorCount{{Text: nasty, Count: 1}}
	r.Orders = []report.Order{{Object: nasty, Ops: []string{nasty}}}
	plain := text(t, r, report.Style{})
	for _, bad := range []string{"\x1b", "\t", "\u202e", "\u009b", "\nINVALID"} {
		require.NotContains(t, plain, bad)
	}
	require.Contains(t, plain, `\x1b[2Jx\ty\u202ez\u009b1m\nINVALID`)
	r.Untimed = true
	require.NotContains(t, text(t, r, report.Style{}), "\x1b")
}
