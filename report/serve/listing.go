package serve

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/report"
)

// filter is what the runs that are shown have; "" is any.
type filter struct{ Verdict, Target, Workload string }

func (f filter) fits(r *run) bool {
	return (f.Verdict == "" || f.Verdict == r.Verdict()) && (f.Target == "" || f.Target == r.Info.Target) &&
		(f.Workload == "" || f.Workload == r.Info.Workload)
}

// query is the address of a page of the index.
func (f filter) query(page int) string {
	q := url.Values{}
	for _, p := range []struct{ name, value string }{{"verdict", f.Verdict}, {"target", f.Target}, {"workload", f.Workload}} {
		if p.value != "" {
			q.Set(p.name, p.value)
		}
	}
	if page > 1 {
		q.Set("page", fmt.Sprint(page))
	}
	if len(q) == 0 {
		return "/"
	}
	return "/?" + q.Encode()
}

// at is the address of a run, or of a file of it.
func at(run, file string) string { return "/run/" + url.PathEscape(run) + "/" + file }

// choice is what a filter can be set to.
type choice struct {
	Value, Label string
	Chosen       bool
}

// listing is a page of the index.
type listing struct {
	Rows                          []line
	Filter                        filter
	Verdicts, Targets, Workloads  []choice
	Total, Found, From, To        int
	Page, Pages                   int
	First, Previous, Next, Latest string
}

// line is a run as the index shows it.
type line struct {
	*run
	Link, More string
	Why        string // the explanation of the first anomaly, or the reason, or why there is none
	OK         string
	P99        string
	Ops        string
}

// listing puts a page of the index together.
func (s *Server) listing(runs []*run, f filter, page int) listing {
	var fit []*run
	for _, r := range runs {
		if f.fits(r) {
			fit = append(fit, r)
		}
	}
	l := listing{Filter: f, Total: len(runs), Found: len(fit), Pages: max(1, (len(fit)+perPage-1)/perPage)}
	l.Page = min(page, l.Pages)
	begin := (l.Page - 1) * perPage
	end := min(begin+perPage, len(fit))
	l.From, l.To = min(begin+1, end), end
	for _, r := range fit[begin:end] {
		l.Rows = append(l.Rows, s.line(r))
	}
	if l.Page > 1 {
		l.First, l.Previous = f.query(1), f.query(l.Page-1)
	}
	if l.Page < l.Pages {
		l.Next = f.query(l.Page + 1)
	}
	if len(runs) > 0 {
		l.Latest = "/latest"
	}
	l.Verdicts = choices(f.Verdict, []string{"invalid", "undecided", "valid", none}, words)
	l.Targets = choices(f.Target, values(runs, func(r *run) string { return r.Info.Target }), report.Clean)
	l.Workloads = choices(f.Workload, values(runs, func(r *run) string { return r.Info.Workload }), report.Clean)
	return l
}

func values(runs []*run, of func(*run) string) []string {
	var all []string
	seen := map[string]bool{}
	for _, r := range runs {
		if v := of(r); v != "" && !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return all
}

func choices(chosen string, values []string, label func(string) string) []choice {
	all := []choice{{"", "all", chosen == ""}}
	if chosen != "" && !slices.Contains(values, chosen) {
		values = append(values, chosen) // so that the page says what it was asked
	}
	for _, v := range values {
		all = append(all, choice{v, label(v), v == chosen})
	}
	return all
}

// words names a verdict.
func words(verdict string) string {
	if verdict == none {
		return "not reported"
	}
	return report.Clean(verdict)
}

// mostWhy is how many characters of an explanation the index shows.
const mostWhy = 300

func (s *Server) line(r *run) line {
	l := line{run: r, Link: s.link(r), More: at(r.Name, ""), Why: r.why()}
	if cut := []rune(l.Why); len(cut) > mostWhy {
		l.Why = strings.TrimSpace(string(cut[:mostWhy])) + " …"
	}
	if r.HasStats {
		l.Ops = report.Count(r.Stats.Ops)
	}
	if r.HasStats && r.Stats.Throughput > 0 { // a history without times has none
		l.OK, l.P99 = report.Count(int64(r.Stats.Throughput)), report.Round(r.Stats.P99)
	}
	return l
}

// why explains the verdict in one line.
func (r *run) why() string {
	switch {
	case r.Problem != "":
		return report.Clean(r.Problem)
	case !r.Written.IsZero():
		return "Not reported yet: it was killed or is still running; last written " + r.ago() + "."
	}
	return report.Clean(cmp.Or(r.Message, r.Reason))
}

// ago says how long ago the history was written, in words that rarely change.
func (r *run) ago() string {
	if d := time.Since(r.Written); d < 10*time.Second {
		return "just now"
	}
	return "at " + r.Written.UTC().Format("2006-01-02 15:04:05") + " UTC"
}
