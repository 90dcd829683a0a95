package invariant

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"
)

// spans are intervals of time, kept so that those that touch a window can be counted in O(log n): they are those that
// have begun by its end, less those that were over before it.
type spans struct{ calls, ends []time.Duration } // each in order; an interval that never ends has no end

// sort puts calls and ends in order. What a recorder made is, nearly.
func (s *spans) sort() {
	for _, times := range [][]time.Duration{s.calls, s.ends} {
		if !slices.IsSorted(times) {
			slices.Sort(times)
		}
	}
}

// begun counts the intervals that began at the time or before.
func (s *spans) begun(to time.Duration) int {
	return sort.Search(len(s.calls), func(i int) bool { return s.calls[i] > to })
}

// over counts the intervals that ended before the time.
func (s *spans) over(from time.Duration) int {
	return sort.Search(len(s.ends), func(i int) bool { return s.ends[i] >= from })
}

func (s *spans) touching(from, to time.Duration) int { return s.begun(to) - s.over(from) }

// flow is a change that was under way in an interval. If it never ends, its outcome is unknown.
type flow struct {
	call, end time.Duration
	delta     int64
}

// ledger answers by how much a total can have changed by, or during, some time.
type ledger struct {
	spans
	start int64
	// Sums of the deltas below and above 0 of the first n flows, by call; and of those that surely came, by end.
	began, ended struct{ down, up []int64 }
	exact        bool // no sum of deltas can overflow; otherwise the ledger knows nothing
}

// newLedger keeps the flows, which it may put in another order.
func newLedger(start int64, flows []flow) *ledger {
	l := &ledger{start: start, exact: fits(start, flows)}
	byCall := func(a, b flow) int { return cmp.Compare(a.call, b.call) }
	byEnd := func(a, b flow) int { return cmp.Compare(a.end, b.end) }
	if !slices.IsSortedFunc(flows, byCall) {
		slices.SortFunc(flows, byCall)
	}
	l.began.down, l.began.up = sums(flows)
	l.calls = times(flows, func(f *flow) time.Duration { return f.call })
	flows = slices.DeleteFunc(flows, func(f flow) bool { return f.end == never })
	if !slices.IsSortedFunc(flows, byEnd) {
		slices.SortFunc(flows, byEnd)
	}
	l.ended.down, l.ended.up = sums(flows)
	l.ends = times(flows, func(f *flow) time.Duration { return f.end })
	return l
}

func times(flows []flow, of func(*flow) time.Duration) []time.Duration {
	all := make([]time.Duration, len(flows))
	for i := range flows {
		all[i] = of(&flows[i])
	}
	return all
}

// sums gives the running sums of the negative and of the positive deltas.
func sums(flows []flow) (down, up []int64) {
	down, up = make([]int64, len(flows)+1), make([]int64, len(flows)+1)
	for i := range flows {
		down[i+1] = down[i] + min(flows[i].delta, 0)
		up[i+1] = up[i] + max(flows[i].delta, 0)
	}
	return down, up
}

// fits reports whether no part of the flows can bring the total beyond 64 bits.
func fits(start int64, flows []flow) bool {
	room := uint64(math.MaxInt64)
	for i := -1; i < len(flows); i++ {
		n := magnitude(start)
		if i >= 0 {
			n = magnitude(flows[i].delta)
		}
		if n > room {
			return false
		}
		room -= n
	}
	return true
}

// at gives the least and the greatest total that can be seen in a window: all that ended before it, and of what began
// before its end any part.
func (l *ledger) at(from, to time.Duration) (low, high int64) {
	began, ended := l.begun(to), l.over(from)
	return l.start + l.ended.up[ended] + l.began.down[began], l.start + l.ended.down[ended] + l.began.up[began]
}

// during gives the sums of the deltas below and above 0 of all that touches a window.
func (l *ledger) during(from, to time.Duration) (down, up int64) {
	began, ended := l.begun(to), l.over(from)
	return l.began.down[began] - l.ended.down[ended], l.began.up[began] - l.ended.up[ended]
}
