package gate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/lostupdate/stress/report"
)

// Threshold is a bound on a figure; a run fails on which it is so.
type Threshold struct {
	text, op string
	kind     string // of operation; "" for all
	metric   metric
	limit    float64
}

// operators compare what was measured with the limit.
func operators() map[string]func(v, limit float64) bool {
	return map[string]func(v, limit float64) bool{
		">": func(v, limit float64) bool { return v > limit }, ">=": func(v, limit float64) bool { return v >= limit },
		"<": func(v, limit float64) bool { return v < limit }, "<=": func(v, limit float64) bool { return v <= limit },
		"==": func(v, limit float64) bool { return v == limit }, "!=": func(v, limit float64) bool { return v != limit },
	}
}

// Metrics are the names of the figures of a run, as thresholds have them. Each latency is there for a kind of operation as well:
// deduct.p99.
func Metrics() []string {
	var names []string
	for _, m := range metrics() {
		names = append(names, m.name)
	}
	return names
}

// ParseFailIf reads a threshold: METRIC OP VALUE, as in "p99 > 50ms", "read.p50 > 2ms", "ok-rate < 99%". What is wrong with
// it is a [SyntaxError]: an unknown metric, a value without its unit, a bound that is never or always so.
func ParseFailIf(text string) (*Threshold, error) {
	isOp := func(r rune) bool { return strings.ContainsRune("<>=!", r) }
	runes := []rune(text)
	wrong := func(at int, format string, args ...any) (*Threshold, error) {
		return nil, &SyntaxError{text, at + 1, fmt.Sprintf(format, args...)}
	}
	skip := func(at int, what func(rune) bool) int {
		for at < len(runes) && what(runes[at]) {
			at++
		}
		return at
	}
	start := skip(0, unicode.IsSpace)
	end := skip(start, func(r rune) bool { return !unicode.IsSpace(r) && !isOp(r) })
	opStart := skip(end, unicode.IsSpace)
	opEnd := skip(opStart, isOp)
	valueStart := skip(opEnd, unicode.IsSpace)
	value := strings.TrimSpace(string(runes[valueStart:]))
	t := &Threshold{text: strings.Join(strings.Fields(text), " "), op: string(runes[opStart:opEnd])}
	if start == end {
		return wrong(start, "begin with a metric: %s", strings.Join(Metrics(), ", "))
	}
	var what string
	if t.kind, t.metric, what = lookUp(string(runes[start:end])); what != "" {
		return wrong(start, "%s", what)
	}
	if what := t.comparison(); what != "" {
		return wrong(opStart, "%s", what)
	}
	if value == "" {
		return wrong(valueStart, "a value is missing")
	}
	limit, err := t.metric.unit.parse(value)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return wrong(valueStart, "%s is no value for %s: %s", value, t.metric.name, first)
	}
	t.limit = limit
	if what := t.trivial(); what != "" {
		return wrong(start, "%s", what)
	}
	return t, nil
}

// lookUp finds the metric, of all operations or of a kind; which kinds there are it does not know.
func lookUp(name string) (kind string, m metric, wrong string) {
	for _, m := range metrics() {
		if m.name == name {
			return "", m, ""
		}
	}
	for _, m := range latencies() {
		if kind, ok := strings.CutSuffix(name, "."+m.name); ok && kind != "" {
			return kind, ofKind(kind, m), ""
		}
	}
	if kind, of, ok := strings.Cut(name, "."); ok && kind != "" {
		var names []string
		for _, m := range latencies() {
			names = append(names, m.name)
		}
		return "", metric{}, unknown("latency of "+kind, of, names)
	}
	return "", metric{}, unknown("metric", name, Metrics())
}

// comparison says what is wrong with the operator.
func (t *Threshold) comparison() string {
	_, known := operators()[t.op]
	switch {
	case t.op == "":
		return "after the metric comes >, >=, < or <="
	case !known:
		return fmt.Sprintf("no operator %q; there are >, >=, < and <=, and == and != for counts", t.op)
	case (t.op == "==" || t.op == "!=") && t.metric.unit != count:
		return fmt.Sprintf("%s is no count, which would be one value exactly: use >, >=, < or <=", t.metric.name)
	}
	return ""
}

// trivial says that a threshold would be the same for all runs.
func (t *Threshold) trivial() string {
	bounded := t.metric.unit == share
	switch {
	case t.op == "<" && t.limit == 0, bounded && t.op == ">" && t.limit == 1:
		return "this is never so, and would let every run pass"
	case t.op == ">=" && t.limit == 0, bounded && t.op == "<=" && t.limit == 1:
		return "this is always so, and would let no run pass"
	}
	return ""
}

// Kind is the kind of operation whose latency is bounded, as in deduct.p99, or "" where all operations count.
func (t *Threshold) Kind() string { return t.kind }

// CheckKind is a [SyntaxError] if the kind of operation is none of those that there can be.
func (t *Threshold) CheckKind(kinds []string) error {
	if t.kind == "" || slices.Contains(kinds, t.kind) {
		return nil
	}
	return &SyntaxError{t.text, 1, unknown("operation", t.kind, kinds)}
}

// Eval measures the figure. One that there is not breaks the gate.
func (t *Threshold) Eval(r *report.Report) report.Gate {
	g := report.Gate{Kind: report.FailIf, Text: t.text, Status: report.Held}
	v, why := t.metric.of(r)
	if why != "" {
		g.Status, g.Measured = report.Broken, fmt.Sprintf("there is no %s: %s", t.metric.name, why)
		return g
	}
	if operators()[t.op](v, t.limit) || math.IsNaN(v) { // what is not a number is not right either
		g.Status = report.Broken
	}
	g.Measured = fmt.Sprintf("%s was %s", t.metric.name, t.metric.unit.format(v, t.limit))
	return g
}
