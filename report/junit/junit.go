// Package junit writes what came of runs as JUnit XML, which Jenkins, GitLab and others show as tests.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/lostupdate/stress/report"
)

// Write writes a document with a testsuite for each suite. A case that is wrong is a failure, with the name of what was
// found as its type. One that is undecided, or that could not be run, is an error: no viewer shows either as passed.
func Write(w io.Writer, suites ...report.Suite) error {
	all := junit.Testsuites{Name: "stress"}
	var total time.Duration
	for n, s := range suites {
		suite, elapsed := testsuite(s)
		suite.ID = n
		total += elapsed
		all.AddSuite(suite)
	}
	all.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return all.WriteXML(w)
}

func testsuite(s report.Suite) (suite junit.Testsuite, elapsed time.Duration) {
	suite.Name = legal(s.Name)
	if !s.Start.IsZero() {
		suite.SetTimestamp(s.Start)
	}
	for _, f := range s.Facts {
		suite.AddProperty(f.Name, legal(f.Value))
	}
	for _, c := range s.Cases {
		elapsed += c.Elapsed
		suite.AddTestcase(testcase(c))
	}
	suite.Time = seconds(elapsed)
	return suite, elapsed
}

func testcase(c report.Case) junit.Testcase {
	out := junit.Testcase{Name: legal(c.Title()), Classname: legal(c.Class()), Time: seconds(c.Elapsed)}
	var first report.Finding
	if len(c.Findings) > 0 {
		first = c.Findings[0]
	}
	result := &junit.Result{Message: legal(first.Message), Type: legal(first.Name), Data: legal(c.Text)}
	switch c.Result {
	case report.Wrong:
		out.Failure = result
	case report.Undecided, report.NotRun:
		out.Error = result
	case report.NotTried:
		out.Skipped = &junit.Result{Message: legal(first.Message)}
	default:
		if c.Text != "" {
			out.SystemOut = &junit.Output{Data: legal(c.Text)}
		}
	}
	return out
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }

// legal puts U+FFFD in the place of what XML 1.0 has no way to write.
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000 && r <= 0x10ffff:
			return r
		}
		return '\uFFFD'
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
