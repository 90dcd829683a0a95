package invariant

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Snapshot is an operation that read all objects as of one moment.
type Snapshot struct {
	Op    int
	Total int64 // sum of what it read
	Final bool
}

// Flow is an operation that changed the total of all objects, by Delta; or only moved something between them, then Delta
// is 0.
type Flow struct {
	Op      int
	Delta   int64
	Certain bool
}

// Conserved checks that the total was right in every snapshot: at least what had surely come in by then, at most what
// may have. A snapshot that is wrong is a read skew: it shows states of several moments. Where the final total is wrong
// too, money was lost or made, which [Updates] reports; the snapshots then prove nothing of their own, and nothing is
// said of them.
func Conserved[I, O any](
	h *history.History[I, O], initial int64, flows []Flow, snapshots []Snapshot, w Words,
) checkers.Verdict {
	l := newLedger(h, initial, flows)
	for _, s := range snapshots {
		if low, high := l.at(&h.Ops[s.Op]); s.Final && (s.Total < low || s.Total > high) {
			return checkers.Verdict{}
		}
	}
	var anomalies []checkers.Anomaly
	for _, s := range snapshots {
		low, high := l.at(&h.Ops[s.Op])
		if s.Total >= low && s.Total <= high {
			continue
		}
		anomalies = append(anomalies, skew(h, s, low, high, l.under(&h.Ops[s.Op]), w))
	}
	if len(anomalies) > most {
		first := anomalies[0]
		first.Message += fmt.Sprintf(" So did %d more snapshots.", len(anomalies)-1)
		anomalies = []checkers.Anomaly{first}
	}
	return checkers.Reject(anomalies...)
}

func skew[I, O any](
	h *history.History[I, O], s Snapshot, low, high int64, under []int, w Words,
) checkers.Anomaly {
	right := fmt.Sprint(low)
	if low != high {
		right = fmt.Sprintf("%d to %d", low, high)
	}
	a := checkers.Anomaly{
		Name: checkers.ReadSkew, Object: "all", Ops: []int{s.Op},
		Message: fmt.Sprintf("%s saw %d in all, but there was %s all the time", who(h, w, s.Op), s.Total, right),
	}
	for _, op := range under[:min(len(under), 3)] {
		a.Ops = append(a.Ops, op)
		a.Message += fmt.Sprintf("; %s was under way", who(h, w, op))
	}
	a.Message += "."
	return a
}

// ledger answers what the total can have been while an operation was under way.
type ledger[I, O any] struct {
	h       *history.History[I, O]
	initial int64
	byCall  []Flow // in order of call
	byEnd   []Flow // those that are certain, in order of return
	low     []int64
	high    []int64 // sums of what may have come and gone, by call
	sure    []int64 // sums of what surely has, by return
	maybe   [2][]int64
}

func newLedger[I, O any](h *history.History[I, O], initial int64, flows []Flow) *ledger[I, O] {
	l := &ledger[I, O]{h: h, initial: initial, byCall: slices.Clone(flows)}
	slices.SortStableFunc(l.byCall, func(a, b Flow) int { return cmp.Compare(h.Ops[a.Op].Call, h.Ops[b.Op].Call) })
	for _, f := range l.byCall {
		if f.Certain {
			l.byEnd = append(l.byEnd, f)
		}
	}
	slices.SortStableFunc(l.byEnd, func(a, b Flow) int { return cmp.Compare(h.Ops[a.Op].Return, h.Ops[b.Op].Return) })
	l.low, l.high = signed(l.byCall)
	l.maybe[0], l.maybe[1] = signed(l.byEnd)
	l.sure = make([]int64, len(l.byEnd)+1)
	for i, f := range l.byEnd {
		l.sure[i+1] = l.sure[i] + f.Delta
	}
	return l
}

// signed gives the running sums of the negative and of the positive deltas.
func signed(flows []Flow) (down, up []int64) {
	down, up = make([]int64, len(flows)+1), make([]int64, len(flows)+1)
	for i, f := range flows {
		down[i+1] = down[i] + min(f.Delta, 0)
		up[i+1] = up[i] + max(f.Delta, 0)
	}
	return down, up
}

// at gives the least and the greatest total that an operation can have seen: all that returned before its call, and
// of what was called before its return any part.
func (l *ledger[I, O]) at(op *history.Op[I, O]) (low, high int64) {
	called := sort.Search(len(l.byCall), func(i int) bool { return l.h.Ops[l.byCall[i].Op].Call > op.Return })
	ended := sort.Search(len(l.byEnd), func(i int) bool { return l.h.Ops[l.byEnd[i].Op].Return >= op.Call })
	base := l.initial + l.sure[ended]
	low = base + l.low[called] - l.maybe[0][ended]
	high = base + l.high[called] - l.maybe[1][ended]
	return low, high
}

// under gives the operations that were under way together with one, the longest overlaps first.
func (l *ledger[I, O]) under(op *history.Op[I, O]) []int {
	var ops []int
	for _, f := range l.byCall {
		if l.h.Ops[f.Op].Overlaps(op) {
			ops = append(ops, f.Op)
		}
	}
	overlap := func(i int) time.Duration {
		other := &l.h.Ops[i]
		return min(op.Return, other.Return) - max(op.Call, other.Call)
	}
	slices.SortStableFunc(ops, func(i, j int) int { return cmp.Compare(overlap(j), overlap(i)) })
	return ops
}

// Level is a value that an operation observed and that must not be negative.
type Level struct {
	Op    int
	Key   uint64
	Value int64
}

// NonNegative reports the first observation of each object that is below zero.
func NonNegative[I, O any](h *history.History[I, O], levels []Level, w Words) checkers.Verdict {
	seen := map[uint64]bool{}
	var anomalies []checkers.Anomaly
	for _, l := range levels {
		if l.Value >= 0 || seen[l.Key] {
			continue
		}
		seen[l.Key] = true
		object := w.Object(l.Key)
		anomalies = append(anomalies, checkers.Anomaly{
			Name: checkers.Overdraft, Object: object, Ops: []int{l.Op}, Lost: -l.Value,
			Message: fmt.Sprintf("%s: %s saw a balance of %d.", object, who(h, w, l.Op), l.Value),
		})
	}
	return checkers.Reject(fold(anomalies)...)
}
