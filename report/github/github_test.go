package github_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/github"
)

func annotations(t *testing.T, suites ...report.Suite) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, github.Annotate(&b, suites...))
	return b.String()
}

func suite(result report.Result, findings ...report.Finding) report.Suite {
	return report.Suite{Cases: []report.Case{{
		Target: "sqlite", Workload: "wallet", Strategy: "a,b:c", Result: result, Findings: findings,
	}}}
}

// Nothing in a value begins a command of its own, or a property.
func TestCommandsAreEscaped(t *testing.T) {
	got := annotations(t, suite(report.Wrong, report.Finding{Name: "lost-update", Message: "100% gone\r\n::set-env name=x::y, z"}))
	require.Equal(t, "::error title=lost-update%3A sqlite · wallet · a%2Cb%3Ac::100%25 gone%0D%0A::set-env name=x::y, z\n", got)
}

func TestLevels(t *testing.T) {
	f := report.Finding{Name: "x", Message: "y"}
	require.Contains(t, annotations(t, suite(report.Undecided, f)), "::warning title=x")
	require.Contains(t, annotations(t, suite(report.NotRun, f)), "::error title=x")
	require.Empty(t, annotations(t, suite(report.Fine), suite(report.NotTried, f)))
}

// GitHub shows ten of a kind; the last says how many there are beyond.
func TestAnnotationsAreBounded(t *testing.T) {
	var all []report.Finding
	for i := range 25 {
		all = append(all, report.Finding{Name: "x", Message: fmt.Sprint("finding ", i)})
	}
	lines := strings.Split(strings.TrimSpace(annotations(t, suite(report.Wrong, all...))), "\n")
	require.Len(t, lines, 10)
	require.Equal(t, "::error title=stress::16 more, in the summary and the report", lines[9])
	require.Len(t, strings.Split(strings.TrimSpace(annotations(t, suite(report.Wrong, all[:9]...))), "\n"), 9)
	ten := strings.Split(strings.TrimSpace(annotations(t, suite(report.Wrong, all[:10]...))), "\n")
	require.Equal(t, "::error title=stress::1 more, in the summary and the report", ten[9])
}

const evil = "</script><img src=x onerror=alert(1)> `code` **bold** [a](javascript:b) | cell\n" +
	"new <!-- https://x @me #1 \x1b[31m $x$"

func evilReport() *report.Report {
	return &report.Report{
		Info: history.Info{Target: evil, Workload: evil, Strategy: evil, Clients: 2},
		Verdict: checkers.Verdict{
			Status: checkers.Invalid, Reason: evil,
			Anomalies: []checkers.Anomaly{{Name: evil, Message: evil, Repair: []string{evil}}},
		},
		Interrupted: evil, Missing: evil, Again: evil,
		Evidence: []report.Evidence{{Op: 1, Call: 1000, Text: evil}},
		Stats:    report.Stats{Kinds: []report.KindStats{{Kind: evil}}},
		Gates:    []report.Gate{{Kind: report.FailIf, Text: evil, Status: report.Broken, Measured: evil}},
	}
}

// Wherever a value stands, it is shown and not interpreted.
func TestValuesAreShown(t *testing.T) {
	text := github.Summary(evilReport(), github.Limit)
	for _, sign := range []string{"<img", "</script", "`", "**bold", "](", "<!--", "https:", "@", "\x1b", "$x", "onerror=alert("} {
		require.NotContains(t, text, sign)
	}
	shown := html.UnescapeString(text)
	inLine := strings.NewReplacer("\n", " ", "\x1b", "\uFFFD").Replace(evil)
	require.GreaterOrEqual(t, strings.Count(shown, inLine), 10)
	for line := range strings.SplitSeq(text, "\n") { // no value has made a column or a line
		if strings.HasPrefix(line, "|") {
			require.Contains(t, []int{4, 6, 9}, strings.Count(line, "|"), line)
		}
	}
}

func TestSummary(t *testing.T) {
	r := &report.Report{
		Info: history.Info{Target: "sqlite", Workload: "wallet", Strategy: "atomic", Clients: 2},
		Verdict: checkers.Reject(
			checkers.Anomaly{Name: "lost-update", Message: "gone", Repair: []string{"lua"}},
			checkers.Anomaly{Name: "overdraft", Message: "below"},
		),
		Evidence: []report.Evidence{{Op: 3, Client: 1, Call: 1_000_000, Return: 2_500_000, Text: "deduct 3 from wallet 0"}},
		Again:    "stress run",
	}
	text := html.UnescapeString(github.Summary(r, github.Limit))
	for _, want := range []string{
		"### ❌ INVALID: sqlite · wallet · atomic\n", "\n**lost-update**: gone. Not lost by: lua.\n", "\n**overdraft**: below.\n",
		"| #3 | 1 | 1.000 ms | 2.500 ms | deduct 3 from wallet 0 |\n", "0 operations in 0s by 2 clients",
		"Again: <code>stress run</code>",
	} {
		require.Contains(t, text, want)
	}
	r.Gates = []report.Gate{{Kind: report.Expect, Text: "lost-update", Status: report.Held, Measured: "found"}}
	text = github.Summary(r, github.Limit)
	require.Contains(t, text, "### ✅ INVALID")
	require.Contains(t, text, "\nAs expected.\n")
	require.Contains(t, github.Summary(&report.Report{Verdict: checkers.Undecide("too little")}, github.Limit), "### ❔ UNDECIDED")
	untimed := &report.Report{Evidence: []report.Evidence{{Call: 7}}, Stats: report.Stats{Kinds: []report.KindStats{{Kind: "read"}}}}
	untimed.Untime()
	require.Contains(t, github.Summary(untimed, github.Limit), "| event 7 | never |")
	require.NotContains(t, github.Summary(untimed, github.Limit), "p99")
}

// A summary that is too large GitHub does not show at all.
func TestSummariesAreBounded(t *testing.T) {
	r := evilReport()
	whole := github.Summary(r, github.Limit)
	for limit := 0; limit <= len(whole); limit += 97 {
		require.LessOrEqual(t, len(github.Summary(r, limit)), limit)
	}
	require.Equal(t, whole, github.Summary(r, len(whole)))
	require.Empty(t, github.Summary(r, 100))
	require.Contains(t, github.Summary(r, len(whole)-1), "… and more")
	r.Verdict.Anomalies[0].Message = strings.Repeat("x", 10<<20)
	require.Less(t, len(github.Summary(r, github.Limit)), 200_000)
}

func TestMatrixSummary(t *testing.T) {
	m := &report.Matrix{
		Rows: []report.Row{
			{Engine: "memory", Workload: "wallet", Strategy: "mutex", Runs: 2, AsExpected: 2, Throughput: 12345},
			{Engine: "memory", Workload: "wallet", Strategy: "racy", Expected: "lost-update", Runs: 2, AsExpected: 1, Surprise: evil},
		},
		Skipped: []report.Skipped{{Engine: "postgres", Workload: "wallet", Strategy: "atomic", Reason: "set STRESS_POSTGRES_DSN"}},
	}
	text := github.MatrixSummary(m, github.Limit)
	require.Contains(t, text, "### ❌ stress matrix: 1 as expected, 1 not, 1 not run\n")
	require.Contains(t, text, "| memory | wallet | mutex |  |  | 2/2 | 12,345 |")
	require.Contains(t, text, "<details open><summary>Not as expected: 1</summary>")
	require.Contains(t, html.UnescapeString(text), "set STRESS_POSTGRES_DSN")
	require.NotContains(t, text, "<img")
	m.Rows = m.Rows[:1]
	require.Contains(t, github.MatrixSummary(m, github.Limit), "### ✅ stress matrix: 1 as expected, 0 not, 1 not run\n")
	m.Interrupted = "interrupted"
	require.Contains(t, github.MatrixSummary(m, github.Limit), "### ❌")
}

// The log of a step is a terminal to whoever reads it elsewhere. A history from elsewhere has no strategy.
func TestCommandsMoveNoCursor(t *testing.T) {
	s := report.Suite{Cases: []report.Case{{
		Target: "Jepsen\x1b[31m", Workload: "register", Result: report.Wrong,
		Findings: []report.Finding{{Name: "x", Message: "a\x1b\u202eb\nc"}},
	}}}
	require.Equal(t, "::error title=x%3A Jepsen\\x1b[31m · register::a\\x1b\\u202eb%0Ac\n", annotations(t, s))
}
