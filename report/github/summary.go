package github

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/lostupdate/stress/report"
)

// Limit is how many bytes GitHub takes of a step's summary; one that is larger it does not show at all.
const Limit = 1 << 20

// mostAnomalies is how many a summary explains.
const mostAnomalies = 10

// Summary gives the report in Markdown, in no more than limit bytes: verdict, gates, explanation, the operations that
// raced, figures, and how to make the run again. It is empty if there is no room for a verdict.
func Summary(r *report.Report, limit int) string {
	return blocks(limit, heading(r), anomalies(r), gates(r), raced(r), figures(r), again(r))
}

func heading(r *report.Report) string {
	i := r.Info
	name := strings.Trim(strings.Join([]string{i.Target, i.Workload, i.Strategy}, " · "), " ·")
	mark := map[report.Conclusion]string{
		report.Passed: "✅", report.Unproved: "❔", report.GateBroken: "❌", report.Anomalous: "❌",
	}[r.Conclusion()]
	var b strings.Builder
	fmt.Fprintf(&b, "### %s %s: %s\n", mark, strings.ToUpper(r.Verdict.Status.String()), plain(name))
	if r.Foreseen() {
		b.WriteString("\nAs expected.\n")
	}
	for n, line := range []string{r.Verdict.Reason, r.Interrupted, r.Missing} {
		if line != "" && (n == 0 || !strings.Contains(r.Verdict.Reason, line)) {
			fmt.Fprintf(&b, "\n%s\n", plain(line))
		}
	}
	return b.String()
}

func anomalies(r *report.Report) string {
	var b strings.Builder
	for n, a := range r.Verdict.Anomalies {
		if n == mostAnomalies {
			fmt.Fprintf(&b, "\n… and %d other findings, in the report\n", len(r.Verdict.Anomalies)-n)
			break
		}
		if n > 0 {
			a.Repair = nil // as in the text, the same list each time would tell nothing new
		}
		rest := strings.TrimPrefix(a.Text(), a.Name)
		fmt.Fprintf(&b, "\n**%s**%s\n", plain(a.Name), plain(rest))
	}
	return b.String()
}

func gates(r *report.Report) string {
	if len(r.Gates) == 0 {
		return ""
	}
	t := table.NewWriter()
	t.AppendHeader(table.Row{"", "gate", "came to"})
	for _, g := range r.Gates {
		mark := map[report.GateStatus]string{report.Held: "✅", report.Broken: "❌", report.Open: "❔"}[g.Status]
		t.AppendRow(table.Row{mark, plain(g.Kind + " " + g.Text), plain(string(g.Status) + ", " + g.Measured)})
	}
	return "\n" + t.RenderMarkdown() + "\n"
}

func raced(r *report.Report) string {
	if len(r.Evidence) == 0 {
		return ""
	}
	t := table.NewWriter()
	t.AppendHeader(table.Row{"op", "client", "call", "return", "what"})
	for _, e := range r.Evidence {
		end := "never"
		if e.Return != 0 {
			end = r.At(e.Return)
		}
		t.AppendRow(table.Row{fmt.Sprintf("&#35;%d", e.Op), e.Client, r.At(e.Call), end, plain(e.Text)})
	}
	return "\n" + t.RenderMarkdown() + "\n"
}

func figures(r *report.Report) string {
	text := "\n" + plain(r.Figures()) + "\n"
	if len(r.Stats.Kinds) == 0 {
		return text
	}
	t := table.NewWriter()
	head := table.Row{"operation", "outcome", "count"}
	if !r.Untimed {
		head = append(head, "p50", "p90", "p99", "p99.9", "max")
	}
	t.AppendHeader(head)
	for _, k := range r.Stats.Kinds {
		row := table.Row{plain(k.Kind), k.Outcome.String(), report.Count(k.Count)}
		if !r.Untimed {
			row = append(row, report.Round(k.P50), report.Round(k.P90), report.Round(k.P99), report.Round(k.P999), report.Round(k.Max))
		}
		t.AppendRow(row)
	}
	return text + "\n" + t.RenderMarkdown() + "\n"
}

func again(r *report.Report) string {
	if r.Again == "" {
		return ""
	}
	return "\nAgain: " + code(r.Again) + "\n"
}

// MatrixSummary gives the matrix in Markdown, in no more than limit bytes: what was not as expected first, then the rest.
func MatrixSummary(m *report.Matrix, limit int) string {
	s := m.Suite()
	var wrong, fine, skipped []report.Case
	for _, c := range s.Cases {
		switch c.Result {
		case report.Fine:
			fine = append(fine, c)
		case report.NotTried:
			skipped = append(skipped, c)
		default:
			wrong = append(wrong, c)
		}
	}
	mark := "✅"
	if len(wrong) > 0 || m.Interrupted != "" {
		mark = "❌"
	}
	head := fmt.Sprintf("### %s stress matrix: %d as expected, %d not, %d not run\n", mark, len(fine), len(wrong), len(skipped))
	if m.Interrupted != "" {
		head += "\n" + plain(m.Interrupted) + "\n"
	}
	return blocks(limit, head, cases("Not as expected", true, wrong), rows(m), cases("Not run", false, skipped))
}

// cases is a table of cases with what was found, in view or folded.
func cases(title string, open bool, all []report.Case) string {
	if len(all) == 0 {
		return ""
	}
	t := table.NewWriter()
	t.AppendHeader(table.Row{"engine", "workload", "strategy", "why"})
	for _, c := range all {
		t.AppendRow(table.Row{plain(c.Target), plain(c.Workload), plain(c.Strategy), plain(c.Findings[0].Message)})
	}
	return fold(fmt.Sprintf("%s: %d", title, len(all)), open, t.RenderMarkdown())
}

// rows is a table of the catalogue's entries that were run.
func rows(m *report.Matrix) string {
	if len(m.Rows) == 0 {
		return ""
	}
	t := table.NewWriter()
	t.AppendHeader(table.Row{"engine", "workload", "strategy", "expected", "found", "as expected", "ok/s"})
	for _, r := range m.Rows {
		t.AppendRow(table.Row{
			plain(r.Engine), plain(r.Workload), plain(r.Strategy), plain(r.Expected), plain(strings.Join(r.Found, ", ")),
			fmt.Sprintf("%d/%d", r.AsExpected, r.Runs), report.Count(int64(r.Throughput)),
		})
	}
	return fold(fmt.Sprintf("All that was run: %d", len(m.Rows)), false, t.RenderMarkdown())
}

// fold sets a table under a heading that opens and closes. Blank lines let Markdown begin again.
func fold(title string, open bool, text string) string {
	attribute := ""
	if open {
		attribute = " open"
	}
	return fmt.Sprintf("\n<details%s><summary>%s</summary>\n\n%s\n\n</details>\n", attribute, title, text)
}
