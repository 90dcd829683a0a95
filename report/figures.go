package report

import (
	"fmt"
	"strings"
)

// mostErrors is how many different errors the text shows.
const mostErrors = 5

func (r *Report) figures(b *strings.Builder, s Style) {
	if r.Untimed {
		r.counts(b, s)
		return
	}
	fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, r.Figures()))
	head := []string{"operation", "outcome", "count", "p50", "p90", "p99", "p99.9", "max"}
	var rows [][]string
	for _, k := range r.Stats.Kinds {
		rows = append(rows, []string{
			Clean(k.Kind), k.Outcome.String(), Count(k.Count),
			Round(k.P50), Round(k.P90), Round(k.P99), Round(k.P999), Round(k.Max),
		})
	}
	if len(rows) > 0 {
		b.WriteString(s.Table(head, head[1:], rows))
	}
	r.remarks(b, s)
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
	head := []string{"operation", "outcome", "count"}
	var rows [][]string
	for _, k := range r.Stats.Kinds {
		rows = append(rows, []string{Clean(k.Kind), k.Outcome.String(), Count(k.Count)})
	}
	if len(rows) > 0 {
		b.WriteString(s.Table(head, head[2:], rows))
	}
	r.remarks(b, s)
}

// remarks are what made races likely, the errors, and what was left out.
func (r *Report) remarks(b *strings.Builder, s Style) {
	for n, line := range r.Conditions {
		head := "made likely by "
		if n > 0 {
			head = strings.Repeat(" ", len(head))
		}
		fmt.Fprintf(b, "  %s%s\n", head, s.Wrap(2+len(head), Clean(line)))
	}
	if r.Skipped > 0 {
		fmt.Fprintf(b, "  left out: %s of no client, as of a nemesis\n", things(int64(r.Skipped), "event"))
	}
	for n, e := range r.Errors {
		if n == mostErrors {
			fmt.Fprintf(b, "  … and %s, in the history\n", things(int64(len(r.Errors)-n), "other error"))
			break
		}
		line, _, _ := strings.Cut(e.Text, "\n")
		fmt.Fprintf(b, "  %s\n", s.Wrap(4, fmt.Sprintf("%s × %v: %s", Count(int64(e.Count)), e.Outcome, Clean(line))))
	}
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
