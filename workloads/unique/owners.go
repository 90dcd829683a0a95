package unique

import (
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// owners are the results by their IDs, each with the first operation that was given it: a place in the history.
type owners map[int64]*owner

type owner struct {
	first int
	other int // the first that was given it for another key, or none
}

// add takes the i-th operation, which was OK.
func (all owners) add(h *history.History[Input, Output], i int) {
	op := &h.Ops[i]
	if op.Input.Kind == Count || !op.Output.Found {
		return
	}
	o := all[op.Output.ID]
	switch {
	case o == nil:
		all[op.Output.ID] = &owner{first: i, other: none}
	case o.other == none && op.Input.Key != h.Ops[o.first].Input.Key:
		o.other = i
	}
}

// mixed tells of the first result that was given for two keys: a result belongs to one, so that one of the two was not
// given its own.
func (all owners) mixed(h *history.History[Input, Output]) []checkers.Anomaly {
	var first *owner
	n := 0
	for _, o := range all {
		if o.other == none {
			continue
		}
		if n++; first == nil || o.other < first.other {
			first = o
		}
	}
	if first == nil {
		return nil
	}
	key := object(uint64(h.Ops[first.other].Input.Key))
	text := fmt.Sprintf("%s: %s was given id %d, which %s was given for key %d", key, who(h, first.other),
		h.Ops[first.other].Output.ID, who(h, first.first), h.Ops[first.first].Input.Key)
	switch {
	case n == 2:
		text += "; the same of another id"
	case n > 2:
		text += fmt.Sprintf("; the same of %d other ids", n-1)
	}
	return []checkers.Anomaly{{
		Name: checkers.LostResult, Object: key, Message: text + ".", Ops: []int{first.first, first.other},
	}}
}
