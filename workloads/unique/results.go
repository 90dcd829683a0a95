package unique

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// none stands for an operation that there is not.
const none = -1

// result is what is known of one key: places in the history, or none.
type result struct {
	told    int    // the first that was given an ID
	other   int    // the first that was given another
	created [2]int // the first two that say they created it
	more    int    // how many others say so
	many    int    // the count that found most, and more than one
	nothing int    // the first create that was given nothing
}

// checkResults looks for what no order of the operations can explain, whatever their times: a key with two results, and a
// create that was answered by none.
func checkResults(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	keys := map[int32]*result{}
	var order []int32
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
			r = &result{told: none, other: none, created: [2]int{none, none}, many: none, nothing: none}
			keys[op.Input.Key] = r
			order = append(order, op.Input.Key)
		}
		r.add(h, i)
	}
	var found []checkers.Anomaly
	for _, key := range order {
		found = append(found, keys[key].anomalies(h, object(uint64(key)))...)
	}
	return checkers.Reject(found...)
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

// anomalies are those of the key, each in one sentence.
func (r *result) anomalies(h *history.History[Input, Output], key string) []checkers.Anomaly {
	var all []checkers.Anomaly
	if text, ops := r.duplicate(h); len(ops) > 0 {
		all = append(all, checkers.Anomaly{
			Name: checkers.DuplicateEffect, Object: key, Message: key + ": " + text + ".", Ops: ops,
		})
	}
	if r.nothing != none {
		text, ops := r.lost(h)
		all = append(all, checkers.Anomaly{Name: checkers.LostResult, Object: key, Message: key + ": " + text + ".", Ops: ops})
	}
	return all
}

// duplicate tells by which operations the key has two results: best by two that created one each.
func (r *result) duplicate(h *history.History[Input, Output]) (text string, ops []int) {
	switch {
	case r.created[1] != none:
		return r.createdTwice(h) + r.counted(h), r.created[:]
	case r.other != none:
		text = fmt.Sprintf("%s was given id %d and %s was given id %d, for one key", who(h, r.told),
			h.Ops[r.told].Output.ID, who(h, r.other), h.Ops[r.other].Output.ID)
		return text + r.counted(h), []int{r.told, r.other}
	case r.many != none:
		return fmt.Sprintf("%s found %d results, where there must be one", who(h, r.many), h.Ops[r.many].Output.Count),
			[]int{r.many}
	}
	return "", nil
}

func (r *result) createdTwice(h *history.History[Input, Output]) string {
	first, second := r.created[0], r.created[1]
	more := ""
	if r.more > 0 {
		more = fmt.Sprintf(", as did %d more", r.more)
	}
	if h.Ops[first].Output.ID == h.Ops[second].Output.ID {
		return fmt.Sprintf("%s and %s were both told that they created id %d%s", whose(h, first), whose(h, second),
			h.Ops[first].Output.ID, more)
	}
	return fmt.Sprintf("%s created id %d and %s created id %d%s, where there must be one", whose(h, first),
		h.Ops[first].Output.ID, whose(h, second), h.Ops[second].Output.ID, more)
}

// counted adds how many results were seen at once.
func (r *result) counted(h *history.History[Input, Output]) string {
	if r.many == none {
		return ""
	}
	return fmt.Sprintf("; a count found %d", h.Ops[r.many].Output.Count)
}

// lost tells of a create that was answered by nothing, and of one that was given a result and began before that answer.
func (r *result) lost(h *history.History[Input, Output]) (text string, ops []int) {
	text = who(h, r.nothing) + " was given nothing"
	before := func(i int) bool { return i != none && h.Ops[i].Call <= h.Ops[r.nothing].Return }
	witness := r.told
	switch {
	case before(r.created[0]):
		witness = r.created[0]
		text += fmt.Sprintf(", although %s created id %d", whose(h, witness), h.Ops[witness].Output.ID)
	case before(r.told):
		text += fmt.Sprintf(", although %s was given id %d", who(h, witness), h.Ops[witness].Output.ID)
	default:
		return text + ", and should have been given the key's result", []int{r.nothing}
	}
	return text, []int{min(r.nothing, witness), max(r.nothing, witness)}
}

// who names an operation: "client 3 (op #17, create)".
func who(h *history.History[Input, Output], i int) string {
	return fmt.Sprintf("client %d (op #%d, %v)", h.Ops[i].Client, i, h.Ops[i].Input.Kind)
}

// whose names the client of an operation: "client 3 (op #17)".
func whose(h *history.History[Input, Output], i int) string {
	return fmt.Sprintf("client %d (op #%d)", h.Ops[i].Client, i)
}
