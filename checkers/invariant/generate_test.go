package invariant_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// shape is what a random history is made of.
type shape struct {
	additive bool
	start    state
	floor    bool    // balances must not go below zero
	deltas   []int64 // what additions choose from
	unknown  float64 // share of operations of unknown outcome
	finals   bool
	early    bool // finals may begin before all have returned
}

func randomShape(r *rand.Rand) shape {
	s := shape{additive: r.IntN(3) > 0, finals: r.IntN(4) > 0, early: r.IntN(3) == 0}
	s.unknown = []float64{0, 0, 0.2, 0.6}[r.IntN(4)]
	s.deltas = [][]int64{{1}, {-2}, {3, -3}, {1, 2, -1, 0}, {300, -300, 500, -500}}[r.IntN(5)]
	if s.floor = s.additive && r.IntN(3) == 0; s.floor {
		s.start = state{500, 300}
	}
	return s
}

// ask draws a request. N makes replacing values unique, for the most part.
func (s *shape) ask(r *rand.Rand, n int) ask {
	a := ask{key: r.IntN(cells), delta: s.deltas[r.IntN(len(s.deltas))], floor: s.floor}
	if r.IntN(3) > 0 {
		a.key = 0
	}
	switch p := r.IntN(10); {
	case p == 0:
		return ask{kind: readAll}
	case p < 3:
		return ask{kind: read, key: a.key}
	case !s.additive:
		a = ask{kind: swap, key: a.key, value: int64(n + 1), old: int64(r.IntN(3))}
		if p == 3 {
			a.kind, a.old = set, 0
		}
		if r.IntN(6) == 0 {
			a.value = int64(r.IntN(3))
		}
	case s.floor && p < 5:
		a.kind, a.delta, a.floor = move, max(a.delta, -a.delta), false
	}
	return a
}

// event is one step of a run: at a time, operation i reads, or writes, one cell or all.
type event struct {
	at    time.Duration
	i     int
	write bool
	cell  int // -1: all at once
	tie   int // order of events at one time
}

// simulate runs up to six operations against a store. If it is atomic, each takes effect at one moment between its call
// and its return; otherwise it reads and writes each cell at moments of their own. An operation of unknown outcome
// writes at any later time, or never. Times are coarse, so that many are equal.
func simulate(r *rand.Rand, s shape, atomic bool) *hist {
	h := &hist{}
	n := 1 + r.IntN(5)
	width := 1 + r.IntN(16)
	var events []event
	for i := range n {
		o := op{Client: int32(i), Input: s.ask(r, i)}
		o.Call = time.Duration(r.IntN(12))
		o.Return = o.Call + time.Duration(r.IntN(width))
		o.Output.seen = r.IntN(4) > 0 && o.Input.kind != set
		h.Ops = append(h.Ops, o)
		events = append(events, plan(r, s, &h.Ops[i], i, atomic)...)
	}
	if s.finals {
		finals(h, r, s, &events)
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.tie, b.tie))
	})
	play(h, s.start, events)
	return sorted(h)
}

func plan(r *rand.Rand, s shape, o *op, i int, atomic bool) []event {
	between := func() time.Duration { return o.Call + time.Duration(r.IntN(int(o.Return-o.Call)+1)) }
	late := false
	switch p := r.Float64(); {
	case p < s.unknown:
		o.Outcome, late = history.Unknown, r.IntN(3) == 0
	case p < s.unknown+0.1:
		o.Outcome = history.Failed
		return nil
	}
	at := between()
	if late {
		at = o.Call + time.Duration(r.IntN(60))
	}
	if o.Outcome == history.Unknown && r.IntN(2) == 0 {
		o.Return = history.Never
	}
	if o.Outcome == history.Unknown && r.IntN(3) == 0 {
		return nil
	}
	tie := r.IntN(1 << 20)
	if atomic {
		return []event{{at, i, false, -1, tie}, {at, i, true, -1, tie}}
	}
	var events []event
	for cell := range cells {
		reads := o.Call + time.Duration(r.IntN(int(at-o.Call)+1))
		events = append(events, event{reads, i, false, cell, r.IntN(tie + 1)}, event{at, i, true, cell, tie})
	}
	return events
}

func finals(h *hist, r *rand.Rand, s shape, events *[]event) {
	at := 40 // after every return, before what is late
	if s.early {
		at = r.IntN(30)
	}
	for cell := range cells + 1 {
		o := op{Client: 100, Call: time.Duration(at + 2*cell), Return: time.Duration(at + 2*cell + 1), Phase: history.Final}
		o.Input = ask{kind: read, key: cell}
		if cell == cells {
			o.Input = ask{kind: readAll}
		}
		if r.IntN(12) == 0 {
			o.Outcome = history.Unknown
		}
		i := len(h.Ops)
		h.Ops = append(h.Ops, o)
		*events = append(*events, event{o.Call, i, false, -1, 0})
	}
}

// play carries the events out.
func play(h *hist, now state, events []event) {
	next := make([]state, len(h.Ops))
	for _, e := range events {
		o := &h.Ops[e.i]
		for cell := range cells {
			if e.cell >= 0 && e.cell != cell {
				continue
			}
			if !e.write {
				o.Output.before[cell] = now[cell]
				continue
			}
			if cell == 0 || e.cell >= 0 {
				next[e.i], o.Output.refused = o.Input.do(o.Output.before)
				o.Output.after = next[e.i]
			}
			if o.Input.update() && !o.Output.refused && o.Input.touches(cell) {
				now[cell] = next[e.i][cell]
			}
		}
	}
	for i := range h.Ops {
		if o := &h.Ops[i]; !o.Input.update() {
			o.Output.refused, o.Output.seen, o.Output.after = false, true, state{}
		}
	}
}

func sorted(h *hist) *hist {
	slices.SortStableFunc(h.Ops, func(a, b op) int { return int(min(a.Call-b.Call, 1000)) })
	return h
}

// mutate changes one thing in a history.
func mutate(r *rand.Rand, h *hist) {
	o := &h.Ops[r.IntN(len(h.Ops))]
	by := int64(r.IntN(5) - 2)
	switch r.IntN(7) {
	case 0, 1:
		o.Output.before[o.Input.key] += by
	case 2:
		o.Output.after[o.Input.key] += by
	case 3:
		o.Input.delta += by
	case 4:
		if o.Outcome == history.Unknown {
			o.Outcome, o.Return = history.OK, max(o.Call, min(o.Return, 30))
		}
	case 5:
		o.Output.refused = o.Input.update() && !o.Output.refused
	case 6:
		*o = op{Client: o.Client, Call: o.Call, Return: o.Return, Input: ask{kind: read}}
		o.Output.before[0], o.Output.seen = by, true
	}
}
