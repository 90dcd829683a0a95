package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// writeStyled takes the colours out where they don't belong.
func writeStyled(w io.Writer, s report.Style, content string) error {
	if !s.Color {
		content = text.StripEscape(content)
	}
	_, err := io.WriteString(w, content)
	return err
}

// What is dressed before it is known where it goes.
func bad(v string) string    { return report.Style{Color: true}.Bad(v) }
func good(v string) string   { return report.Style{Color: true}.Good(v) }
func strong(v string) string { return report.Style{Color: true}.Strong(v) }

// engines are those of the rows, in their order.
func (m *matrix) engines(rows []*row) []targets.Engine {
	var all []targets.Engine
	for _, r := range rows {
		if !slices.ContainsFunc(all, func(e targets.Engine) bool { return e.Name == r.entry.Engine.Name }) {
			all = append(all, r.entry.Engine)
		}
	}
	return all
}

func (m *matrix) writeText(w io.Writer) error {
	s := styleOf(w)
	var b strings.Builder
	for _, workload := range m.workloads() {
		t := m.grid(workload)
		style := table.StyleLight
		style.Options.DrawBorder = false
		style.Options.SeparateColumns = false
		style.Format.Header = text.FormatDefault
		style.Size.WidthMax = s.Width
		t.SetStyle(style)
		t.SuppressTrailingSpaces()
		fmt.Fprintf(&b, "%s\n%s\n\n", strong(workload), t.Render())
	}
	fmt.Fprintf(&b, "✗ %s\n✓ nothing wrong, at operations a second\n",
		s.Wrap(2, "the anomaly, with the share of updates lost where that is known, at operations a second"))
	b.WriteString(m.summary(s))
	return writeStyled(w, s, b.String())
}

func (m *matrix) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	for _, e := range m.engines(m.rows) {
		for _, r := range m.rows {
			if r.entry.Engine.Name == e.Name {
				fmt.Fprintf(&b, "- %s: %s\n", e.Title, r.version)
				break
			}
		}
	}
	for _, workload := range m.workloads() {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", workload, m.grid(workload).RenderMarkdown())
	}
	fmt.Fprintf(&b, "\n%s", m.summary(report.Style{}))
	return writeStyled(w, report.Style{}, b.String())
}

func (m *matrix) workloads() []string {
	var names []string
	for _, r := range m.rows {
		if !slices.Contains(names, r.entry.Workload) {
			names = append(names, r.entry.Workload)
		}
	}
	return names
}

// line is a line of the grid: a strategy, with the engines on which it must show the same.
type line struct {
	strategy, anomaly string
	cells             map[string]*row
}

// grid is one workload: a line a strategy, a column an engine.
func (m *matrix) grid(workload string) table.Writer {
	var rows []*row
	for _, r := range m.rows {
		if r.entry.Workload == workload {
			rows = append(rows, r)
		}
	}
	engines := m.engines(rows)
	t := table.NewWriter()
	head := table.Row{"strategy", "expected"}
	for _, e := range engines {
		head = append(head, e.Title)
	}
	t.AppendHeader(append(head, "repaired by"))
	for _, l := range lines(rows) {
		out := table.Row{l.strategy, l.expected()}
		for _, e := range engines {
			out = append(out, l.cells[e.Name].cell())
		}
		t.AppendRow(append(out, l.repair()))
	}
	return t
}

// lines puts the broken strategies first, otherwise in the catalogue's order.
func lines(rows []*row) []*line {
	var broken, correct []*line
	for _, r := range rows {
		group := &correct
		if !r.entry.Correct() {
			group = &broken
		}
		i := slices.IndexFunc(*group, func(l *line) bool {
			return l.strategy == r.entry.Strategy && l.anomaly == r.entry.Anomaly
		})
		if i < 0 {
			*group = append(*group, &line{r.entry.Strategy, r.entry.Anomaly, map[string]*row{}})
			i = len(*group) - 1
		}
		(*group)[i].cells[r.entry.Engine.Name] = r
	}
	return append(broken, correct...)
}

func (l *line) expected() string {
	if l.anomaly == "" {
		return "—"
	}
	return l.anomaly
}

// repair names up to three strategies that repair this one on every engine of the line.
func (l *line) repair() string {
	if l.anomaly == "" {
		return ""
	}
	var names []string
	first := true
	for _, r := range l.cells {
		if first {
			names, first = slices.Clone(r.entry.Repair), false
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(r.entry.Repair, name) })
	}
	slices.Sort(names)
	if len(names) == 0 {
		return "differs by engine"
	}
	return strings.Join(names[:min(len(names), 3)], ", ")
}

// cell is what was found of an entry, short.
func (r *row) cell() string {
	if r == nil {
		return "·"
	}
	speed := compact(median(r.throughput)) + "/s"
	runs := ""
	if r.runs > 1 {
		runs = fmt.Sprintf(" %d/%d", r.asExpected, r.runs)
	}
	switch {
	case r.failed != nil:
		return bad("!! failed")
	case r.runs == 0:
		return "not run"
	case r.asExpected < r.runs:
		return bad("!!" + runs + " not as expected")
	case r.entry.Correct():
		return fmt.Sprintf("%s%s %s", good("✓"), runs, speed)
	case len(r.lost) > 0:
		return fmt.Sprintf("%s%s %2.0f%% %s", bad("✗"), runs, 100*median(r.lost), speed)
	default:
		return fmt.Sprintf("%s%s %s", bad("✗"), runs, speed)
	}
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// compact writes a number in three digits or fewer: 17.6k.
func compact(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.3gM", n/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.3gk", n/1e3)
	default:
		return fmt.Sprintf("%.3g", n)
	}
}

func (m *matrix) summary(s report.Style) string {
	var b strings.Builder
	caught, broken, passed, correct, runs := 0, 0, 0, 0, 0
	for _, r := range m.rows {
		runs += r.runs
		ok := r.runs > 0 && r.asExpected == r.runs && r.failed == nil
		switch {
		case r.entry.Correct():
			correct++
			passed += count(ok)
		default:
			broken++
			caught += count(ok)
		}
		if r.failed != nil {
			fmt.Fprintf(&b, "!! %s · %s · %s: %s\n", r.entry.Engine.Name, r.entry.Workload, r.entry.Strategy,
				report.Clean(r.failed.Error()))
		}
		if r.surprise != "" {
			fmt.Fprintf(&b, "!! %s · %s · %s: %s\n", r.entry.Engine.Name, r.entry.Workload, r.entry.Strategy, report.Clean(r.surprise))
		}
	}
	total := fmt.Sprintf("%d of %d broken ones caught, %d of %d correct ones passed, in %s: %s by %d clients",
		caught, broken, passed, correct, time.Since(m.start).Round(100*time.Millisecond), plural(runs, "run"),
		m.flags.clients)
	fmt.Fprintf(&b, "\n%s\n", s.Wrap(0, total))
	return b.String()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
