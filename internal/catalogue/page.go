package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

//go:embed head.md
var head string

// render writes the page.
func render(entries []targets.Entry, rows []report.Row) string {
	var b strings.Builder
	b.WriteString(head)
	m := byName(rows)
	versions(&b, rows)
	soon(&b, rows)
	anomalies(&b, rows)
	for _, w := range targets.Workloads() {
		workload(&b, w, slices.DeleteFunc(slices.Clone(entries), func(e targets.Entry) bool { return e.Workload != w }), m)
	}
	return b.String()
}

func versions(b *strings.Builder, rows []report.Row) {
	b.WriteString("Engines: ")
	var seen []string
	for _, r := range rows {
		if !slices.Contains(seen, r.Version) {
			seen = append(seen, r.Version)
		}
	}
	fmt.Fprintf(b, "%s.\n\n", strings.Join(seen, " · "))
}

// anomalies tells what each means, with the shortest explanation that was printed of it.
func anomalies(b *strings.Builder, rows []report.Row) {
	b.WriteString("## Anomalies\n\nEach with an explanation as it was printed in one of the runs, the shortest.\n\n")
	for _, m := range checkers.Meanings() {
		of, example := shortest(rows, m.Name)
		fmt.Fprintf(b, "- **%s**: %s.", m.Name, m.Text)
		if example == "" {
			b.WriteString(" None of these strategies shows it.\n")
			continue
		}
		fmt.Fprintf(b, "\n\n  > %s\n\n  (%v)\n", escape(example), of)
	}
	b.WriteString("\n")
}

// shortest looks for an explanation of an anomaly among the entries that must show it, and only if there is none among all.
func shortest(rows []report.Row, anomaly string) (of name, text string) {
	for _, must := range []bool{true, false} {
		for _, r := range rows {
			e := r.Examples[anomaly]
			if e == "" || must && r.Expected != anomaly {
				continue
			}
			if text == "" || len(e) < len(text) {
				of, text = measuredOf(r), e
			}
		}
		if text != "" {
			break
		}
	}
	return of, text
}

func workload(b *strings.Builder, w string, entries []targets.Entry, m measured) {
	fmt.Fprintf(b, "## %s\n\n%s\n\n", w, targets.About(w))
	b.WriteString("| strategy | engine | shows | runs | lost | ops/s | p99 | caught after | free |\n" +
		"| --- | --- | --- | --: | --: | --: | --: | --: | --: |\n")
	for _, g := range targets.Lines(entries) {
		for _, e := range g {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", e.Strategy, e.Engine.Name, shows(e), figures(m.of(e)))
		}
	}
	b.WriteString("\n")
	repairs(b, entries)
	for _, g := range targets.Groups(entries) {
		paragraph(b, g)
	}
	b.WriteString("\n")
}

func paragraph(b *strings.Builder, g targets.Group) {
	fmt.Fprintf(b, "- **%s** (%s): %s\n", g[0].Strategy, strings.Join(g.Engines(), ", "), escape(g[0].Summary))
}

// repairs names the twins that do not show what the broken ones do, by engine.
func repairs(b *strings.Builder, entries []targets.Entry) {
	b.WriteString("Repaired")
	for i, engine := range targets.Group(entries).Engines() {
		if i > 0 {
			b.WriteString(";")
		}
		at := slices.IndexFunc(entries, func(e targets.Entry) bool { return e.Engine.Name == engine })
		fmt.Fprintf(b, " on %s by %s", engine, strings.Join(entries[at].Repair, ", "))
	}
	b.WriteString(".\n\n")
}

func shows(e targets.Entry) string {
	if e.Correct() {
		return "—"
	}
	return e.Anomaly
}

// figures are the cells of what was measured.
func figures(r report.Row) string {
	if r.Runs == 0 {
		return "not run | | | | |"
	}
	lost := ""
	if r.Lost > 0 {
		lost = fmt.Sprintf("%.0f %%", 100*r.Lost)
	}
	return strings.Join([]string{
		fmt.Sprintf("%d/%d", r.AsExpected, r.Runs), lost, rate(r.Throughput), latency(time.Duration(r.P99)),
		share(r.Detected), share(r.DetectedFree),
	}, " | ")
}

func share(s float64) string {
	switch {
	case s == 0:
		return ""
	case s >= report.Undetected:
		return "never"
	case s >= 1:
		return "end"
	}
	return fmt.Sprintf("%.1f %%", 100*s)
}

// rate writes operations a second in two digits, as more would be noise.
func rate(perSecond float64) string {
	if perSecond >= 1000 {
		return fmt.Sprintf("%.2gk", perSecond/1000)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

func latency(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.2g ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}

// escape keeps what stands in a text from being taken for Markdown.
func escape(text string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "<", "&lt;", "|", `\|`, "\n", " ").Replace(text)
}
