// Package gate reads what is asked of a run beside its verdict, and says of a report whether it held: thresholds on its figures,
// such as "p99 > 50ms", and anomalies that it must show. A figure that a report does not have breaks its gate: what was not
// measured has not been shown to be right.
package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/report"
)

// Gate is one thing that is asked of a run.
type Gate interface {
	// Eval says of a report whether it holds.
	Eval(r *report.Report) report.Gate
}

// Apply evaluates the gates, and puts what they say into the report.
func Apply(r *report.Report, gates []Gate) {
	for _, g := range gates {
		r.Gates = append(r.Gates, g.Eval(r))
	}
}

// SyntaxError says what is wrong with the text of a gate, and where.
type SyntaxError struct {
	Text string // of the gate
	At   int    // the character, from 1
	What string // a clause that says what is wrong there and what would be right
}

// Error names the text, the place and the remedy.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%q, character %d: %s", e.Text, e.At, e.What)
}

// Expectation are the anomalies that a run must show.
type Expectation struct {
	text          string
	must, mayFind []string
}

// ParseExpect reads names of anomalies with commas between them: each must be found, and no other may be. One with a
// question mark behind it may be found. A name that is no anomaly's is a [SyntaxError].
func ParseExpect(text string) (*Expectation, error) {
	e := &Expectation{}
	var words []string
	at := 1
	for part := range strings.SplitSeq(text, ",") {
		word := strings.TrimSpace(part)
		name, may := strings.CutSuffix(word, "?")
		start := at + len([]rune(part)) - len([]rune(strings.TrimLeft(part, " \t")))
		switch {
		case slices.Contains(e.must, name) || slices.Contains(e.mayFind, name):
			return nil, &SyntaxError{text, start, name + " is there twice"}
		case !slices.Contains(anomalies(), name):
			return nil, &SyntaxError{text, start, unknown("anomaly", name, anomalies())}
		case may:
			e.mayFind = append(e.mayFind, name)
		default:
			e.must = append(e.must, name)
		}
		words = append(words, word)
		at += len([]rune(part)) + 1
	}
	if len(e.must) == 0 {
		return nil, &SyntaxError{text, 1, "one anomaly at least must be without a question mark, or any run would do"}
	}
	e.text = strings.Join(words, ", ")
	return e, nil
}

func anomalies() []string {
	var names []string
	for _, m := range checkers.Meanings() {
		names = append(names, m.Name)
	}
	for _, rule := range monitor.Rules() { // as they are named in others' histories
		if !slices.Contains(names, rule) {
			names = append(names, rule)
		}
	}
	return names
}

// Eval says whether the anomalies that were found are those expected. An undecided run leaves it open.
func (e *Expectation) Eval(r *report.Report) report.Gate {
	g := report.Gate{Kind: report.Expect, Text: e.text, Status: report.Broken}
	found := r.Anomalies()
	missing := slices.DeleteFunc(slices.Clone(e.must), func(name string) bool { return slices.Contains(found, name) })
	for _, name := range found {
		if !slices.Contains(e.must, name) && !slices.Contains(e.mayFind, name) {
			g.Unexpected = append(g.Unexpected, name)
		}
	}
	switch {
	case r.Verdict.Status == checkers.Undecided:
		g.Status, g.Measured = report.Open, "but the run is undecided"
	case len(found) == 0:
		g.Measured = "found nothing: the baseline has changed"
	case len(missing) > 0:
		g.Measured = fmt.Sprintf("found %s, and no %s: the baseline has changed",
			strings.Join(found, ", "), strings.Join(missing, ", "))
	case len(g.Unexpected) > 0:
		g.Measured = fmt.Sprintf("found %s as well", strings.Join(g.Unexpected, ", "))
	default:
		g.Status, g.Measured = report.Held, "found"
		if len(found) < len(e.must)+len(e.mayFind) {
			g.Measured += " " + strings.Join(found, ", ")
		}
	}
	return g
}

// unknown says that a name is none of those known, with the one that is most like it, if any is.
func unknown(what, name string, known []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), k); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("no %s %q; did you mean %q?", what, name, best)
	}
	return fmt.Sprintf("no %s %q; there are %s", what, name, strings.Join(known, ", "))
}
