// Package diff sets the reports of two runs side by side: what they found, in what they differ, and their figures.
package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// Diff is two runs side by side.
type Diff struct {
	A Side `json:"a"`
	B Side `json:"b"`
	// Doubts say why the figures can't be compared, or only with care. There are none if they can.
	Doubts    []string  `json:"doubts,omitempty"`
	Anomalies []Anomaly `json:"anomalies,omitempty"`
	Facts     []Fact    `json:"facts,omitempty"` // in which the runs differ
	Figures   []Figure  `json:"figures,omitempty"`
	Errors    []Error   `json:"errors,omitempty"` // the most common first
}

// Side is one of the runs.
type Side struct {
	Name        string          `json:"name"` // the folder or file
	Title       string          `json:"title"`
	Engine      string          `json:"engine,omitempty"`
	Status      checkers.Status `json:"status"`
	Reason      string          `json:"reason,omitempty"`
	Interrupted string          `json:"interrupted,omitempty"`
	Missing     string          `json:"missing,omitempty"`
	Start       time.Time       `json:"start"`
}

// Anomaly is how often each run shows an anomaly, with the first explanation of each.
type Anomaly struct {
	Name     string `json:"name"`
	A        int    `json:"a"`
	B        int    `json:"b"`
	MessageA string `json:"message_a,omitempty"`
	MessageB string `json:"message_b,omitempty"`
}

// Where says in which of the runs it is.
func (a Anomaly) Where() string {
	switch {
	case a.B == 0:
		return "only in A"
	case a.A == 0:
		return "only in B"
	}
	return "in both"
}

// Fact is something that was other in A than in B; "" if a run has nothing of the name.
type Fact struct {
	Name string `json:"name"`
	A    string `json:"a"`
	B    string `json:"b"`
}

// Error is how many operations ended with a text.
type Error struct {
	Text    string          `json:"text"`
	Outcome history.Outcome `json:"outcome"`
	A       int             `json:"a"`
	B       int             `json:"b"`
}

// Of sets two reports side by side.
func Of(nameA string, a *report.Report, nameB string, b *report.Report) *Diff {
	return &Diff{
		A: side(nameA, a), B: side(nameB, b), Doubts: doubts(a, b), Anomalies: anomalies(a, b), Facts: facts(a.Info, b.Info),
		Figures: figures(a, b), Errors: failures(a.Errors, b.Errors),
	}
}

func side(name string, r *report.Report) Side {
	return Side{
		Name: name, Title: r.Title(), Engine: r.Info.Engine, Status: r.Verdict.Status, Reason: r.Verdict.Reason,
		Interrupted: r.Interrupted, Missing: r.Missing, Start: r.Info.Start,
	}
}

func doubts(a, b *report.Report) []string {
	var all []string
	if a.Info.Workload != b.Info.Workload {
		all = append(all, fmt.Sprintf("The runs are not comparable: A is of the workload %s, B of %s.",
			a.Info.Workload, b.Info.Workload))
	}
	if a.Info.Target != b.Info.Target {
		all = append(all, fmt.Sprintf("The runs are of different targets, A of %s and B of %s: figures tell more of these than of "+
			"anything else.", a.Info.Target, b.Info.Target))
	}
	for _, side := range []struct {
		name string
		r    *report.Report
	}{{"A", a}, {"B", b}} {
		switch {
		case side.r.Untimed:
			all = append(all, side.name+" has no times: it has no figures of speed.")
		case side.r.Missing != "":
			all = append(all, side.name+" was cut off: its figures are of a part of the run.")
		case side.r.Interrupted != "":
			all = append(all, side.name+" was interrupted: its figures are of a part of the run.")
		}
	}
	return all
}

func anomalies(a, b *report.Report) []Anomaly {
	var all []Anomaly
	at := func(name string) *Anomaly {
		i := slices.IndexFunc(all, func(x Anomaly) bool { return x.Name == name })
		if i < 0 {
			all = append(all, Anomaly{Name: name})
			i = len(all) - 1
		}
		return &all[i]
	}
	for _, found := range a.Verdict.Anomalies {
		x := at(found.Name)
		x.A++
		x.MessageA = cmp.Or(x.MessageA, found.Message)
	}
	for _, found := range b.Verdict.Anomalies {
		x := at(found.Name)
		x.B++
		x.MessageB = cmp.Or(x.MessageB, found.Message)
	}
	return all
}

// facts are those of the heads in which they differ, but for what their titles say.
func facts(a, b history.Info) []Fact {
	var all []Fact
	add := func(name, a, b string) {
		if a != b {
			all = append(all, Fact{name, a, b})
		}
	}
	add("engine", a.Engine, b.Engine)
	add("recorded by", a.Tool, b.Tool)
	add("clients", fmt.Sprint(a.Clients), fmt.Sprint(b.Clients))
	add("seed", fmt.Sprint(a.Seed), fmt.Sprint(b.Seed))
	for _, name := range both(a.Params, b.Params) {
		add(name, param(a.Params, name), param(b.Params, name))
	}
	for _, name := range both(a.Args, b.Args) {
		switch name {
		case "target", "workload", "strategy", "clients", "seed", "keys", "initial", "out": // said above, or of no account
		default:
			add("--"+name, a.Args[name], b.Args[name])
		}
	}
	return all
}

// both are the names in either, in order.
func both[V any](a, b map[string]V) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

func param(params map[string]any, name string) string {
	v, there := params[name]
	if !there {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

func failures(a, b []report.ErrorCount) []Error {
	counts := map[report.ErrorText][2]int{}
	for i, side := range [][]report.ErrorCount{a, b} {
		for _, e := range side {
			k := report.ErrorText{Text: e.Text, Outcome: e.Outcome}
			n := counts[k]
			n[i] += e.Count
			counts[k] = n
		}
	}
	var all []Error
	for k, n := range counts {
		all = append(all, Error{k.Text, k.Outcome, n[0], n[1]})
	}
	slices.SortFunc(all, func(x, y Error) int {
		return cmp.Or(cmp.Compare(y.A+y.B, x.A+x.B), cmp.Compare(x.Text, y.Text), cmp.Compare(x.Outcome, y.Outcome))
	})
	return all
}
