package doctors

import (
	"context"
	"slices"
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
	// empty is the first status that found nobody.
	empty int
	// moves are the leaves that may have been accepted, and the returns that were.
	moves []int
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
			s = &shift{h: h, key: key, first: w.nobody(), empty: none, back: history.Never}
			shifts[key] = s
			all = append(all, s)
		}
		s.add(i)
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
		if op.Outcome == history.OK {
			s.moves = append(s.moves, i)
		}
	case op.Outcome != history.OK:
		if in.Kind == Leave {
			s.moves = append(s.moves, i)
		}
	case in.Kind == Leave && !op.Output.Refused:
		s.moves = append(s.moves, i)
		if first := s.first[in.Doctor]; first == none || op.Return < s.h.Ops[first].Return {
			s.first[in.Doctor] = i
		}
	case in.Kind == Status && op.Output.OnCall == 0 && s.empty == none:
		s.empty = i
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

// deserters gives for each doctor a leave by which nobody can have been found, or nothing if there is none of somebody.
func (s *shift) deserters() []int {
	if s.empty == none {
		return nil
	}
	status := &s.h.Ops[s.empty]
	for _, moment := range [...]time.Duration{status.Call, status.Return} {
		if all := s.leavesBy(moment); !slices.Contains(all, none) {
			return all
		}
	}
	return nil
}

// leavesBy gives for each doctor the latest leave that can have held until the moment, or none: each that was surely followed
// by a return of the doctor, before the moment, explains nothing.
func (s *shift) leavesBy(moment time.Duration) []int {
	back, all := map[int32]time.Duration{}, slices.Repeat([]int{none}, len(s.first))
	for _, i := range s.moves {
		if op := &s.h.Ops[i]; op.Input.Kind == Return && op.Return < moment {
			back[op.Input.Doctor] = max(back[op.Input.Doctor], op.Call)
		}
	}
	for _, i := range s.moves {
		op := &s.h.Ops[i]
		last := &all[op.Input.Doctor]
		switch called, ok := back[op.Input.Doctor]; {
		case op.Input.Kind == Return, op.Call > moment, ok && op.Return < called && op.Outcome == history.OK:
		case *last == none || op.Call >= s.h.Ops[*last].Call:
			*last = i
		}
	}
	return all
}
