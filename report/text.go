package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// mostAnomalies is how many anomalies the text shows, and mostListed how many operations besides those in columns.
const (
	mostAnomalies = 10
	mostListed    = 12
)

// Text writes the report for people: verdict, explanation, the operations that raced, figures. [Style] has the rules.
func (r *Report) Text(w io.Writer, s Style) error {
	var b strings.Builder
	r.head(&b, s)
	r.anomalies(&b, s)
	r.orders(&b, s)
	r.prefixes(&b, s)
	r.figures(&b, s)
	r.gates(&b, s)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) head(b *strings.Builder, s Style) {
	i := r.Info
	fmt.Fprintf(b, "%s  %s", s.Status(r.Verdict.Status), Clean(r.Title()))
	if i.Engine != "" {
		fmt.Fprintf(b, "  %s", s.Dim(Clean(i.Engine)))
	}
	b.WriteByte('\n')
	for n, line := range []string{r.Verdict.Reason, r.Interrupted, r.Missing} {
		if line != "" && (n == 0 || !strings.Contains(r.Verdict.Reason, line)) { // said once
			fmt.Fprintf(b, "  %s\n", s.Wrap(2, Clean(line)))
		}
	}
	if r.Orphans > 0 {
		whose := "their goroutines still run"
		if r.Orphans == 1 {
			whose = "its goroutine still runs"
		}
		fmt.Fprintf(b, "  %s never returned; %s\n", things(int64(r.Orphans), "operation"), whose)
	}
}

// Title says what ran: target, workload, strategy. A history from elsewhere has no strategy.
func (r *Report) Title() string {
	title := r.Info.Target + " · " + r.Info.Workload
	if r.Info.Strategy != "" {
		title += " · " + r.Info.Strategy
	}
	return title
}

// anomalies explains what went wrong: the first anomaly with its operations in columns by client, then the others, then the
// operations that are in no columns.
func (r *Report) anomalies(b *strings.Builder, s Style) {
	var drawn []int
	for n, a := range r.Verdict.Anomalies {
		if n == mostAnomalies {
			fmt.Fprintf(b, "\n  … and %s, with --json\n", things(int64(len(r.Verdict.Anomalies)-n), "other finding"))
			break
		}
		if n > 0 { // the same list each time would tell nothing new
			a.Repair = nil
		}
		sentence := strings.Replace(Clean(a.Text()), a.Name, s.Strong(a.Name), 1)
		fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, sentence))
		if n > 0 {
			continue
		}
		var columns string
		if columns, drawn = r.lanes(s); columns != "" {
			b.WriteString("\n" + columns)
			r.traces(b)
		}
	}
	rest := slices.DeleteFunc(slices.Clone(r.Evidence), func(e Evidence) bool { return slices.Contains(drawn, e.Op) })
	if len(rest) == 0 {
		return
	}
	if b.WriteByte('\n'); len(drawn) > 0 {
		fmt.Fprintf(b, "  %s\n", s.Wrap(2, "The other operations that the findings name:"))
	}
	b.WriteString(r.list(rest[:min(len(rest), mostListed)], s))
	if n := len(rest) - mostListed; n > 0 {
		fmt.Fprintf(b, "  … and %s, with --json\n", things(int64(n), "other operation"))
	}
}

// list is a table of operations, time downward.
func (r *Report) list(ops []Evidence, s Style) string {
	lined, traced := len(ops[0].Lines) > 0, ops[0].Trace != ""
	head := []string{"op", "client", "call", "return", "what"}
	if lined {
		head = slices.Insert(head, 2, "lines")
	}
	if traced {
		head = append(head, "trace")
	}
	var rows [][]string
	for _, e := range ops {
		end := "never"
		if e.Return != 0 {
			end = r.At(e.Return)
		}
		row := []string{fmt.Sprintf("#%d", e.Op), fmt.Sprint(e.Client), r.At(e.Call), end, Clean(e.Text)}
		if lined {
			row = slices.Insert(row, 2, strings.Trim(fmt.Sprint(e.Lines), "[]"))
		}
		if traced {
			row = append(row, e.Trace)
		}
		rows = append(rows, row)
	}
	return s.Table(head, []string{"op", "client", "call", "return"}, rows)
}

// At puts a call or a return into words: when it was, or which event where there are no times.
func (r *Report) At(t int64) string {
	if r.Untimed {
		return "event " + Count(t)
	}
	return since(t)
}
