package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/internal/browser"
)

const none = "—"

// row is a line of the table: what is measured, and how it is told of a page.
type row struct {
	name string
	of   func(c *column) string
}

func rows() []row {
	ms := func(of func(s *sample) float64) func(c *column) string {
		return func(c *column) string { return middle(c, of, milliseconds) }
	}
	turn := func(of func(s *sample) float64) func(c *column) string {
		return func(c *column) string {
			return middle(c, of, func(v float64) string { return fmt.Sprintf("%.1f ms", v) })
		}
	}
	pans := func(of func(s *sample) []float64) func(c *column) string {
		return func(c *column) string { return spreads(c, of) }
	}
	bytes := func(of func(s *sample) float64) func(c *column) string {
		return func(c *column) string { return middle(c, of, size) }
	}
	after := func(s *sample) float64 { return quantile(s.far.After, 1) }
	return []row{
		{"bytes of the file", func(c *column) string { return known(c.Bytes > 0, size(float64(c.Bytes))) }},
		{"checking it, by Porcupine", func(c *column) string { return known(c.Check > 0, milliseconds(1000*c.Check)) }},
		{"writing it", func(c *column) string { return known(c.Seconds > 0, milliseconds(1000*c.Seconds)) }},
		{"memory of the process that checks and writes, at most", func(c *column) string { return known(c.Peak > 0, size(c.Peak)) }},
		{"first paint", ms(func(s *sample) float64 { return s.First })},
		{"timeline drawn", ms(func(s *sample) float64 { return s.Drawn })},
		{"ready", ms(func(s *sample) float64 { return s.Ready })},
		{"on the screen", ms(func(s *sample) float64 { return s.Shown })},
		{"processor time of the page's main thread until then", ms(func(s *sample) float64 { return s.thread })},
		{"drawing a frame, whole run in view", pans(func(s *sample) []float64 { return s.far.Draws })},
		{"drawing a frame, 200 operations in view", pans(func(s *sample) []float64 { return s.near.Draws })},
		{"between frames, whole run in view", pans(func(s *sample) []float64 { return s.far.Gaps })},
		{"between frames, 200 operations in view; Porcupine's at its only scale",
			pans(func(s *sample) []float64 { return s.near.Gaps })},
		{"processor time of the main thread a turn, whole run in view", turn(func(s *sample) float64 { return s.far.Thread })},
		{"the same, 200 operations in view", turn(func(s *sample) float64 { return s.near.Thread })},
		{"longest frame in the second after", ms(after)},
		{"JavaScript heap", bytes(func(s *sample) float64 { return s.heap })},
		{"memory of the page's process", bytes(func(s *sample) float64 { return s.resident })},
		{"elements of the document", func(c *column) string {
			return middle(c, func(s *sample) float64 { return float64(s.Elements) }, func(v float64) string { return thousands(int(v)) })
		}},
		{"not measured, since", func(c *column) string { return known(c.legend != "", c.legend) }},
	}
}

func table(columns []column) string {
	var b strings.Builder
	b.WriteString("| operations |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s |", c.name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(columns)) + "\n")
	for _, r := range rows() {
		cells := make([]string, len(columns))
		for i := range columns {
			cells[i] = r.of(&columns[i])
		}
		if !slices.ContainsFunc(cells, func(s string) bool { return s != none }) {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s |\n", r.name, strings.Join(cells, " | "))
	}
	return b.String()
}

func known(is bool, text string) string {
	if is {
		return text
	}
	return none
}

// middle gives the median of the samples.
func middle(c *column, of func(s *sample) float64, say func(float64) string) string {
	var all []float64
	for i := range c.samples {
		all = append(all, of(&c.samples[i]))
	}
	v := quantile(all, 0.5)
	return known(v > 0, say(v))
}

// spreads gives median, p99 and maximum, each the median of the samples'.
func spreads(c *column, of func(s *sample) []float64) string {
	var parts []string
	for _, q := range []float64{0.5, 0.99, 1} {
		var all []float64
		for i := range c.samples {
			if frames := of(&c.samples[i]); len(frames) > 0 {
				all = append(all, quantile(frames, q))
			}
		}
		if len(all) == 0 {
			return none
		}
		parts = append(parts, fmt.Sprintf("%.1f", quantile(all, 0.5)))
	}
	return strings.Join(parts, ", ") + " ms"
}

func spread(all []float64) string {
	return fmt.Sprintf("%.1f, %.1f, %.1f ms", quantile(all, 0.5), quantile(all, 0.99), quantile(all, 1))
}

func milliseconds(ms float64) string {
	if ms >= 1000 {
		return fmt.Sprintf("%.2f s", ms/1000)
	}
	return fmt.Sprintf("%.0f ms", ms)
}

func size(bytes float64) string {
	switch {
	case bytes >= 1e8:
		return fmt.Sprintf("%.0f MB", bytes/1e6)
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", bytes/1e6)
	}
	return fmt.Sprintf("%.0f kB", bytes/1e3)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// circumstances says when and on what the table was made.
func circumstances(o *options) string {
	load, err := os.ReadFile("/proc/loadavg")
	text := "unknown"
	if err == nil {
		text = strings.Join(strings.Fields(string(load))[:3], ", ")
	}
	return fmt.Sprintf("Measured on %s on %d cores, medians of %d, of one where it took more than a minute; load averages "+
		"at the end, over 1, 5 and 15 minutes: %s. The browser is %s.\n",
		time.Now().UTC().Format("2 January 2006"), runtime.NumCPU(), o.runs, text, browser.Path())
}

// intoDocs replaces the table in a Markdown file, between <!-- measure page --> and <!-- /measure -->.
func intoDocs(path, text string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const begin, end = "<!-- measure page -->\n", "<!-- /measure -->"
	before, rest, ok := strings.Cut(string(content), begin)
	if !ok {
		return fmt.Errorf("%s has no place for the table: no line %q", path, strings.TrimSpace(begin))
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return fmt.Errorf("%s: the table has no end: no line %q", path, end)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644)
}
