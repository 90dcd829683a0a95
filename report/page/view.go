package page

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// mostFindings is how many anomalies the page tells of: more of them nobody reads, and report.json has all.
const mostFindings = 200

// view is what the page says before any script runs.
type view struct {
	*report.Report
	Title, Policy   string
	Status, Subject string
	Notices         []string
	Findings        []finding
	More            int // findings that are not shown
	Figures         []figure
	Params, Args    []fact
}

type finding struct {
	checkers.Anomaly
	N       int
	Meaning string
}

type figure struct{ Value, Name string }

type fact struct{ Name, Value string }

func viewOf(r *report.Report) *view {
	i := r.Info
	v := &view{Report: r, Status: r.Verdict.Status.String()}
	v.Subject = joined(" · ", i.Target, i.Workload, i.Strategy)
	v.Title = strings.ToUpper(v.Status) + " " + v.Subject
	v.Notices = notices(r)
	v.Findings, v.More = findings(r.Verdict)
	v.Figures = figures(r)
	for name, value := range i.Params {
		v.Params = append(v.Params, fact{name, plain(value)})
	}
	for name, value := range i.Args {
		v.Args = append(v.Args, fact{name, value})
	}
	for _, facts := range [][]fact{v.Params, v.Args} {
		slices.SortFunc(facts, func(a, b fact) int { return strings.Compare(a.Name, b.Name) })
	}
	return v
}

// plain tells a parameter: one with several parts, such as the requests of a service, part by part.
func plain(value any) string {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Map {
		return fmt.Sprint(value)
	}
	var parts []string
	for _, key := range v.MapKeys() {
		parts = append(parts, fmt.Sprintf("%v: %v", key, v.MapIndex(key)))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}

// notices are what a reader must know before he trusts the rest, each said once.
func notices(r *report.Report) []string {
	var all []string
	for n, line := range []string{r.Verdict.Reason, r.Interrupted, r.Missing} {
		if line != "" && (n == 0 || !strings.Contains(r.Verdict.Reason, line)) {
			all = append(all, line)
		}
	}
	if r.Orphans > 0 {
		all = append(all, report.Count(int64(r.Orphans))+" of the target's calls never returned; their goroutines still ran at the end")
	}
	if r.Skipped > 0 {
		all = append(all, report.Count(int64(r.Skipped))+" events of no client, as of a nemesis, are left out")
	}
	if r.Untimed {
		all = append(all, "the history tells no times: what is drawn is the order of its events")
	}
	for i, line := range all {
		all[i] = sentence(line)
	}
	return all
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}

func findings(v checkers.Verdict) (all []finding, more int) {
	for n, a := range v.Anomalies[:min(len(v.Anomalies), mostFindings)] {
		f := finding{Anomaly: a, N: n}
		for _, m := range checkers.Meanings() {
			if m.Name == a.Name {
				f.Meaning = m.Text
			}
		}
		f.Message = strings.TrimSuffix(a.Message, ".") + "."
		all = append(all, f)
	}
	return all, len(v.Anomalies) - len(all)
}

func figures(r *report.Report) []figure {
	s := r.Stats
	all := []figure{{report.Count(s.Ops), "operations"}, {report.Count(int64(r.Info.Clients)), "clients at once"}}
	if !r.Untimed {
		all = append(all, figure{report.Round(s.Elapsed), "elapsed"}, figure{report.Count(int64(s.Throughput)), "ok a second"},
			figure{report.Round(s.P99), "p99 latency"}, figure{fmt.Sprintf("%.0f %%", 100*s.Contended), "contended"})
	}
	return append(all, figure{report.Count(s.OK), history.OK.String()}, figure{report.Count(s.Failed), history.Failed.String()},
		figure{report.Count(s.Unknown), history.Unknown.String()}, figure{report.Count(s.Retries), "retries"})
}

// facts are what the scripts know besides the operations.
type facts struct {
	Status    checkers.Status    `json:"status"`
	Untimed   bool               `json:"untimed"`
	Ops       int                `json:"ops"`
	Block     int                `json:"block"`    // operations in a block
	Timeline  bool               `json:"timeline"` // the page has the operations
	Clients   int                `json:"clients"`  // at once
	Anomalies []checkers.Anomaly `json:"anomalies"`
	Evidence  []report.Evidence  `json:"evidence"`
	Steps     []report.Step      `json:"steps"`
}

func factsOf(r *report.Report) facts {
	f := facts{
		Status: r.Verdict.Status, Untimed: r.Untimed, Block: blockSize, Timeline: r.Timeline != nil, Clients: r.Info.Clients,
		Anomalies: r.Verdict.Anomalies[:min(len(r.Verdict.Anomalies), mostFindings)], Evidence: r.Evidence, Steps: r.Steps,
	}
	if r.Timeline != nil {
		f.Ops = r.Timeline.Len
	}
	if f.Anomalies == nil { // a list in any case
		f.Anomalies = []checkers.Anomaly{}
	}
	return f
}

// Latencies are those of a kind of operation, as the text report writes them.
func (*view) Latencies(k report.KindStats) []string {
	all := make([]string, 0, 5)
	for _, d := range []time.Duration{k.P50, k.P90, k.P99, k.P999, k.Max} {
		all = append(all, report.Round(d))
	}
	return all
}

// Count writes a number with its thousands apart.
func (*view) Count(n int64) string { return report.Count(n) }

// Times says how often something happened.
func (*view) Times(n int) string { return report.Count(int64(n)) }

// Drawn says whether the run has anything to show over time.
func (v *view) Drawn() bool { return v.Timeline != nil && v.Timeline.Len > 0 }
