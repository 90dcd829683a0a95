package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Small is how many operations a run may have to be shown whole.
const Small = 12

// Bounds of a table with a column for each client: beyond, it is no picture any more.
const (
	mostLanes    = 6
	mostInLanes  = Small
	mostInstants = 60
)

// instant is where an operation begins, takes a step, or ends.
type instant struct {
	at   int64 // ns
	lane int
	text string
	rank int // of those at the same time
}

// Lanes draws the operations that the first anomaly names, or, in a report that has no more operations than fit, all: time
// runs down, each client has a column. It is empty where there are none, and leaves out what goes beyond some operations and
// clients.
func (r *Report) Lanes() string {
	if len(r.Verdict.Anomalies) == 0 || r.Untimed {
		return ""
	}
	ops := r.drawn()
	clients := lanesOf(ops)
	if len(ops) == 0 {
		return ""
	}
	t := newTable(Style{})
	header := table.Row{"time"}
	for _, c := range clients {
		name := fmt.Sprintf("client %d", c)
		if slices.ContainsFunc(ops, func(e Evidence) bool { return e.Client == c && e.Final }) {
			name = "at the end"
		}
		header = append(header, name)
	}
	t.AppendHeader(header)
	for _, i := range r.instants(ops, clients) {
		row := make(table.Row, len(header))
		row[0] = since(i.at)
		for n := range clients {
			row[n+1] = ""
		}
		row[i.lane+1] = i.text
		t.AppendRow(row)
	}
	return indent(t.Render())
}

// drawn are the operations that are drawn.
func (r *Report) drawn() []Evidence {
	ops := r.Evidence
	if !r.Whole {
		ops = slices.DeleteFunc(slices.Clone(ops), func(e Evidence) bool {
			return !slices.Contains(r.Verdict.Anomalies[0].Ops, e.Op)
		})
	}
	return ops[:min(len(ops), mostInLanes)]
}

// Traces name those of the operations that [Report.Lanes] draws, a line each, if there are any.
func (r *Report) Traces() string {
	if len(r.Verdict.Anomalies) == 0 {
		return ""
	}
	var b strings.Builder
	for _, e := range r.drawn() {
		if e.Trace != "" {
			fmt.Fprintf(&b, "trace of #%d: %s\n", e.Op, e.Trace)
		}
	}
	return b.String()
}

// lanesOf gives the clients that have a column.
func lanesOf(ops []Evidence) []int32 {
	var clients []int32
	for _, e := range ops {
		clients = append(clients, e.Client)
	}
	slices.Sort(clients)
	clients = slices.Compact(clients)
	return clients[:min(len(clients), mostLanes)]
}

// instants gives calls, steps and returns in order of time. Of those at the same time calls come first, since an operation
// may begin at the instant at which another ends.
func (r *Report) instants(ops []Evidence, clients []int32) []instant {
	var all []instant
	for _, e := range ops {
		lane := slices.Index(clients, e.Client)
		if lane < 0 {
			continue
		}
		asked, answered, _ := strings.Cut(e.Text, " → ")
		all = append(all, instant{e.Call, lane, fmt.Sprintf("#%d %s", e.Op, asked), 0})
		for _, s := range r.Steps {
			if s.Client == e.Client && s.At >= e.Call && (s.At <= e.Return || e.Return == 0) {
				all = append(all, instant{s.At, lane, "   " + s.Name, 1})
			}
		}
		if answered == "" {
			answered = e.Outcome.String()
		}
		if e.Return != 0 {
			all = append(all, instant{e.Return, lane, fmt.Sprintf("#%d → %s", e.Op, answered), 2})
		}
	}
	slices.SortStableFunc(all, func(a, b instant) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank)) })
	return all[:min(len(all), mostInstants)]
}
