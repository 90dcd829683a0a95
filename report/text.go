package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lostupdate/stress/checkers"
)

// mostErrors is how many different errors the text shows, and mostAnomalies how many anomalies.
const (
	mostErrors    = 5
	mostAnomalies = 10
)

// Style says how text is dressed. The zero value is plain.
type Style struct {
	Color bool
	Width int // columns, beyond which sentences are wrapped; 0: each stays in one line
}

// minWidth is how narrow a column of wrapped text may get.
const minWidth = 20

// Wrap breaks a sentence between words so that it fits beside a margin of so many columns, which all lines but the first
// begin with.
func (s Style) Wrap(margin int, sentence string) string {
	if s.Width == 0 {
		return sentence
	}
	wrapped := strings.Split(text.WrapSoft(sentence, max(s.Width-margin, minWidth)), "\n")
	for i := range wrapped {
		wrapped[i] = strings.TrimRight(wrapped[i], " ")
	}
	return strings.Join(wrapped, "\n"+strings.Repeat(" ", margin))
}

func (s Style) paint(c text.Colors, v string) string {
	if !s.Color {
		return v
	}
	return c.EscapeSeq() + v + "\x1b[0m"
}

// Status is a status in capitals, red, yellow or green.
func (s Style) Status(v checkers.Status) string {
	c := map[checkers.Status]text.Color{
		checkers.Valid: text.FgGreen, checkers.Undecided: text.FgYellow, checkers.Invalid: text.FgRed,
	}[v]
	return s.paint(text.Colors{text.Bold, c}, strings.ToUpper(v.String()))
}

func (s Style) dim(v string) string { return s.paint(text.Colors{text.Faint}, v) }

// Text writes the report for people: verdict, explanation, the operations that raced, figures.
func (r *Report) Text(w io.Writer, s Style) error {
	var b strings.Builder
	r.head(&b, s)
	r.anomalies(&b, s)
	r.orders(&b, s)
	r.figures(&b, s)
	r.gates(&b, s)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) head(b *strings.Builder, s Style) {
	i := r.Info
	fmt.Fprintf(b, "%s  %s · %s", s.Status(r.Verdict.Status), i.Target, i.Workload)
	if i.Strategy != "" { // a history from elsewhere has none
		fmt.Fprintf(b, " · %s", i.Strategy)
	}
	if i.Engine != "" {
		fmt.Fprintf(b, "  %s", s.dim(i.Engine))
	}
	b.WriteByte('\n')
	for n, line := range []string{r.Verdict.Reason, r.Interrupted, r.Missing} {
		if line != "" && (n == 0 || !strings.Contains(r.Verdict.Reason, line)) { // said once
			fmt.Fprintf(b, "  %s\n", s.Wrap(2, line))
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

func (r *Report) anomalies(b *strings.Builder, s Style) {
	for n, a := range r.Verdict.Anomalies {
		if n == mostAnomalies {
			fmt.Fprintf(b, "\n  … and %s, with --json\n", things(int64(len(r.Verdict.Anomalies)-n), "other finding"))
			break
		}
		if n > 0 { // the same list each time would tell nothing new
			a.Repair = nil
		}
		sentence := strings.Replace(a.Text(), a.Name, s.paint(text.Colors{text.Bold}, a.Name), 1)
		fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, sentence))
	}
	if len(r.Evidence) > 0 {
		b.WriteByte('\n')
		b.WriteString(indent(r.evidenceTable(s)))
	}
}

// evidenceTable is a table of the operations that the explanation names, time downward.
func (r *Report) evidenceTable(s Style) string {
	t := newTable(s)
	lined := len(r.Evidence[0].Lines) > 0
	header := table.Row{"op", "client", "call", "return", "what"}
	if lined {
		header = slices.Insert(header, 2, any("lines"))
	}
	t.AppendHeader(header)
	for _, e := range r.Evidence {
		end := "never"
		if e.Return != 0 {
			end = r.At(e.Return)
		}
		row := table.Row{fmt.Sprintf("#%d", e.Op), e.Client, r.At(e.Call), end, e.Text}
		if lined {
			row = slices.Insert(row, 2, any(strings.Trim(fmt.Sprint(e.Lines), "[]")))
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// At puts a call or a return into words: when it was, or which event where there are no times.
func (r *Report) At(t int64) string {
	if r.Untimed {
		return "event " + Count(t)
	}
	return since(t)
}

func since(ns int64) string { return fmt.Sprintf("%.3f ms", float64(ns)/1e6) }

func (r *Report) figures(b *strings.Builder, s Style) {
	if r.Untimed {
		r.counts(b, s)
		return
	}
	st := r.Stats
	fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, r.Figures()))
	t := newTable(s)
	t.AppendHeader(table.Row{"operation", "outcome", "count", "p50", "p90", "p99", "p99.9", "max"})
	for _, k := range st.Kinds {
		t.AppendRow(table.Row{
			k.Kind, k.Outcome, Count(k.Count), Round(k.P50), Round(k.P90), Round(k.P99), Round(k.P999), Round(k.Max),
		})
	}
	if len(st.Kinds) > 0 {
		b.WriteString(indent(t.Render()))
	}
	r.remarks(b)
}

// Figures are those of the whole run, in a sentence.
func (r *Report) Figures() string {
	st := r.Stats
	outcomes := fmt.Sprintf("%s ok, %s failed, %s unknown", Count(st.OK), Count(st.Failed), Count(st.Unknown))
	ops, clients := things(st.Ops, "operation"), things(int64(r.Info.Clients), "client")
	if r.Untimed {
		return fmt.Sprintf("%s by %s at once: %s", ops, clients, outcomes)
	}
	return fmt.Sprintf("%s in %s by %s: %s · %s ok/s · %s · %.0f%% contended", ops, Round(st.Elapsed), clients, outcomes,
		Count(int64(st.Throughput)), retries(st.Retries), 100*st.Contended)
}

// counts are the figures of a history without times.
func (r *Report) counts(b *strings.Builder, s Style) {
	fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, r.Figures()))
	t := newTable(s)
	t.AppendHeader(table.Row{"operation", "outcome", "count"})
	for _, k := range r.Stats.Kinds {
		t.AppendRow(table.Row{k.Kind, k.Outcome, Count(k.Count)})
	}
	if len(r.Stats.Kinds) > 0 {
		b.WriteString(indent(t.Render()))
	}
	r.remarks(b)
}

// remarks are the errors, and what was left out.
func (r *Report) remarks(b *strings.Builder) {
	if r.Skipped > 0 {
		fmt.Fprintf(b, "  left out: %s of no client, as of a nemesis\n", things(int64(r.Skipped), "event"))
	}
	for n, e := range r.Errors {
		if n == mostErrors {
			fmt.Fprintf(b, "  … and %s, in the history\n", things(int64(len(r.Errors)-n), "other error"))
			break
		}
		line, _, _ := strings.Cut(e.Text, "\n")
		fmt.Fprintf(b, "  %s × %v: %s\n", Count(int64(e.Count)), e.Outcome, line)
	}
}

func newTable(s Style) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options.DrawBorder = false
	style.Options.SeparateColumns = false
	style.Format.Header = text.FormatDefault
	if s.Color {
		style.Color.Header = text.Colors{text.Faint}
	}
	t.SetStyle(style)
	var right []table.ColumnConfig
	for _, name := range []string{"count", "p50", "p90", "p99", "p99.9", "max", "call", "return", "client", "op"} {
		right = append(right, table.ColumnConfig{Name: name, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(right)
	return t
}

// indent sets lines in, without the blanks that a table leaves at their ends.
func indent(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		b.WriteString("  " + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func things(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

func retries(n int64) string {
	if n == 1 {
		return "1 retry"
	}
	return Count(n) + " retries"
}

// Count writes a number with its thousands apart.
func Count(n int64) string {
	if n > -1000 && n < 1000 {
		return fmt.Sprint(n)
	}
	last := n % 1000
	return fmt.Sprintf("%s,%03d", Count(n/1000), max(last, -last))
}

// Round writes a duration with three digits that count; from a minute on, to the second.
func Round(d time.Duration) string {
	if d >= time.Minute {
		return d.Round(time.Second).String()
	}
	for unit := time.Duration(1); unit <= time.Second; unit *= 10 {
		if r := d.Round(unit); r < 1000*unit {
			return r.String()
		}
	}
	return d.Round(time.Second).String()
}

// LostShare is the share of the acknowledged updates, of the whole run and all objects, that are missing from the
// state, where that is known. It is a share from below: more may be lost than the history proves.
func (r *Report) LostShare() (share float64, known bool) {
	var lost, of int64
	for _, a := range r.Verdict.Anomalies {
		lost, of = lost+a.Updates, max(of, a.Of)
	}
	if lost <= 0 || of <= 0 {
		return 0, false
	}
	return float64(lost) / float64(of), true
}
