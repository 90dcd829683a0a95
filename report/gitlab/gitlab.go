// Package gitlab writes what is wrong with runs as a GitLab code-quality report, which merge requests show.
package gitlab

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/lostupdate/stress/report"
)

// issue is one entry of the report, as GitLab reads it.
type issue struct {
	Description string   `json:"description"`
	CheckName   string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// Write writes an issue for each finding of a case that is not OK. An anomaly has no line in a source file: its place is
// the suite's file, or the fallback where that is none below the current folder, for GitLab takes relative paths only. The
// fingerprint is the same in every run that finds the same, so that GitLab can tell what is new; what has the same
// fingerprint is written once.
func Write(w io.Writer, fallback string, suites ...report.Suite) error {
	issues := []issue{}
	seen := map[string]bool{}
	for _, s := range suites {
		where := location{place(s.File, fallback), lines{1}}
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				i := issue{
					Description: c.Subject() + ": " + f.Message,
					CheckName:   "stress/" + f.Name, Fingerprint: fingerprint(c, f), Severity: severity(c.Result), Location: where,
				}
				if i.Severity != "" && !seen[i.Fingerprint] {
					seen[i.Fingerprint] = true
					issues = append(issues, i)
				}
			}
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(issues)
}

// severity is "" for what is no issue.
func severity(r report.Result) string {
	switch r {
	case report.Wrong:
		return "critical"
	case report.Undecided, report.NotRun:
		return "major"
	}
	return ""
}

func fingerprint(c report.Case, f report.Finding) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{c.Target, c.Workload, c.Strategy, c.Gate, f.Name, f.Object}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// place gives a path below the current folder, with slashes.
func place(file, fallback string) string {
	for _, p := range []string{file, fallback} {
		if p != "" && filepath.IsLocal(p) {
			return path.Clean(filepath.ToSlash(p))
		}
	}
	return "stress"
}
