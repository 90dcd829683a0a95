package junit_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	ours "github.com/lostupdate/stress/report/junit"
)

// write gives the document back as a viewer reads it.
func write(t *testing.T, suites ...report.Suite) (text string, doc junit.Testsuites) {
	t.Helper()
	var b strings.Builder
	require.NoError(t, ours.Write(&b, suites...))
	require.True(t, strings.HasPrefix(b.String(), `<?xml version="1.0" encoding="UTF-8"?>`))
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		if _, err := d.Token(); err == io.EOF { //nolint:errorlint // the decoder gives it as it is
			break
		} else { //nolint:revive // as above
			require.NoError(t, err)
		}
	}
	require.NoError(t, xml.Unmarshal([]byte(b.String()), &doc))
	return b.String(), doc
}

func reportOf(v checkers.Verdict, gates ...report.Gate) *report.Report {
	return &report.Report{
		Info:    history.Info{Target: "sqlite", Workload: "wallet", Strategy: "read-modify-write", Seed: 7, Clients: 8},
		Verdict: v, Stats: report.Stats{Elapsed: 1500 * time.Millisecond}, Gates: gates, Again: "stress run --seed 7",
	}
}

var lost = checkers.Anomaly{Name: checkers.LostUpdate, Message: "gone"}

func TestAnAnomalyIsAFailure(t *testing.T) {
	_, doc := write(t, reportOf(checkers.Reject(lost)).Suite())
	require.Equal(t, []int{1, 1, 0, 0}, []int{doc.Tests, doc.Failures, doc.Errors, doc.Skipped})
	suite := doc.Suites[0]
	require.Contains(t, *suite.Properties, junit.Property{Name: "seed", Value: "7"})
	require.Contains(t, *suite.Properties, junit.Property{Name: "again", Value: "stress run --seed 7"})
	c := suite.Testcases[0]
	require.Equal(t, "sqlite.wallet", c.Classname)
	require.Equal(t, "read-modify-write", c.Name)
	require.Equal(t, "1.500000", c.Time)
	require.Equal(t, "lost-update", c.Failure.Type)
	require.Equal(t, "lost-update: gone.", c.Failure.Message)
	require.Contains(t, c.Failure.Data, "INVALID  sqlite · wallet · read-modify-write\n")
	require.Nil(t, c.SystemOut)
}

func TestUndecidedIsAnError(t *testing.T) {
	_, doc := write(t, reportOf(checkers.Undecide("too little")).Suite())
	require.Equal(t, []int{1, 0, 1}, []int{doc.Tests, doc.Failures, doc.Errors})
	require.Equal(t, "undecided", doc.Suites[0].Testcases[0].Error.Type)
	require.Equal(t, "too little", doc.Suites[0].Testcases[0].Error.Message)
}

func TestValidPasses(t *testing.T) {
	_, doc := write(t, reportOf(checkers.Verdict{}).Suite())
	require.Equal(t, []int{1, 0, 0}, []int{doc.Tests, doc.Failures, doc.Errors})
	require.Contains(t, doc.Suites[0].Testcases[0].SystemOut.Data, "VALID")
}

func TestEachGateIsACase(t *testing.T) {
	_, doc := write(t, reportOf(checkers.Reject(lost),
		report.Gate{Kind: report.Expect, Text: "lost-update", Status: report.Held, Measured: "found"},
		report.Gate{Kind: report.FailIf, Text: "p99 > 1ms", Status: report.Broken, Measured: "p99 was 2ms"},
	).Suite())
	require.Equal(t, []int{3, 1, 0}, []int{doc.Tests, doc.Failures, doc.Errors})
	cases := doc.Suites[0].Testcases
	require.Nil(t, cases[0].Failure, "what was expected is no failure")
	require.Nil(t, cases[1].Failure)
	require.Equal(t, "read-modify-write: fail-if p99 > 1ms", cases[2].Name)
	require.Equal(t, "fail-if p99 > 1ms: failed, p99 was 2ms", cases[2].Failure.Message)
	_, doc = write(t, reportOf(checkers.Undecide("x"),
		report.Gate{Kind: report.Expect, Text: "lost-update", Status: report.Open, Measured: "but the run is undecided"}).Suite())
	require.Equal(t, []int{2, 0, 2}, []int{doc.Tests, doc.Failures, doc.Errors})
}

func TestAMatrixHasACaseForEachEntry(t *testing.T) {
	m := report.Matrix{
		Scenario: []report.Row{{
			Engine: "memory", Workload: "wallet", Strategy: "mutex", Runs: 1, Surprise: "lost", Found: []string{"overdraft"},
		}},
		Rows: []report.Row{
			{Engine: "memory", Workload: "wallet", Strategy: "mutex", Runs: 2, AsExpected: 2, Elapsed: time.Second},
			{
				Engine: "memory", Workload: "wallet", Strategy: "racy", Expected: "lost-update", Runs: 2, AsExpected: 1,
				Surprise: "found nothing",
			},
			{Engine: "memory", Workload: "wallet", Strategy: "slow", Runs: 1, Undecided: true, Surprise: "too little"},
			{Engine: "memory", Workload: "wallet", Strategy: "down", Failed: "refused"},
			{Engine: "memory", Workload: "wallet", Strategy: "late"},
		},
		Skipped: []report.Skipped{{Engine: "postgres", Workload: "wallet", Strategy: "atomic", Reason: "set STRESS_POSTGRES_DSN"}},
	}
	_, doc := write(t, m.Suite())
	require.Equal(t, []int{7, 2, 2, 2}, []int{doc.Tests, doc.Failures, doc.Errors, doc.Skipped})
	cases := doc.Suites[0].Testcases
	require.Equal(t, "memory.two-deducts", cases[0].Classname)
	require.Equal(t, "overdraft", cases[0].Failure.Type)
	require.Equal(t, "1.000000", cases[1].Time)
	require.Equal(t, "no lost-update", cases[2].Failure.Type)
	require.Equal(t, "found nothing", cases[2].Failure.Message)
	require.Equal(t, "too little", cases[3].Error.Message)
	require.Equal(t, "refused", cases[4].Error.Message)
	require.Equal(t, "set STRESS_POSTGRES_DSN", cases[6].Skipped.Message)
}

// Whatever a value holds, the document is XML 1.0, and the value is text in it.
func TestValuesAreText(t *testing.T) {
	const evil = "a\x00b\x1b[31m\xff]]></failure><script>\"'&\uFFFE\n\t" + `</script><img onerror=alert(1)>`
	const shown = "a\uFFFDb\uFFFD[31m\uFFFD]]></failure><script>\"'&\uFFFD\n\t" + `</script><img onerror=alert(1)>`
	r := reportOf(checkers.Reject(checkers.Anomaly{Name: evil, Message: evil}))
	r.Info.Target, r.Info.Workload, r.Info.Strategy, r.Again = evil, evil, evil, evil
	r.Gates = []report.Gate{{Kind: report.FailIf, Text: evil, Status: report.Broken, Measured: evil}}
	text, doc := write(t, r.Suite())
	require.NotContains(t, text, "\x1b")
	c := doc.Suites[0].Testcases[0]
	require.Equal(t, shown, c.Name)
	require.Equal(t, shown, c.Failure.Type)
	require.Contains(t, c.Failure.Message, shown)
	require.Contains(t, c.Failure.Data, shown)
}
