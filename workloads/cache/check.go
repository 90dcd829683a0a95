package cache

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// none stands for an operation that there is not.
const none = -1

// line is what is known of one key: places in the history, each kind in the order of calls.
type line struct {
	key    uint64
	begun  []int // writes that may have taken effect
	acked  []int // writes that did, in the order of their returns
	newest []int // by place in acked: the one of the newest version up to there
	looks  []int // reads, and looks at the cache or the source, that were answered by a version
}

// checkVersions looks for versions that no order of the operations can explain.
func checkVersions(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	lines := split(h)
	var found []finding
	for _, l := range lines {
		if ctx.Err() != nil {
			return checkers.Join(checkers.Reject(tell(h, found)...),
				checkers.Undecide("stopped before all keys were checked: %v", context.Cause(ctx)))
		}
		found = slices.Concat(found, l.stale(h), l.ahead(h), l.backwards(h), l.twice(h), l.early(h))
	}
	return checkers.Reject(tell(h, found)...)
}

// split tells the keys apart.
func split(h *history.History[Input, Output]) []*line {
	keys := map[int32]*line{}
	var all []*line
	for i := range h.Ops {
		op := &h.Ops[i]
		if op.Outcome == history.Failed {
			continue
		}
		l := keys[op.Input.Key]
		if l == nil {
			l = &line{key: uint64(op.Input.Key)}
			keys[op.Input.Key] = l
			all = append(all, l)
		}
		l.add(op, i)
	}
	for _, l := range all {
		l.order(h)
	}
	return all
}

func (l *line) add(op *history.Op[Input, Output], i int) {
	certain := op.Outcome == history.OK
	switch {
	case op.Input.Kind == Write:
		l.begun = append(l.begun, i)
		if certain {
			l.acked = append(l.acked, i)
		}
	case certain && (op.Input.Kind != Cached || !op.Output.Nothing):
		l.looks = append(l.looks, i)
	}
}

// order sorts the acknowledged writes by when they were, and finds the newest of each beginning of them.
func (l *line) order(h *history.History[Input, Output]) {
	slices.SortStableFunc(l.acked, func(i, j int) int { return cmp.Compare(h.Ops[i].Return, h.Ops[j].Return) })
	newest := none
	for _, i := range l.acked {
		if newest == none || h.Ops[i].Output.Version > h.Ops[newest].Output.Version {
			newest = i
		}
		l.newest = append(l.newest, newest)
	}
}

// before gives the write of the newest version that was acknowledged before the time given, or none.
func (l *line) before(h *history.History[Input, Output], at time.Duration) int {
	n := sort.Search(len(l.acked), func(n int) bool { return h.Ops[l.acked[n]].Return >= at })
	if n == 0 {
		return none
	}
	return l.newest[n-1]
}
