package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lostupdate/stress/checkers"
)

// Gate is what was asked of a run beside its verdict, and whether it held.
type Gate struct {
	Kind   string     `json:"kind"` // FailIf or Expect
	Text   string     `json:"text"` // as it was asked: "p99 > 50ms", "lost-update"
	Status GateStatus `json:"status"`
	// Measured is what was found, in words: "p99 was 61.2ms", or why there was nothing to measure.
	Measured string `json:"measured"`
	// Unexpected are the anomalies that were found and that an expectation does not name.
	Unexpected []string `json:"unexpected,omitempty"`
}

// The kinds of gate, as the flags are named.
const (
	FailIf = "fail-if" // a figure must not be so
	Expect = "expect"  // anomalies must be found, and no others
)

// GateStatus says whether a gate held.
type GateStatus string

const (
	// Held is a gate that lets the run pass.
	Held GateStatus = "held"
	// Broken is a gate that does not. A figure that there is not breaks its gate.
	Broken GateStatus = "failed"
	// Open is an expectation of a run that was undecided.
	Open GateStatus = "undecided"
)

// Sentence says in one line what was asked and what was found.
func (g Gate) Sentence() string {
	switch {
	case g.Kind == Expect && g.Status == Held:
		return fmt.Sprintf("expected: %s, %s", g.Text, g.Measured)
	case g.Kind == Expect:
		return fmt.Sprintf("expected %s, %s", g.Text, g.Measured)
	}
	return fmt.Sprintf("%s %s: %s, %s", g.Kind, g.Text, g.Status, g.Measured)
}

// Conclusion is what a run comes to for whoever must let something pass or not. They are ordered by rank, the worst last.
type Conclusion uint8

const (
	// Passed says that nothing was wrong, or just what was expected, and that all gates held.
	Passed Conclusion = iota
	// Unproved says that the verdict is undecided.
	Unproved
	// GateBroken says that a gate did not hold.
	GateBroken
	// Anomalous says that an anomaly was found which was not expected.
	Anomalous
)

// Conclusion joins the verdict and the gates.
func (r *Report) Conclusion() Conclusion {
	c := Passed
	switch {
	case r.Verdict.Status == checkers.Undecided:
		c = Unproved
	case r.Verdict.Status == checkers.Invalid && !r.Foreseen():
		return Anomalous
	}
	for _, g := range r.Gates {
		switch g.Status {
		case Broken:
			return GateBroken
		case Open:
			c = Unproved
		}
	}
	return c
}

// Foreseen says that anomalies were found, and none but those that an expectation names.
func (r *Report) Foreseen() bool {
	i := slices.IndexFunc(r.Gates, func(g Gate) bool { return g.Kind == Expect })
	return i >= 0 && r.Verdict.Status == checkers.Invalid && len(r.Gates[i].Unexpected) == 0
}

// gates says of each whether it held.
func (r *Report) gates(b *strings.Builder, s Style) {
	if len(r.Gates) > 0 {
		b.WriteByte('\n')
	}
	for _, g := range r.Gates {
		fmt.Fprintf(b, "  %s %s\n", s.mark(g.Status), s.Wrap(4, g.Sentence()))
	}
}

func (s Style) mark(status GateStatus) string {
	switch status {
	case Held:
		return s.paint(text.Colors{text.Bold, text.FgGreen}, "✓")
	case Broken:
		return s.paint(text.Colors{text.Bold, text.FgRed}, "✗")
	default:
		return s.paint(text.Colors{text.Bold, text.FgYellow}, "?")
	}
}
