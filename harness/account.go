package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/page"
)

// account is what a [Test] tells of a run.
type account[I, O any] struct {
	*failure[I, O]
	shrunk  *shrunk[I, O]
	before  *savedCase // which was made again
	kept    string     // where the smallest run is kept
	keptErr error
	leaks   []string // stacks of goroutines that were left behind
	stuck   []string // and of calls that never returned
	races   int
}

// tell fails the test, or logs that all is well.
func (t *trial[I, O]) tell(a *account[I, O]) {
	t.tb.Helper()
	shown := a.failure
	if a.shrunk != nil && a.shrunk.run != nil {
		shown = a.shrunk.run
	}
	r := shown.report()
	flaws := a.flaws()
	var b strings.Builder
	if b.WriteString(r.Verdict.Text()); len(flaws) > 0 && r.Verdict.Status == checkers.Valid {
		b.Reset()
		b.WriteString("nothing is wrong with what was answered, but\n")
	}
	for _, flaw := range flaws {
		fmt.Fprintf(&b, "%s\n", flaw)
	}
	b.WriteString(r.Lanes())
	figures(&b, r)
	if a.races > 0 {
		fmt.Fprintf(&b, "the race detector found %s meanwhile, which it tells of on standard error; they are apart from this "+
			"verdict\n", things(a.races, "data race"))
	}
	t.sizes(&b, a)
	t.directions(&b, a)
	text := strings.TrimRight(b.String(), "\n")
	if r.Verdict.Status != checkers.Valid || len(flaws) > 0 {
		t.tb.Errorf("%s", text)
		return
	}
	if m, ok := t.tb.(interface{ ReportMetric(n float64, unit string) }); ok { // a benchmark logs nothing in its loop
		m.ReportMetric(r.Stats.Throughput, "ok/s")
		return
	}
	t.tb.Logf("%s", text)
}

func things(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// mostErrorsTold is how many different errors are shown.
const mostErrorsTold = 3

func figures(b *strings.Builder, r *report.Report) {
	if r.Interrupted != "" {
		fmt.Fprintf(b, "%s\n", r.Interrupted)
	}
	s := r.Stats
	fmt.Fprintf(b, "%s, %s: %d ok, %d failed, %d unknown, %d retries, %.0f%% contended\n",
		things(r.Info.Clients, "client"), things(int(s.Ops), "operation"), s.OK, s.Failed, s.Unknown, s.Retries, 100*s.Contended)
	all := firstLines(r.Errors)
	for n, e := range all {
		if n == mostErrorsTold {
			fmt.Fprintf(b, "and %s\n", things(len(all)-n, "other error"))
			break
		}
		fmt.Fprintf(b, "%d × %v: %s\n", e.Count, e.Outcome, e.Text)
	}
}

// firstLines counts errors by their first lines: what follows is a stack, which is other each time.
func firstLines(errors []report.ErrorCount) []report.ErrorCount {
	counts := map[ErrorText]int{}
	for _, e := range errors {
		counts[ErrorText{Text: firstLine(e.Text), Outcome: e.Outcome}] += e.Count
	}
	return report.CountErrors(counts)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// flaws tells what is wrong besides the verdict, and fails the test.
func (a *account[I, O]) flaws() (all []string) {
	broken, first := 0, ""
	for _, e := range errorCounts(a.result.History) {
		if strings.HasPrefix(e.Text, "the target panicked: ") || strings.HasPrefix(e.Text, "the target ended its goroutine") {
			broken, first = broken+e.Count, e.Text
		}
	}
	if broken > 0 {
		all = append(all, fmt.Sprintf("in %s %s", things(broken, "operation"), wherePanicked(first)))
	}
	if n := a.result.Orphans; n > 0 {
		text := things(n, "call") + " of the target never returned, also not when the context was done, as in a deadlock"
		all = append(all, text+under(a.stuck))
	}
	if n := len(a.leaks); n > 0 {
		text := things(n, "goroutine") + " left behind (harness.AllowLeaks allows some)"
		all = append(all, text+under(a.leaks))
	}
	return all
}

// under shows the first of some stacks.
func under(stacks []string) string {
	if len(stacks) == 0 {
		return ""
	}
	return ", in\n    " + strings.ReplaceAll(stacks[0], "\n", "\n    ")
}

// wherePanicked leaves of the stack of a panic what is the user's: what lies between the panic and the harness.
func wherePanicked(text string) string {
	message, stack, _ := strings.Cut(text, "\n")
	lines := strings.Split(stack, "\n")
	from := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "panic(") })
	if from < 0 {
		return message
	}
	lines = lines[min(len(lines), from+2):]
	if to := slices.IndexFunc(lines, ourOwn); to >= 0 {
		lines = lines[:to]
	}
	return message + "\n    " + strings.Join(lines, "\n    ")
}

// ourOwn says of a function that it is the harness's.
func ourOwn(function string) bool {
	return strings.HasPrefix(function, ownPackage+"caller[") || strings.HasPrefix(function, ownPackage+"(*life[")
}

const ownPackage = "github.com/lostupdate/stress/harness."

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
	case s.Clients == 1:
		fmt.Fprintf(b, "one client alone is enough: no race, or Setup does not begin afresh (%d of %d tries)\n", s.failed, s.of)
	default:
		fmt.Fprintf(b, "the smallest run that fails: %d of %d tries, %s; first seen with %s and %s; %s in %v\n",
			s.failed, s.of, inWords(s.Schedule), things(t.cfg.clients, "client"), things(int(a.result.Stats.Ops), "operation"),
			things(s.runs, "run"), s.took.Round(time.Millisecond))
		if s.why != "" {
			fmt.Fprintf(b, "%s\n", s.why)
		}
	}
}

// inWords tells a schedule.
func inWords(schedule string) string {
	switch schedule {
	case perturbing:
		return "perturbed"
	case inLockstep:
		return "in lockstep"
	case free:
		return "running free"
	}
	return "with the test's own scheduler"
}

// directions tell how to see it again.
func (t *trial[I, O]) directions(b *strings.Builder, a *account[I, O]) {
	if a.kept != "" {
		fmt.Fprintf(b, "kept in %s, which is run first from now on\n", a.kept)
	}
	if a.keptErr != nil {
		fmt.Fprintf(b, "could not be kept: %v\n", a.keptErr)
	}
	if t.files.artifacts != "" {
		fmt.Fprintf(b, "history and report: %s\n", t.files.artifacts)
	}
	if a.before != nil {
		fmt.Fprintf(b, "the same again: go test %s\n", t.arguments(nil))
		return
	}
	what, cases := "the same operations again", []string(nil)
	if a.kept != "" {
		what, cases = "the first run again", []string{"-" + flagPrefix + "cases=" + noCases}
	}
	fmt.Fprintf(b, "%s: %s=%d go test %s", what, SeedVariable, t.seed, t.arguments(cases))
}

// arguments are those of go test that choose the test, as it was called.
func (t *trial[I, O]) arguments(more []string) string {
	args := []string{"-run " + onlyTest(t.tb.Name())}
	if isBenchmark(t.tb) {
		args = []string{"-run '^$' -bench " + onlyTest(t.tb.Name())}
	}
	if raceDetector {
		args = append(args, "-race")
	}
	if t.cfg.short {
		args = append(args, "-short")
	}
	return strings.Join(slices.Concat(args, t.given, more), " ")
}

// onlyTest is the pattern, quoted for a shell, that chooses the test with the name.
func onlyTest(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return "'" + strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`) + "'"
}

// writeReport writes the report of a run, as JSON and as a page.
func writeReport[I, O any](p *place, name string, f *failure[I, O]) error {
	r := f.report()
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.artifact(name, ".json"), append(text, '\n'), 0o644); err != nil { //nolint:gosec // for everybody to read
		return err
	}
	file, err := os.Create(p.artifact(name, ".html"))
	if err != nil {
		return err
	}
	return errors.Join(page.Write(file, r), file.Close())
}
