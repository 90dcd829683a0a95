package unique

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// none stands for an operation that there is not.
const none = -1

// result is what is known of one key: places in the history, or none.
type result struct {
	key     int32
	told    int    // the first that was given an ID
	other   int    // the first that was given another
	created [2]int // the first two that say they created it
	more    int    // how many others say so
	many    int    // the count that found most, and more than one
	nothing int    // the first create that was given nothing
}

// checkResults looks for what no order of the operations can explain, whatever their times: a key with two results, a
// create that was answered by none, and a result that two keys have.
func checkResults(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	keys := map[int32]*result{}
	var all []*result
	given := owners{}
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		op := &h.Ops[i]
		if op.Outcome != history.OK {
			continue
		}
		r := keys[op.Input.Key]
		if r == nil {
			r = &result{key: op.Input.Key, told: none, other: none, created: [2]int{none, none}, many: none, nothing: none}
			keys[r.key] = r
			all = append(all, r)
		}
		r.add(h, i)
		given.add(placed{Op: *op, Place: i})
	}
	mixed, _ := given.mixed()
	return checkers.Reject(slices.Concat(
		plainest(h, all, checkers.DuplicateEffect, (*result).duplicate),
		plainest(h, all, checkers.LostResult, (*result).lost),
		mixed,
	)...)
}

// add takes the i-th operation, which was OK.
func (r *result) add(h *history.History[Input, Output], i int) {
	in, out := h.Ops[i].Input, h.Ops[i].Output
	switch {
	case in.Kind == Count:
		if out.Count > 1 && (r.many == none || out.Count > h.Ops[r.many].Output.Count) {
			r.many = i
		}
		return
	case !out.Found:
		if in.Kind == Create && r.nothing == none {
			r.nothing = i
		}
		return
	case r.told == none:
		r.told = i
	case r.other == none && out.ID != h.Ops[r.told].Output.ID:
		r.other = i
	}
	if in.Kind == Create && out.Created {
		r.create(i)
	}
}

func (r *result) create(i int) {
	switch {
	case r.created[0] == none:
		r.created[0] = i
	case r.created[1] == none:
		r.created[1] = i
	default:
		r.more++
	}
}
