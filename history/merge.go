package history

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// History merges what all clients recorded into one history in order of call. An operation that has not returned is
// [Unknown]. Clients that still run may go on: as with [Recorder.Cut], the history is true as it stands, and what they do
// after the moment at which it is taken is not in it.
func (r *Recorder[I, O]) History() *History[I, O] {
	return r.historyAt(r.tick())
}

func (r *Recorder[I, O]) historyAt(at time.Duration) *History[I, O] {
	var runs runs[I, O]
	total := 0
	for _, l := range r.all() {
		run := &run[I, O]{log: l, place: place[I, O]{chunk: l.head}, done: int(l.done.Load())}
		// At most the operation after the last answered is under way; later ones were called after at.
		run.end = min(int(l.begun.Load()), run.done+1)
		if run.more(at) {
			total += run.end
			runs = append(runs, run)
		}
	}
	h := &History[I, O]{Ops: make([]Op[I, O], 0, total), Notes: map[int]string{}}
	heap.Init(&runs)
	for len(runs) > 0 {
		runs[0].take(h, at)
		if runs[0].more(at) {
			heap.Fix(&runs, 0)
		} else {
			heap.Pop(&runs)
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

// more reports whether an operation called before at is left.
func (r *run[I, O]) more(at time.Duration) bool { return r.n < r.end && r.op().Call < at }

func (r *run[I, O]) take(h *History[I, O], at time.Duration) {
	op := r.op()
	if r.n >= r.done || op.Return >= at {
		h.Ops = append(h.Ops, asked(op))
		r.end = 0
		return
	}
	if text := r.log.note(op, r.n); text != "" {
		h.Notes[len(h.Ops)] = text
	}
	h.Ops = append(h.Ops, *op)
	r.advance()
}

type runs[I, O any] []*run[I, O]

func (r runs[I, O]) Len() int { return len(r) }
func (r runs[I, O]) Less(i, j int) bool {
	a, b := r[i].op(), r[j].op()
	return a.Call < b.Call || a.Call == b.Call && a.Client < b.Client
}
func (r runs[I, O]) Swap(i, j int) { r[i], r[j] = r[j], r[i] }
func (r *runs[I, O]) Push(x any)   { *r = append(*r, x.(*run[I, O])) }
func (r *runs[I, O]) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	*r = (*r)[:last]
	return x
}

// sortKey is what operations are sorted by; moving it is cheaper than looking into the operations.
type sortKey struct {
	call   time.Duration
	from   int // place before
	client int32
}

func (k sortKey) compare(other sortKey) int {
	if k.call != other.call {
		return cmp.Compare(k.call, other.call)
	}
	if k.client != other.client {
		return cmp.Compare(k.client, other.client)
	}
	return cmp.Compare(k.from, other.from) // operations of one client stay in order
}

// Sort puts the operations, which came in any order, in order of call, and moves the notes with them. It gives for each
// operation the place where it was.
func (h *History[I, O]) Sort() (from []int) {
	keys := make([]sortKey, len(h.Ops))
	for i := range h.Ops {
		keys[i] = sortKey{h.Ops[i].Call, i, h.Ops[i].Client}
	}
	slices.SortFunc(keys, sortKey.compare)
	ops := make([]Op[I, O], len(h.Ops))
	notes := make(map[int]string, len(h.Notes))
	from = make([]int, len(h.Ops))
	for to, key := range keys {
		from[to] = key.from
		ops[to] = h.Ops[key.from]
		if text, ok := h.Notes[key.from]; ok {
			notes[to] = text
		}
	}
	h.Ops, h.Notes = ops, notes
	return from
}
