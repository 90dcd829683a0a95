package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// row is what was measured with one number of connections.
type row struct {
	connections int
	stress      []speed
	others      map[string][]speed // by the generator's name, round by round
}

// round has all make requests, one after the other.
func (r *row) round(ctx context.Context, b *bench) error {
	s, err := b.stress(ctx, r.connections)
	if err != nil {
		return err
	}
	for _, g := range generators() {
		o, err := b.generate(ctx, g, r.connections)
		if err != nil {
			return err
		}
		r.others[g.name] = append(r.others[g.name], o)
	}
	r.stress = append(r.stress, s)
	return nil
}

// ratios are those of the command's rate to a generator's, of each round.
func (r *row) ratios(name string) []float64 {
	all := make([]float64, len(r.stress))
	for i, s := range r.stress {
		all[i] = s.requests / r.others[name][i].requests
	}
	return all
}

func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| connections | | requests/s | ratio, median of the rounds' | lowest and highest | " +
		"processor time for 1000 requests |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %d | stress | %.0f | | | %s |\n", r.connections, median(r.stress, rate), processor(r.stress))
		for _, g := range generators() {
			others, ratios := r.others[g.name], r.ratios(g.name)
			fmt.Fprintf(&b, "| %d | %s | %.0f | %.2f | %.2f, %.2f | %s |\n", r.connections, g.name, median(others, rate),
				median(ratios, func(x float64) float64 { return x }), slices.Min(ratios), slices.Max(ratios), processor(others))
		}
	}
	return b.String()
}

func rate(s speed) float64 { return s.requests }

func processor(all []speed) string {
	return fmt.Sprintf("%.0f ms", median(all, func(s speed) float64 { return float64(s.thousand()) / float64(time.Millisecond) }))
}

// median gives that of a figure; of an even number, the higher of the two in the middle.
func median[T any](all []T, of func(T) float64) float64 {
	var figures []float64
	for _, x := range all {
		figures = append(figures, of(x))
	}
	slices.Sort(figures)
	return figures[len(figures)/2]
}

// circumstances says when and on what the table was made.
func circumstances(o *options) string {
	text := "unknown"
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		text = strings.Join(strings.Fields(string(load))[:3], ", ")
	}
	return fmt.Sprintf("\nMeasured on %s on %d cores, %d rounds of %d s each; load averages at the end, over 1, 5 and 15 "+
		"minutes: %s.\n", time.Now().UTC().Format("2 January 2006"), runtime.NumCPU(), o.runs, o.seconds, text)
}

// intoDocs replaces the table in a Markdown file, between <!-- overhead --> and <!-- /overhead -->.
func intoDocs(path, text string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const begin, end = "<!-- overhead -->\n", "<!-- /overhead -->"
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
