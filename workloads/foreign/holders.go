package foreign

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

// holders counts. Acquires and releases take turns, so that at any time those acquires that have returned are at most one
// more than the releases that have been called, and those releases that have returned at most as many as the acquires
// called. This is not all that a lock must do, but what breaks it is seen at a glance, where the proof that no order
// exists may need all operations until then.
func (w words) holders(_ context.Context, h *record) checkers.Verdict {
	locks := map[int64]*lock{}
	for _, e := range lockEvents(h) {
		key := h.Ops[e.op].Input.Key
		if locks[key] == nil {
			locks[key] = &lock{words: w, h: h, holders: map[int32]int{}}
		}
		if wrong := locks[key].add(e); wrong != nil {
			return checkers.Reject(*wrong)
		}
	}
	return checkers.Verdict{}
}

// lockEvent is the call or the return of an operation that did not fail.
type lockEvent struct {
	at       time.Duration
	op       int
	returned bool
}

// lockEvents are in order of time, at one time calls before returns: an operation called when another returns may come
// before it.
func lockEvents(h *record) []lockEvent {
	events := make([]lockEvent, 0, 2*len(h.Ops))
	for i := range h.Ops {
		op := &h.Ops[i]
		if op.Outcome != history.Failed {
			events = append(events, lockEvent{op.Call, i, false})
		}
		if op.Outcome == history.OK {
			events = append(events, lockEvent{op.Return, i, true})
		}
	}
	slices.SortStableFunc(events, func(a, b lockEvent) int {
		if c := cmp.Compare(a.at, b.at); c != 0 || a.returned == b.returned {
			return c
		}
		if b.returned {
			return -1
		}
		return 1
	})
	return events
}

// lock counts the operations on one lock.
type lock struct {
	words
	h                *record
	called, returned [2]int        // acquires and releases
	holders          map[int32]int // by client: the acquire that has returned, and that it has called no release after
}

// The places in lock's counts.
const (
	acquires = iota
	releases
)

// add counts an event, and says what is wrong with it, if something is.
func (l *lock) add(e lockEvent) *checkers.Anomaly {
	op := &l.h.Ops[e.op]
	kind := acquires
	if op.Input.F == jepsen.Release {
		kind = releases
	}
	if !e.returned {
		l.called[kind]++
		if kind == releases {
			delete(l.holders, op.Client)
		}
		return nil
	}
	l.returned[kind]++
	switch {
	case kind == acquires && l.returned[acquires] > l.called[releases]+1:
		return l.twoHold(e.op)
	case kind == releases && l.returned[releases] > l.called[acquires]:
		text := fmt.Sprintf("when %s returned, %d releases had returned, and only %d acquires had been called",
			l.op(e.op), l.returned[releases], l.called[acquires])
		return l.anomaly(monitor.RuleUnheldRelease, text, e.op)
	case kind == acquires:
		l.holders[op.Client] = e.op
	}
	return nil
}

// twoHold tells of an acquire that returned too early, and of the last that returned before and was not released by who
// had it, if there is one.
func (l *lock) twoHold(second int) *checkers.Anomaly {
	text := fmt.Sprintf("when %s returned, %d acquires had returned, and only %d releases had been called",
		l.op(second), l.returned[acquires], l.called[releases])
	first := -1
	for _, i := range l.holders {
		if first < 0 || cmp.Or(cmp.Compare(l.h.Ops[i].Return, l.h.Ops[first].Return), cmp.Compare(i, first)) > 0 {
			first = i
		}
	}
	if first < 0 {
		return l.anomaly(monitor.RuleDoubleAcquire, text, second)
	}
	text += fmt.Sprintf("; %s had returned before, and its client had called no release since", l.op(first))
	return l.anomaly(monitor.RuleDoubleAcquire, text, first, second)
}

func (l *lock) op(i int) string {
	op := &l.h.Ops[i]
	return fmt.Sprintf("op #%d (client %d: %s)", i, op.Client, l.asked(op.Input))
}

func (l *lock) anomaly(rule, text string, ops ...int) *checkers.Anomaly {
	slices.Sort(ops)
	a := &checkers.Anomaly{Name: rule, Message: monitor.Words(rule) + ": " + text, Ops: ops}
	if l.keyed {
		a.Object = l.object(uint64(l.h.Ops[ops[0]].Input.Key))
	}
	return a
}
