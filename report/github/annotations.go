// Package github writes what came of runs for GitHub Actions: workflow commands that annotate the run, and a summary of the step.
package github

import (
	"fmt"
	"io"
	"strings"

	"github.com/lostupdate/stress/report"
)

// mostAnnotations is how many of a kind GitHub shows of a step.
const mostAnnotations = 10

// Annotate writes a workflow command for each finding: an error for what is wrong or could not be run, a warning for what is
// undecided. Beyond what GitHub shows of one step it writes how many there are.
func Annotate(w io.Writer, suites ...report.Suite) error {
	var b strings.Builder
	written := map[string]int{}
	for _, s := range suites {
		for _, c := range s.Cases {
			level := levelOf(c.Result)
			for _, f := range c.Findings {
				if level == "" {
					continue
				}
				if written[level]++; written[level] >= mostAnnotations {
					continue // the last place is for how many there are
				}
				title := f.Name + ": " + c.Subject()
				fmt.Fprintf(&b, "::%s title=%s::%s\n", level, property(report.Clean(title)), data(lines(f.Message)))
			}
		}
	}
	for _, level := range []string{"error", "warning"} {
		if more := written[level] - (mostAnnotations - 1); more > 0 {
			fmt.Fprintf(&b, "::%s title=stress::%d more, in the summary and the report\n", level, more)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func levelOf(r report.Result) string {
	switch r {
	case report.Wrong, report.NotRun:
		return "error"
	case report.Undecided:
		return "warning"
	}
	return ""
}

// lines shows control characters, but for the ends of lines.
func lines(text string) string {
	all := strings.Split(text, "\n")
	for i, line := range all {
		rest, ended := strings.CutSuffix(line, "\r")
		if all[i] = report.Clean(rest); ended {
			all[i] += "\r"
		}
	}
	return strings.Join(all, "\n")
}

// data escapes the text of a command, and property the value of a property, as the runner reads them.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
