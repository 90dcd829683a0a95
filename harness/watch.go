package harness

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Watch is a look at a run while it goes on, from another goroutine; see [Watching]. Its zero value shows nothing yet. The runs
// that it shows must come one after the other.
type Watch struct {
	mu      sync.Mutex
	look    func() Live // at the run under way; nil between runs
	last    Live        // what the last run came to
	verdict *checkers.Status
}

// Live is what a run has done so far, in its main part where nothing else is said.
type Live struct {
	Elapsed   time.Duration // 0 in the warm-up; stands still once all operations were made
	Clients   int           // that are open
	InFlight  int           // operations under way, also in the warm-up and at the end
	Retries   int64
	Abandoned int64 // operations that never returned, of which Kinds knows nothing
	// Kinds are the operations that returned, by kind, then by outcome.
	Kinds []LiveKind
	// Sought says that it is known whether there is a violation: one is looked for while the run goes on, or was when it was
	// over. Violated says that there is.
	Sought, Violated bool
}

// LiveKind is the operations of one kind and outcome.
type LiveKind struct {
	Kind    string
	Outcome history.Outcome
	Count   int64

	latencies *hdrhistogram.Histogram
}

// Watching shows the run. It costs the run nothing but that the figures are copied whenever somebody looks.
func Watching(w *Watch) Option { return func(c *config) { c.watch = w } }

// Snapshot looks. What it gives belongs to the caller.
func (w *Watch) Snapshot() Live {
	w.mu.Lock()
	defer w.mu.Unlock()
	live := w.last
	if w.look != nil {
		live = w.look()
	}
	if w.verdict != nil {
		live.Sought, live.Violated = true, *w.verdict == checkers.Invalid
	}
	live.Kinds = slices.Clone(live.Kinds)
	return live
}

// Within gives how many of the latencies are at most as long as each of the bounds, which must rise, and the sum of all
// latencies. Latencies are kept with an error of at most 1 %, so that one which is longer than a bound by less may be within it.
func (k *LiveKind) Within(bounds []time.Duration) (counts []int64, sum time.Duration) {
	counts = make([]int64, len(bounds))
	passed, n, total := int64(0), 0, 0.0
	for _, bar := range k.latencies.Distribution() {
		for ; n < len(bounds) && bar.From > int64(bounds[n]); n++ {
			counts[n] = passed
		}
		passed += bar.Count
		total += float64(bar.Count) * float64(bar.From+bar.To) / 2
	}
	for ; n < len(bounds); n++ {
		counts[n] = passed
	}
	return counts, time.Duration(total)
}

// enter shows a run from now on. All methods below do nothing where nobody watches.
func (w *Watch) enter(look func() Live) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look, w.last, w.verdict = look, Live{}, nil
}

func (w *Watch) judged(s checkers.Status) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.verdict = &s
}

// leave keeps the last figures, and lets go of the run.
func (w *Watch) leave() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.look != nil {
		w.last, w.look = w.look(), nil
	}
}

// turnTo begins a part of the run.
func (r *run[I, O]) turnTo(phase history.Phase) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.rec.Now()
	if r.phase = phase; phase == history.Final {
		r.end = now
	} else {
		r.start = now
	}
}

// look gives the figures of the moment.
func (r *run[I, O]) look() Live {
	p := progressOf(r.tallies)
	live := Live{Retries: p.Retries, Sought: r.sought(), Violated: r.violated.Load()}
	r.mu.Lock()
	live.Clients = len(r.lives)
	for l := range r.lives {
		if due := l.due.Load(); due != 0 && due != lost {
			live.InFlight++
		}
	}
	switch r.phase {
	case history.Main:
		live.Elapsed = r.rec.Now() - r.start
	case history.Final:
		live.Elapsed = r.end - r.start
	}
	r.mu.Unlock()
	live.Kinds = kindsOf(r.tallies)
	for _, t := range r.tallies {
		live.Abandoned += t.abandoned()
	}
	return live
}

// kindsOf joins copies of the tallies, so that no client waits longer than one of its own tally takes.
func kindsOf(tallies []*tally) []LiveKind {
	all := map[tallyKey]*hdrhistogram.Histogram{}
	for _, t := range tallies {
		for key, h := range t.copied() {
			if all[key] == nil {
				all[key] = h
			} else {
				all[key].Merge(h)
			}
		}
	}
	kinds := make([]LiveKind, 0, len(all))
	for key, h := range all {
		kinds = append(kinds, LiveKind{key.kind, key.outcome, h.TotalCount(), h})
	}
	slices.SortFunc(kinds, func(a, b LiveKind) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Outcome, b.Outcome))
	})
	return kinds
}

func (t *tally) copied() map[tallyKey]*hdrhistogram.Histogram {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make(map[tallyKey]*hdrhistogram.Histogram, len(t.latencies))
	for key, h := range t.latencies {
		all[key] = h.Clone()
	}
	return all
}

func (t *tally) abandoned() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost
}
