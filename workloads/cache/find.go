package cache

import (
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
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

// stale finds what is older than a write that was acknowledged before it was asked for.
func (l *line) stale(h *history.History[Input, Output]) (found []finding) {
	for _, i := range l.looks {
		op := &h.Ops[i]
		w := l.before(h, op.Call)
		if w == none || h.Ops[w].Output.Version <= op.Output.Version {
			continue
		}
		f := finding{name: checkers.StaleRead, line: l, at: i, other: w, filler: none, say: sayStale}
		switch {
		case op.Input.Kind == Stored:
			f.name, f.say = checkers.LostUpdate, sayLost
		case op.Input.Kind == Cached && op.Phase == history.Final:
			f.name, f.say = checkers.StaleCache, sayRested
			f.filler = l.filler(h, op.Output.Version)
		}
		found = append(found, f)
	}
	return found
}

// filler gives the last operation that is known to have put the version into the cache, or none.
func (l *line) filler(h *history.History[Input, Output], version int64) int {
	last := none
	for _, i := range slices.Concat(l.looks, l.acked) {
		op := &h.Ops[i]
		if op.Output.Filled && op.Output.Version == version && (last == none || op.Return > h.Ops[last].Return) {
			last = i
		}
	}
	return last
}

// ahead finds a cache that was ahead of the source in the end, though it was looked at before.
func (l *line) ahead(h *history.History[Input, Output]) (found []finding) {
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
			found = append(found, finding{
				name: checkers.StaleCache, line: l, at: i, other: newest, filler: none, say: sayAhead,
			})
		}
	}
	return found
}

// backwards finds reads of a client that has read something newer before. A client's operations come one after the other.
func (l *line) backwards(h *history.History[Input, Output]) (found []finding) {
	newest := map[int32]int{} // of what each client has read
	for _, i := range l.looks {
		op := &h.Ops[i]
		if op.Input.Kind != Read {
			continue
		}
		if seen, some := newest[op.Client]; some && h.Ops[seen].Output.Version > op.Output.Version {
			found = append(found, finding{
				name: checkers.NonMonotonicRead, line: l, at: i, other: seen, filler: none, say: sayBackwards,
			})
			continue
		}
		newest[op.Client] = i
	}
	return found
}

// twice finds versions that two writes made.
func (l *line) twice(h *history.History[Input, Output]) (found []finding) {
	by := map[int64]int{}
	for _, i := range l.begun {
		if h.Ops[i].Outcome != history.OK {
			continue
		}
		if first, made := by[h.Ops[i].Output.Version]; made {
			found = append(found, finding{
				name: checkers.LostUpdate, line: l, at: i, other: first, filler: none, say: sayTwice,
			})
			continue
		}
		by[h.Ops[i].Output.Version] = i
	}
	return found
}

// early finds versions above the number of writes that had begun.
func (l *line) early(h *history.History[Input, Output]) (found []finding) {
	for _, i := range slices.Concat(l.looks, l.acked) {
		if h.Ops[i].Output.Version > int64(l.writes(h, h.Ops[i].Return)) {
			found = append(found, finding{
				name: checkers.PhantomUpdate, line: l, at: i, other: none, filler: none, say: sayEarly,
			})
		}
	}
	return found
}

// writes is how many writes had begun at the time given, or were just beginning.
func (l *line) writes(h *history.History[Input, Output], at time.Duration) int {
	return sort.Search(len(l.begun), func(n int) bool { return h.Ops[l.begun[n]].Call > at })
}
