package invariant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Snapshot is an operation of outcome OK that read all objects as of one moment.
type Snapshot struct {
	Op     int
	Values []int64 // by key, 0 to len-1; there are no other objects
}

// Conserved checks, where updates add, that the total of all objects was right in every snapshot: at least what had
// surely come in by then, at most what may have.
//
// A snapshot is reported if its total is wrong although each of its values alone is possible. It is a
// [checkers.ReadSkew], which shows states of several moments, if the total was right again in a later snapshot;
// otherwise the state itself may be wrong, and it is [checkers.NonLinearizable]. Of a snapshot with a value that is
// impossible alone nothing is said: that is a fault of one object's updates or reads, and no matter of the total.
func Conserved[I, O any](
	ctx context.Context, h *history.History[I, O], s *Sheet, snapshots []Snapshot,
) checkers.Verdict {
	if !s.Additive || len(snapshots) == 0 {
		return checkers.Verdict{}
	}
	b := newBooks(h, s, len(snapshots[0].Values))
	var bad []audit
	var late checkers.Verdict
	right := time.Duration(-1) // the latest call of a snapshot whose total is right
	for _, snapshot := range snapshots {
		if ctx.Err() != nil {
			late = checkers.Undecide("stopped before all snapshots were checked: %v", context.Cause(ctx))
			break
		}
		switch a := b.audit(snapshot); {
		case a.low <= a.total && a.total <= a.high:
			right = max(right, h.Ops[snapshot.Op].Call)
		case b.possible(snapshot):
			bad = append(bad, a)
		}
	}
	anomalies := make([]checkers.Anomaly, len(bad))
	for i, a := range bad {
		anomalies[i].Name = b.name(a, right)
		if i < most {
			b.explain(&anomalies[i], a)
		}
	}
	return checkers.Join(checkers.Reject(fold(anomalies, "snapshot")...), late)
}

// audit is a snapshot with its total and what that can have been.
type audit struct {
	Snapshot
	total, low, high int64
}

// books are what totals are held against.
type books[I, O any] struct {
	h     *history.History[I, O]
	s     *Sheet
	n     int // objects
	moves []flow
	ops   []int // of moves
	total *ledger
	apart []*ledger // of each object, made when needed
}

func newBooks[I, O any](h *history.History[I, O], s *Sheet, n int) *books[I, O] {
	b := &books[I, O]{h: h, s: s, n: n}
	for i := range s.Updates {
		u := &s.Updates[i]
		if last := len(b.ops) - 1; last >= 0 && b.ops[last] == u.Op { // a transfer's other half
			b.moves[last].delta += u.Delta
			continue
		}
		b.ops, b.moves = append(b.ops, u.Op), append(b.moves, b.flow(u))
	}
	start := make([]int64, n)
	for key := range start {
		start[key] = s.initial(uint64(key))
	}
	b.total = &ledger{} // of sums that do not fit it knows nothing
	if all, fits := plus(start...); fits {
		b.total = newLedger(all, slices.Clone(b.moves))
	}
	return b
}

func (b *books[I, O]) flow(u *Update) flow {
	op := &b.h.Ops[u.Op]
	return flow{op.Call, end(op), u.Delta}
}

// audit holds a snapshot's total against the ledger; where the sums are too large for that, everything is right.
func (b *books[I, O]) audit(s Snapshot) audit {
	a := audit{Snapshot: s}
	total, fits := plus(s.Values...)
	if fits && b.total.exact && len(s.Values) == b.n {
		a.total = total
		a.low, a.high = b.total.at(b.h.Ops[s.Op].Call, b.h.Ops[s.Op].Return)
	}
	return a
}

// possible reports whether each value of the snapshot alone can have been there.
func (b *books[I, O]) possible(s Snapshot) bool {
	if b.apart == nil {
		b.split()
	}
	op := &b.h.Ops[s.Op]
	for key, value := range s.Values {
		l := b.apart[key]
		if low, high := l.at(op.Call, op.Return); l.exact && (value < low || value > high) {
			return false
		}
	}
	return true
}

func (b *books[I, O]) split() {
	flows := make([][]flow, b.n)
	for i := range b.s.Updates {
		if u := &b.s.Updates[i]; u.Key < uint64(b.n) {
			flows[u.Key] = append(flows[u.Key], b.flow(u))
		}
	}
	b.apart = make([]*ledger, b.n)
	for key, of := range flows {
		b.apart[key] = newLedger(b.s.initial(uint64(key)), of)
	}
}

// mostUnderWay is how many operations that ran beside a wrong snapshot are named.
const mostUnderWay = 3

// name tells a snapshot that alone is at fault from a state that is, by whether the total was right later.
func (b *books[I, O]) name(a audit, right time.Duration) string {
	if right > b.h.Ops[a.Op].Return {
		return checkers.ReadSkew
	}
	return checkers.NonLinearizable
}

func (b *books[I, O]) explain(out *checkers.Anomaly, a audit) {
	out.Object, out.Ops = "all", []int{a.Op}
	out.Message = fmt.Sprintf("%s saw %d in all, but there was %s while it ran",
		who(b.h, b.s.Words, a.Op), a.total, between(a.low, a.high))
	for _, op := range b.underWay(a.Op) {
		out.Ops = append(out.Ops, op)
		out.Message += fmt.Sprintf("; %s was under way", who(b.h, b.s.Words, op))
	}
	out.Message += "."
	slices.Sort(out.Ops)
}

// underWay gives updates that ran together with an operation, the longest overlaps first.
func (b *books[I, O]) underWay(op int) []int {
	at := &b.h.Ops[op]
	var ops []int
	for _, i := range b.ops {
		if b.h.Ops[i].Overlaps(at) {
			ops = append(ops, i)
		}
	}
	overlap := func(i int) time.Duration {
		return min(at.Return, b.h.Ops[i].Return) - max(at.Call, b.h.Ops[i].Call)
	}
	slices.SortStableFunc(ops, func(i, j int) int { return cmp.Compare(overlap(j), overlap(i)) })
	return ops[:min(len(ops), mostUnderWay)]
}
