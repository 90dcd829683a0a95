// Package report turns the result of a run into what people and programs read. A report is made of a result alone, so
// that it can be made again from a recorded history.
package report

import (
	"cmp"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Report is what a run or a check has come to, its types erased.
type Report struct {
	Info        history.Info     `json:"run"`
	Stats       Stats            `json:"stats"` // before the verdict, which may be long, for those who read the head alone
	Verdict     checkers.Verdict `json:"verdict"`
	Interrupted string           `json:"interrupted,omitempty"`
	Orphans     int              `json:"orphans,omitempty"`
	Missing     string           `json:"missing,omitempty"` // what the history lacks
	Skipped     int              `json:"skipped,omitempty"` // events in a foreign history that are of no client
	// Untimed says that a foreign history tells no times: calls and returns are numbers of events, and there are no
	// latencies.
	Untimed bool `json:"untimed,omitempty"`
	// Detected is after how many operations of clients a violation was proved, where that was asked for: see harness.Detected.
	Detected int `json:"detected,omitempty"`
	// Evidence are the operations that the anomalies name, in order of call.
	Evidence []Evidence `json:"evidence,omitempty"`
	// Whole says that these are all operations of the run.
	Whole bool `json:"whole,omitempty"`
	// Steps are those of the clients, in order of time, where they were written down.
	Steps []Step `json:"steps,omitempty"`
	// Errors are the texts of operations that were not OK, the most common first.
	Errors []ErrorCount `json:"errors,omitempty"`
	// Conditions say what made races likely, where the run can tell: how clients were released, what was held up.
	Conditions []string `json:"conditions,omitempty"`
	// Gates are what was asked of the run beside its verdict.
	Gates []Gate `json:"gates,omitempty"`
	// Again is the command that makes the same operations again, of a run.
	Again string `json:"again,omitempty"`
	// Files are those that the run has left, or the history that was checked, named as from the folder it was started in.
	Files []string `json:"files,omitempty"`

	// Foreign says that another program has recorded the history, of which it is not known what was tried again.
	Foreign bool `json:"-"`
	// Orders are the beginnings of legal orders in words; the verdict has them whole.
	Orders []Order `json:"-"`
	// Prefixes are the ends of the verdict's prefixes in words.
	Prefixes []Prefix `json:"-"`
	// Timeline gives all operations. It is nil where the history was not kept.
	Timeline *Timeline `json:"-"`
}

// Evidence is one operation in words.
type Evidence struct {
	Op      int             `json:"op"`
	Client  int32           `json:"client"`
	Call    int64           `json:"call"`   // ns
	Return  int64           `json:"return"` // ns; 0 if it never returned
	Outcome history.Outcome `json:"outcome"`
	Text    string          `json:"text"`
	Final   bool            `json:"final,omitempty"` // a read after everybody has stopped
	// Trace is the ID of its trace, if the run made any; see [history.TraceID].
	Trace string `json:"trace,omitempty"`
	// Lines are where a foreign history has it, from 1: its call, and its completion if there is one.
	Lines []int64 `json:"lines,omitempty"`
}

// Step is a step of an operation, such as "read balance".
type Step struct {
	Client int32  `json:"client"`
	At     int64  `json:"at"` // ns; when it was let go
	Name   string `json:"name"`
}

// ErrorCount is how often operations failed with one text.
type ErrorCount struct {
	Text    string          `json:"text"`
	Outcome history.Outcome `json:"outcome"`
	Count   int             `json:"count"`
}

// ErrorText is the text of an operation that was not OK.
type ErrorText struct {
	Text    string
	Outcome history.Outcome
}

// mostEvidence bounds what is shown of a run in which very much went wrong.
const mostEvidence = 64

// Cite lists the operations that the anomalies name.
func (r *Report) Cite(of func(op int) Evidence) {
	var ops []int
	for _, a := range r.Verdict.Anomalies {
		ops = append(ops, a.Ops...)
	}
	slices.Sort(ops)
	ops = slices.Compact(ops)
	for _, i := range ops[:min(len(ops), mostEvidence)] {
		r.Evidence = append(r.Evidence, of(i))
	}
}

// CountErrors sorts the errors of a run, the most common first.
func CountErrors(counts map[ErrorText]int) []ErrorCount {
	var all []ErrorCount
	for k, n := range counts {
		all = append(all, ErrorCount{Text: k.Text, Outcome: k.Outcome, Count: n})
	}
	slices.SortFunc(all, func(a, b ErrorCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Outcome, b.Outcome))
	})
	return all
}

// Anomalies gives the names of the anomalies found, each once, in the order of the verdict.
func (r *Report) Anomalies() []string {
	var names []string
	for _, a := range r.Verdict.Anomalies {
		if !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	return names
}

// Untime takes away what a history without times can't tell.
func (r *Report) Untime() {
	r.Untimed = true
	st := &r.Stats
	st.Elapsed, st.Throughput = 0, 0
	st.Mean, st.P50, st.P90, st.P99, st.P999, st.Max = 0, 0, 0, 0, 0, 0
	for i, k := range st.Kinds {
		st.Kinds[i] = KindStats{Kind: k.Kind, Outcome: k.Outcome, Count: k.Count}
	}
}
