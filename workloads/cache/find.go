package cache

import (
	"sort"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// finding is a version that is wrong, and the operations that prove it.
type finding struct {
	name   string
	line   *line
	at     int // the operation that was given the version
	other  int // the one that proves it wrong, or none
	filler int // one that put it into the cache, or none
	say    func(h *history.History[Input, Output], f finding) string
}

// findings are the best of each name.
type findings map[string]*tally

type tally struct {
	best finding
	last *line // on which the last was found
	keys int   // how many have one
}

// add takes a finding. Those of one key come one after the other.
func (all findings) add(f finding) {
	t := all[f.name]
	switch {
	case t == nil:
		t = &tally{best: f}
		all[f.name] = t
	case f.before(&t.best):
		t.best = f
	}
	if t.last != f.line {
		t.last = f.line
		t.keys++
	}
}

// stale finds what is older than a write that was acknowledged before it was asked for.
func (l *line) stale(h *history.History[Input, Output], found findings) {
	writes := workloads.NewPrior(h, l.acked, func(i int) int64 { return version(h, i) })
	for _, i := range l.looks {
		op := &h.Ops[i]
		w, some := writes.Of(i)
		if !some || h.Ops[w].Output.Version <= op.Output.Version {
			continue
		}
		f := finding{name: checkers.StaleRead, line: l, at: i, other: w, filler: none, say: sayStale}
		switch {
		case op.Input.Kind == Stored:
			f.name, f.say = checkers.LostUpdate, sayLost
		case op.Input.Kind == Cached && op.Phase == history.Final:
			f.name, f.say = checkers.StaleCache, sayRested
			if filler, known := l.fillers[op.Output.Version]; known {
				f.filler = filler
			}
		}
		found.add(f)
	}
}

// ahead finds a cache that was ahead of the source in the end, though it was looked at before.
func (l *line) ahead(h *history.History[Input, Output], found findings) {
	newest := none // in the cache so far
	for _, i := range l.looks {
		op := &h.Ops[i]
		switch {
		case op.Phase != history.Final:
		case op.Input.Kind == Cached:
			if newest == none || op.Output.Version > h.Ops[newest].Output.Version {
				newest = i
			}
		case op.Input.Kind == Stored && newest != none && h.Ops[newest].Output.Version > op.Output.Version &&
			h.Ops[newest].Return < op.Call:
			found.add(finding{
				name: checkers.StaleCache, line: l, at: i, other: newest, filler: none, say: sayAhead,
			})
		}
	}
}

// backwards finds reads of a client that has read something newer before. A client's operations come one after the other.
func (l *line) backwards(h *history.History[Input, Output], found findings) {
	newest := map[int32]int{} // of what each client has read
	for _, i := range l.looks {
		op := &h.Ops[i]
		if op.Input.Kind != Read {
			continue
		}
		if seen, some := newest[op.Client]; some && h.Ops[seen].Output.Version > op.Output.Version {
			found.add(finding{
				name: checkers.NonMonotonicRead, line: l, at: i, other: seen, filler: none, say: sayBackwards,
			})
			continue
		}
		newest[op.Client] = i
	}
}

// twice finds versions that two writes made.
func (l *line) twice(h *history.History[Input, Output], found findings) {
	by := map[int64]int{}
	for _, i := range l.begun {
		if h.Ops[i].Outcome != history.OK {
			continue
		}
		if first, made := by[h.Ops[i].Output.Version]; made {
			found.add(finding{
				name: checkers.LostUpdate, line: l, at: i, other: first, filler: none, say: sayTwice,
			})
			continue
		}
		by[h.Ops[i].Output.Version] = i
	}
}

// early finds versions above the number of writes that had begun, and those below the first.
func (l *line) early(h *history.History[Input, Output], found findings) {
	for _, all := range [][]int{l.looks, l.acked} {
		for _, i := range all {
			f := finding{name: checkers.PhantomUpdate, line: l, at: i, other: none, filler: none, say: sayEarly}
			switch v := h.Ops[i].Output.Version; {
			case v < 0:
				f.say = sayNegative
			case v <= int64(l.writes(h, h.Ops[i].Return)):
				continue
			}
			found.add(f)
		}
	}
}

// writes is how many writes had begun at the time given, or were just beginning.
func (l *line) writes(h *history.History[Input, Output], at time.Duration) int {
	return sort.Search(len(l.begun), func(n int) bool { return h.Ops[l.begun[n]].Call > at })
}
