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

// pollEvery is after how many operations the context is looked at.
const pollEvery = 4096

// line is what is known of one key: places in the history, each kind in the order of calls.
type line struct {
	key     uint64
	begun   []int         // writes that may have taken effect
	acked   []int         // writes that did, in the order of their returns
	newest  []int         // by place in acked: the one of the newest version up to there
	looks   []int         // reads, and looks at the cache or the source, that were answered by a version
	own     []int         // by place in looks: the same client's write of the newest version before it, or none
	wrote   map[int32]int // by client: its write of the newest version so far
	fillers map[int64]int // by version: the last operation that is known to have put it into the cache
}

// checkVersions looks for versions that no order of the operations can explain.
func checkVersions(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	found := findings{}
	stopped := func() checkers.Verdict {
		return checkers.Join(checkers.Reject(tell(h, found)...),
			checkers.Undecide("stopped before all keys were checked: %v", context.Cause(ctx)))
	}
	lines, ok := split(ctx, h)
	if !ok {
		return stopped()
	}
	for _, l := range lines {
		for _, find := range []func(*line, *history.History[Input, Output], findings){
			(*line).stale, (*line).ahead, (*line).backwards, (*line).twice, (*line).early,
		} {
			if ctx.Err() != nil {
				return stopped()
			}
			find(l, h, found)
		}
	}
	return checkers.Reject(tell(h, found)...)
}

// split tells the keys apart, unless the context is done.
func split(ctx context.Context, h *history.History[Input, Output]) (all []*line, ok bool) {
	keys := map[int32]*line{}
	for i := range h.Ops {
		if i%pollEvery == 0 && ctx.Err() != nil {
			return nil, false
		}
		op := &h.Ops[i]
		if op.Outcome == history.Failed {
			continue
		}
		l := keys[op.Input.Key]
		if l == nil {
			l = &line{key: uint64(op.Input.Key), wrote: map[int32]int{}, fillers: map[int64]int{}}
			keys[op.Input.Key] = l
			all = append(all, l)
		}
		l.add(h, i)
	}
	for _, l := range all {
		l.order(h)
	}
	return all, true
}

func (l *line) add(h *history.History[Input, Output], i int) {
	op := &h.Ops[i]
	mine, some := l.wrote[op.Client]
	if !some {
		mine = none
	}
	certain := op.Outcome == history.OK
	switch {
	case op.Input.Kind == Write:
		l.begun = append(l.begun, i)
		if certain {
			l.acked = append(l.acked, i)
			l.wrote[op.Client] = newer(h, mine, i)
		}
	case certain && (op.Input.Kind != Cached || !op.Output.Nothing):
		l.looks = append(l.looks, i)
		l.own = append(l.own, mine)
	}
	if certain && op.Output.Filled {
		if last, some := l.fillers[op.Output.Version]; !some || op.Return > h.Ops[last].Return {
			l.fillers[op.Output.Version] = i
		}
	}
}

// newer gives the one of the newer version of two operations, each of which may be none.
func newer(h *history.History[Input, Output], i, j int) int {
	if i == none || j != none && h.Ops[j].Output.Version > h.Ops[i].Output.Version {
		return j
	}
	return i
}

// order sorts the acknowledged writes by when they were, and finds the newest of each beginning of them.
func (l *line) order(h *history.History[Input, Output]) {
	slices.SortStableFunc(l.acked, func(i, j int) int { return cmp.Compare(h.Ops[i].Return, h.Ops[j].Return) })
	newest := none
	for _, i := range l.acked {
		newest = newer(h, newest, i)
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
