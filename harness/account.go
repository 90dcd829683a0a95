package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/report"
)

// account is what a [Test] tells of a run.
type account[I, O any] struct {
	*failure[I, O]
	shrunk  *shrunk[I, O]
	before  *savedCase // which was made again
	kept    string     // where the smallest run is kept
	keptErr error
	leaks   []string
	races   int
}

// tell fails the test, or logs that all is well.
func (t *trial[I, O]) tell(a *account[I, O]) {
	t.tb.Helper()
	shown := a.failure
	if a.shrunk != nil && a.shrunk.run != nil {
		shown = a.shrunk.run
	}
	r := Report(shown.workload, shown.result)
	var b strings.Builder
	b.WriteString(r.Verdict.Text())
	b.WriteString(r.Lanes())
	figures(&b, r)
	flaws := a.flaws(&b, r)
	t.sizes(&b, a)
	t.directions(&b, a)
	text := strings.TrimRight(b.String(), "\n")
	if r.Verdict.Status != checkers.Valid || flaws {
		t.tb.Errorf("%s", text)
		return
	}
	if m, ok := t.tb.(interface{ ReportMetric(n float64, unit string) }); ok { // a benchmark logs nothing in its loop
		m.ReportMetric(r.Stats.Throughput, "ok/s")
		return
	}
	t.tb.Logf("%s", text)
}

// mostErrorsTold is how many different errors are shown.
const mostErrorsTold = 3

func figures(b *strings.Builder, r *report.Report) {
	if r.Interrupted != "" {
		fmt.Fprintf(b, "%s\n", r.Interrupted)
	}
	s := r.Stats
	fmt.Fprintf(b, "%d clients, %d operations: %d ok, %d failed, %d unknown, %d retries, %.0f%% contended\n",
		r.Info.Clients, s.Ops, s.OK, s.Failed, s.Unknown, s.Retries, 100*s.Contended)
	for n, e := range r.Errors {
		if n == mostErrorsTold {
			fmt.Fprintf(b, "and %d other errors\n", len(r.Errors)-n)
			break
		}
		line, _, _ := strings.Cut(e.Text, "\n")
		fmt.Fprintf(b, "%d × %v: %s\n", e.Count, e.Outcome, line)
	}
}

// flaws tells what is wrong besides the verdict, and says whether that fails the test.
func (a *account[I, O]) flaws(b *strings.Builder, r *report.Report) (some bool) {
	for _, e := range r.Errors {
		if strings.HasPrefix(e.Text, "the target panicked: ") || strings.HasPrefix(e.Text, "the target ended its goroutine") {
			fmt.Fprintf(b, "%d operations did not end as they should: %s\n", e.Count, e.Text)
			some = true
			break
		}
	}
	if n := a.result.Orphans; n > 0 {
		fmt.Fprintf(b, "%d calls of the target never returned, also not when their context was done, as in a deadlock; "+
			"their goroutines still run\n", n)
		some = true
	}
	if len(a.leaks) > 0 {
		fmt.Fprintf(b, "%d goroutines were left behind (harness.AllowLeaks allows some), such as\n  %s\n", len(a.leaks),
			strings.ReplaceAll(a.leaks[0], "\n", "\n  "))
		some = true
	}
	if a.races > 0 {
		fmt.Fprintf(b, "the race detector found %d data races meanwhile, which it tells of on standard error; they are apart "+
			"from this verdict\n", a.races)
	}
	return some
}

// sizes tells how small the run got.
func (t *trial[I, O]) sizes(b *strings.Builder, a *account[I, O]) {
	s := a.shrunk
	switch {
	case a.before != nil && s.failed < s.of:
		fmt.Fprintf(b, "failed before, and is flaky: reproduced %d of %d (%s)\n", s.failed, s.of, a.before.path)
	case a.before != nil:
		fmt.Fprintf(b, "failed before, and fails again: reproduced %d of %d (%s)\n", s.failed, s.of, a.before.path)
	case s == nil:
	case s.run == nil:
		fmt.Fprintf(b, "not made smaller: %s\n", s.why)
	default:
		fmt.Fprintf(b, "the smallest run that fails: %d of %d tries, in %s; first seen with %d clients and %d operations; "+
			"%d runs in %v\n", s.failed, s.of, s.Schedule, t.cfg.clients, a.result.Stats.Ops, s.runs,
			s.took.Round(time.Millisecond))
		if s.why != "" {
			fmt.Fprintf(b, "%s\n", s.why)
		}
	}
}

// directions tell how to see it again.
func (t *trial[I, O]) directions(b *strings.Builder, a *account[I, O]) {
	if a.kept != "" {
		fmt.Fprintf(b, "kept in %s, which is run first from now on\n", a.kept)
	}
	if a.keptErr != nil {
		fmt.Fprintf(b, "could not be kept: %v\n", a.keptErr)
	}
	if t.cfg.artifacts != "" && a.before == nil {
		fmt.Fprintf(b, "history and report: %s\n", t.cfg.artifacts)
	}
	what, seed := "the same operations again", t.seed
	if a.before != nil {
		fmt.Fprintf(b, "the same again: go test -run %s\n", onlyTest(t.tb.Name()))
		return
	}
	if a.shrunk != nil && a.shrunk.run != nil {
		what = "the first run again"
	}
	fmt.Fprintf(b, "%s: %s=%d go test -run %s", what, SeedVariable, seed, onlyTest(t.tb.Name()))
}

// onlyTest is the pattern, quoted for a shell, that chooses the test with the name.
func onlyTest(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return "'" + strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`) + "'"
}

// writeReport writes the report of a run as JSON.
func writeReport[I, O any](path string, w Workload[I, O], r *Result[I, O]) error {
	text, err := json.MarshalIndent(Report(w, r), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644) //nolint:gosec // artefacts are for everybody to read
}
