package doctors

import (
	"context"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// none stands for an operation that there is not.
const none = -1

// shift is what is known of one shift: places in the history, or none.
type shift struct {
	h   *history.History[Input, Output]
	key int32
	// first has, for each doctor, of the leaves that were not refused the one that returned first.
	first []int
	// back is when a doctor was called back first, by an operation that may have had an effect.
	back time.Duration
	// empty is the first status that found nobody, and last has for each doctor a leave that explains it, the latest of those
	// that were not refused, or else one of unknown outcome.
	empty int
	last  []int
}

// checkShifts looks for what no order of the operations can explain, for reasons that can be told in a sentence: a shift
// that all have left.
func (w *Workload) checkShifts(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	shifts := map[int32]*shift{}
	var all []*shift
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		key := h.Ops[i].Input.Shift
		s := shifts[key]
		if s == nil {
			s = &shift{h: h, key: key, first: w.nobody(), last: w.nobody(), empty: none, back: history.Never}
			shifts[key] = s
			all = append(all, s)
		}
		s.add(i)
	}
	for i := range h.Ops {
		shifts[h.Ops[i].Input.Shift].explain(i)
	}
	return checkers.Reject(workloads.Plainest(all, "shift", (*shift).skew)...)
}

// nobody is no operation of any doctor.
func (w *Workload) nobody() []int {
	all := make([]int, w.doctors)
	for d := range all {
		all[d] = none
	}
	return all
}

// add takes the i-th operation.
func (s *shift) add(i int) {
	op := &s.h.Ops[i]
	switch in := op.Input; {
	case op.Outcome == history.Failed:
	case in.Kind == Return:
		s.back = min(s.back, op.Call)
	case op.Outcome != history.OK:
	case in.Kind == Leave && !op.Output.Refused:
		if first := s.first[in.Doctor]; first == none || op.Return < s.h.Ops[first].Return {
			s.first[in.Doctor] = i
		}
	case in.Kind == Status && op.Output.OnCall == 0 && s.empty == none:
		s.empty = i
	}
}

// explain looks whether the i-th operation is a leave after which nobody can have been found.
func (s *shift) explain(i int) {
	op := &s.h.Ops[i]
	if s.empty == none || op.Input.Kind != Leave || op.Call > s.h.Ops[s.empty].Return {
		return
	}
	last := &s.last[op.Input.Doctor]
	known := *last != none && s.h.Ops[*last].Outcome == history.OK
	switch {
	case op.Outcome == history.OK && !op.Output.Refused:
		if !known || op.Call >= s.h.Ops[*last].Call {
			*last = i
		}
	case op.Outcome == history.Unknown && !known:
		*last = i
	}
}

// left says that all doctors left before any can have returned. Then they did so in some order, and the last of them left
// nobody.
func (s *shift) left() bool {
	for _, i := range s.first {
		if i == none || s.h.Ops[i].Return >= s.back {
			return false
		}
	}
	return true
}

// deserted says that somebody found nobody, and that leaves of all doctors explain it.
func (s *shift) deserted() bool {
	for _, i := range s.last {
		if i == none {
			return false
		}
	}
	return true
}
