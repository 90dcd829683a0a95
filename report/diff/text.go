package diff

import (
	"fmt"
	"io"
	"strings"

	"github.com/lostupdate/stress/report"
)

// mostErrors is how many different errors are shown.
const mostErrors = 10

// Text writes the two runs for people, by the rules of [report.Style].
func (d *Diff) Text(w io.Writer, s report.Style) error {
	var b strings.Builder
	d.A.text(&b, "A", s)
	d.B.text(&b, "B", s)
	if len(d.Doubts) > 0 {
		b.WriteByte('\n')
	}
	for _, doubt := range d.Doubts {
		fmt.Fprintf(&b, "  %s\n", s.Wrap(2, report.Clean(doubt)))
	}
	d.found(&b, s)
	if len(d.Facts) > 0 {
		var rows [][]string
		for _, f := range d.Facts {
			rows = append(rows, []string{report.Clean(f.Name), said(f.A), said(f.B)})
		}
		b.WriteString("\n" + s.Table([]string{"differs", "A", "B"}, nil, rows))
	}
	var rows [][]string
	for _, f := range d.Figures {
		times := f.Times()
		if !f.Much() {
			times = s.Dim(times)
		}
		rows = append(rows, []string{report.Clean(f.Name), f.Unit.Words(f.A), f.Unit.Words(f.B), times})
	}
	if len(rows) > 0 {
		head := []string{"figure", "A", "B", "B/A"}
		b.WriteString("\n" + s.Table(head, head[1:], rows))
	}
	d.failures(&b, s)
	_, err := io.WriteString(w, b.String())
	return err
}

func (side *Side) text(b *strings.Builder, letter string, s report.Style) {
	fmt.Fprintf(b, "%s  %s  %s", letter, s.Status(side.Status), report.Clean(side.Title))
	if side.Engine != "" {
		fmt.Fprintf(b, "  %s", s.Dim(report.Clean(side.Engine)))
	}
	fmt.Fprintf(b, "\n   %s\n", s.Dim(report.Clean(side.Name)))
	if side.Reason != "" {
		fmt.Fprintf(b, "   %s\n", s.Wrap(3, report.Clean(side.Reason)))
	}
}

// found tells in which runs the anomalies are, and explains those that are in one alone.
func (d *Diff) found(b *strings.Builder, s report.Style) {
	if len(d.Anomalies) == 0 {
		return
	}
	var rows [][]string
	for _, a := range d.Anomalies {
		rows = append(rows, []string{
			s.Strong(report.Clean(a.Name)), report.Count(int64(a.A)), report.Count(int64(a.B)), a.Where(),
		})
	}
	b.WriteString("\n" + s.Table([]string{"anomaly", "A", "B", "where"}, []string{"A", "B"}, rows))
	for _, a := range d.Anomalies {
		message := a.MessageA + a.MessageB
		if a.A > 0 && a.B > 0 {
			continue
		}
		fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, report.Clean(fmt.Sprintf("%s, %s: %s", a.Name, a.Where(), stop(message)))))
	}
}

func stop(sentence string) string { return strings.TrimSuffix(sentence, ".") + "." }

func said(v string) string {
	if v == "" {
		return "—"
	}
	return report.Clean(v)
}

func (d *Diff) failures(b *strings.Builder, s report.Style) {
	if len(d.Errors) == 0 {
		return
	}
	var rows [][]string
	for _, e := range d.Errors[:min(len(d.Errors), mostErrors)] {
		line, _, _ := strings.Cut(e.Text, "\n")
		rows = append(rows, []string{e.Outcome.String(), report.Count(int64(e.A)), report.Count(int64(e.B)), report.Clean(line)})
	}
	b.WriteString("\n" + s.Table([]string{"outcome", "A", "B", "error"}, []string{"A", "B"}, rows))
	switch n := len(d.Errors) - mostErrors; {
	case n == 1:
		b.WriteString("  … and 1 other error, with --json\n")
	case n > 1:
		fmt.Fprintf(b, "  … and %s other errors, with --json\n", report.Count(int64(n)))
	}
}
