package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Small is how many operations a run may have to be shown whole.
const Small = 12

// Bounds of a table with a column for each client: beyond, it is no picture any more.
const (
	mostLanes    = 6
	mostInLanes  = Small
	mostInstants = 60
	narrowLane   = 18 // columns; narrower ones make words of a letter or two
	wideLane     = 60 // beyond, a cell is wrapped
)

// instant is where an operation begins, takes a step, or ends.
type instant struct {
	at    int64 // ns, or the number of an event
	lane  int
	label string // what stands before the text
	text  string
	rank  int   // of those at the same time
	line  int64 // of a foreign history; 0 for none
}

// What happens at an instant, in the order in which things at the same time are shown: calls come first, since an operation may
// begin at the instant at which another ends.
const (
	called = iota
	stepped
	answered
)

// Lanes draws the operations that the first anomaly names, or, in a report that has no more operations than fit, all: time
// runs down, each client has a column. It is empty where there are none, and leaves out what goes beyond some operations and
// clients.
func (r *Report) Lanes() string {
	drawn, _ := r.lanes(Style{})
	return drawn
}

// lanes gives the operations that are in the picture as well. It is empty where the columns do not fit in the width.
func (r *Report) lanes(s Style) (picture string, drawn []int) {
	ops := r.raced()
	clients := lanesOf(ops)
	if len(ops) == 0 {
		return "", nil
	}
	ops = slices.DeleteFunc(ops, func(e Evidence) bool { return !slices.Contains(clients, e.Client) })
	first := r.firstColumns(ops)
	rows, instants := [][]string{}, r.instants(ops, clients)
	widths := r.widths(s, first, instants, len(clients))
	if widths == nil {
		return "", nil
	}
	for _, i := range instants {
		row := r.placed(i, len(first), s)
		for n := range clients {
			row = append(row, "")
			if n == i.lane {
				row[len(row)-1] = i.cell(widths[n], s)
			}
		}
		rows = append(rows, row)
	}
	head := first
	for _, c := range clients {
		name := fmt.Sprintf("client %d", c)
		if slices.ContainsFunc(ops, func(e Evidence) bool { return e.Client == c && e.Final }) {
			name = "at the end"
		}
		head = append(head, name)
	}
	for _, e := range ops {
		drawn = append(drawn, e.Op)
	}
	return Style{Color: s.Color}.Table(head, nil, rows), drawn
}

// raced are the operations to draw.
func (r *Report) raced() []Evidence {
	if len(r.Verdict.Anomalies) == 0 {
		return nil
	}
	ops := slices.Clone(r.Evidence)
	if !r.Whole {
		ops = slices.DeleteFunc(ops, func(e Evidence) bool {
			return !slices.Contains(r.Verdict.Anomalies[0].Ops, e.Op)
		})
	}
	return ops[:min(len(ops), mostInLanes)]
}

// firstColumns are the heads of those before the clients': when, and where in a foreign history.
func (r *Report) firstColumns(ops []Evidence) []string {
	switch lined := len(ops[0].Lines) > 0; {
	case lined && r.Untimed: // the number of an event says no more than its line
		return []string{"line"}
	case lined:
		return []string{"line", "time"}
	case r.Untimed:
		return []string{"event"}
	}
	return []string{"time"}
}

// placed are the cells before the clients'.
func (r *Report) placed(i instant, columns int, s Style) []string {
	var cells []string
	if i.line > 0 {
		cells = append(cells, s.Dim(Count(i.line)))
	}
	switch {
	case len(cells) == columns:
	case r.Untimed:
		cells = append(cells, s.Dim(Count(i.at)))
	default:
		cells = append(cells, s.Dim(since(i.at)))
	}
	return cells
}

// widths are how wide the clients' columns are, each as wide as what is in it, or else as its share of the room that the others
// leave. There are none if that would be too narrow.
func (r *Report) widths(s Style, first []string, instants []instant, lanes int) []int {
	wants := make([]int, lanes)
	for _, i := range instants {
		wants[i.lane] = max(wants[i.lane], len("client 00"), min(wideLane, text.StringWidth(i.label+i.text)))
	}
	if s.Width == 0 {
		return wants
	}
	room := s.Width - 2 - 2*lanes
	for n := range first {
		widest := len(first[n])
		for _, i := range instants {
			if cells := r.placed(i, len(first), Style{}); n < len(cells) {
				widest = max(widest, len(cells[n]))
			}
		}
		room -= widest + 2
	}
	order := make([]int, lanes)
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(wants[a], wants[b]) })
	for n, lane := range order {
		share := room / (lanes - n)
		if share < wants[lane] && share < narrowLane {
			return nil
		}
		wants[lane] = min(wants[lane], share)
		room -= wants[lane]
	}
	return wants
}

// cell is what stands in the column, wrapped below its own beginning.
func (i instant) cell(width int, s Style) string {
	margin := text.StringWidth(i.label)
	parts := strings.Split(wrap(max(width-margin, 1), 0, i.text), "\n")
	for n, part := range parts {
		switch i.rank {
		case stepped:
			part = s.Dim(part)
		case answered:
			part = s.Raced(part)
		}
		label := strings.Repeat(" ", margin)
		if n == 0 {
			label = i.label
		}
		parts[n] = label + part
	}
	return strings.Join(parts, "\n")
}

// Traces name those of the operations that [Report.Lanes] draws, a line each, if there are any.
func (r *Report) Traces() string {
	var b strings.Builder
	for _, e := range r.raced() {
		if e.Trace != "" {
			fmt.Fprintf(&b, "trace of #%d: %s\n", e.Op, e.Trace)
		}
	}
	return b.String()
}

// traces shows them below the picture.
func (r *Report) traces(b *strings.Builder) {
	for line := range strings.Lines(r.Traces()) {
		b.WriteString("   " + line)
	}
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

// instants gives calls, steps and returns in order of time.
func (r *Report) instants(ops []Evidence, clients []int32) []instant {
	var all []instant
	for _, e := range ops {
		lane := slices.Index(clients, e.Client)
		between := " → "
		if len(e.Lines) > 0 { // of a foreign history, in whose words the arrow is between what a swap expects and sets
			between = ": "
		}
		asked, told, _ := strings.Cut(Clean(e.Text), between)
		label := fmt.Sprintf("#%d ", e.Op)
		all = append(all, instant{e.Call, lane, label, asked, called, lineOf(e, 0)})
		for _, s := range r.Steps {
			if s.Client == e.Client && s.At >= e.Call && (s.At <= e.Return || e.Return == 0) {
				all = append(all, instant{s.At, lane, "   ", Clean(s.Name), stepped, 0})
			}
		}
		if told == "" {
			told = e.Outcome.String()
		}
		if e.Return != 0 {
			all = append(all, instant{e.Return, lane, label + "→ ", told, answered, lineOf(e, 1)})
		}
	}
	slices.SortStableFunc(all, func(a, b instant) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank)) })
	return all[:min(len(all), mostInstants)]
}

// lineOf is where a foreign history has the call of an operation (0), or its completion (1).
func lineOf(e Evidence, which int) int64 {
	if which < len(e.Lines) {
		return e.Lines[which]
	}
	return 0
}
