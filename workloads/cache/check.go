package cache

import (
	"context"

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
	acked   []int         // writes that did
	looks   []int         // reads, and looks at the cache or the source, that were answered by a version
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
			l = &line{key: uint64(op.Input.Key), fillers: map[int64]int{}}
			keys[op.Input.Key] = l
			all = append(all, l)
		}
		l.add(h, i)
	}
	return all, true
}

func (l *line) add(h *history.History[Input, Output], i int) {
	op := &h.Ops[i]
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
	if certain && op.Output.Filled {
		if last, some := l.fillers[op.Output.Version]; !some || op.Return > h.Ops[last].Return {
			l.fillers[op.Output.Version] = i
		}
	}
}
