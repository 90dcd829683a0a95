package gitlab_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/gitlab"
)

type issue struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

func write(t *testing.T, suites ...report.Suite) []issue {
	t.Helper()
	var b strings.Builder
	require.NoError(t, gitlab.Write(&b, "out/quality.json", suites...))
	var issues []issue
	d := json.NewDecoder(strings.NewReader(b.String()))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&issues))
	require.NotNil(t, issues, "GitLab wants a list, also if it is empty")
	return issues
}

func suite(file string, result report.Result, findings ...report.Finding) report.Suite {
	return report.Suite{File: file, Cases: []report.Case{{
		Target: "sqlite", Workload: "wallet", Strategy: "read-modify-write", Result: result, Findings: findings,
	}}}
}

func TestEachFindingIsAnIssue(t *testing.T) {
	issues := write(t, suite("stress-out/x/history.jsonl", report.Wrong,
		report.Finding{Name: "lost-update", Object: "wallet 0", Message: "gone <b>"},
		report.Finding{Name: "lost-update", Object: "wallet 1", Message: "gone too"},
		report.Finding{Name: "lost-update", Object: "wallet 1", Message: "and again"},
	))
	require.Len(t, issues, 2)
	require.Equal(t, "sqlite · wallet · read-modify-write: gone <b>", issues[0].Description)
	require.Equal(t, "stress/lost-update", issues[0].CheckName)
	require.Equal(t, "critical", issues[0].Severity)
	require.Equal(t, "stress-out/x/history.jsonl", issues[0].Location.Path)
	require.Equal(t, 1, issues[0].Location.Lines.Begin)
	require.NotEqual(t, issues[0].Fingerprint, issues[1].Fingerprint)
}

// GitLab tells by the fingerprint whether an issue is new: so values, places and times must not be in it.
func TestFingerprintsStay(t *testing.T) {
	one := write(t, suite("a", report.Wrong, report.Finding{Name: "lost-update", Object: "wallet 0", Message: "300 lost"}))
	other := write(t, suite("b", report.Wrong, report.Finding{Name: "lost-update", Object: "wallet 0", Message: "500 lost"}))
	require.Equal(t, one[0].Fingerprint, other[0].Fingerprint)
	require.Equal(t, "16c63f30d79b3f18b0337662c7042f5fea34abd869add562a81790cd0b583429", one[0].Fingerprint)
}

func TestWhatIsNoIssue(t *testing.T) {
	skipped := report.Finding{Name: "skipped", Message: "no server"}
	require.Empty(t, write(t, suite("", report.Fine), suite("", report.NotTried, skipped)))
	require.Equal(t, "major", write(t, suite("", report.Undecided, report.Finding{Name: "undecided"}))[0].Severity)
	require.Equal(t, "major", write(t, suite("", report.NotRun, report.Finding{Name: "failed"}))[0].Severity)
}

// GitLab takes relative paths only.
func TestPlacesAreRelative(t *testing.T) {
	for file, want := range map[string]string{
		"": "out/quality.json", "/tmp/h.jsonl": "out/quality.json", "../h.jsonl": "out/quality.json", "./a//h.jsonl": "a/h.jsonl",
	} {
		require.Equal(t, want, write(t, suite(file, report.Wrong, report.Finding{Name: "x"}))[0].Location.Path, file)
	}
	var b strings.Builder
	require.NoError(t, gitlab.Write(&b, "/abs.json", suite("", report.Wrong, report.Finding{Name: "x"})))
	require.Contains(t, b.String(), `"path": "stress"`)
}
