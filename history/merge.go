package history

import (
	"cmp"
	"container/heap"
	"slices"
)

// History merges what all clients recorded into one history in order of call. An operation that has not returned is
// [Unknown]. Clients that still run may go on; what they record after is not in it.
func (r *Recorder[I, O]) History() *History[I, O] {
	var runs runs[I, O]
	total := 0
	for _, l := range r.all() {
		run := &run[I, O]{log: l, place: place[I, O]{chunk: l.head}, done: int(l.done.Load())}
		run.end = int(l.begun.Load())
		// Operations of a client follow each other, so that at most the one after the last answered is open.
		run.end = min(run.end, run.done+1)
		if run.end > 0 {
			total += run.end
			runs = append(runs, run)
		}
	}
	h := &History[I, O]{Ops: make([]Op[I, O], 0, total), Notes: map[int]string{}}
	heap.Init(&runs)
	for len(runs) > 0 {
		runs[0].take(h)
		if runs[0].n == runs[0].end {
			heap.Pop(&runs)
		} else {
			heap.Fix(&runs, 0)
		}
	}
	return h
}

// run is one log on its way into a history.
type run[I, O any] struct {
	place[I, O]
	log       *Log[I, O]
	done, end int
}

func (r *run[I, O]) take(h *History[I, O]) {
	op := r.op()
	if r.n < r.done {
		h.Ops = append(h.Ops, *op)
	} else {
		h.Ops = append(h.Ops, asked(op))
	}
	if h.Ops[len(h.Ops)-1].Outcome != OK {
		if text := r.log.note(r.n); text != "" {
			h.Notes[len(h.Ops)-1] = text
		}
	}
	r.advance()
}

type runs[I, O any] []*run[I, O]

func (r runs[I, O]) Len() int { return len(r) }
func (r runs[I, O]) Less(i, j int) bool {
	a, b := r[i].op(), r[j].op()
	return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Client, b.Client)) < 0
}
func (r runs[I, O]) Swap(i, j int) { r[i], r[j] = r[j], r[i] }
func (r *runs[I, O]) Push(x any)   { *r = append(*r, x.(*run[I, O])) }
func (r *runs[I, O]) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	*r = (*r)[:last]
	return x
}

// Sort puts the operations, which came in any order, in order of call, and moves the notes with them.
func (h *History[I, O]) Sort() {
	order := make([]int, len(h.Ops))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &h.Ops[i], &h.Ops[j]
		return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Client, b.Client))
	})
	ops := make([]Op[I, O], len(h.Ops))
	notes := make(map[int]string, len(h.Notes))
	for to, from := range order {
		ops[to] = h.Ops[from]
		if text, ok := h.Notes[from]; ok {
			notes[to] = text
		}
	}
	h.Ops, h.Notes = ops, notes
}
