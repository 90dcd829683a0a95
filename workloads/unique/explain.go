package unique

import (
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// telling tells in a sentence what is wrong with a key, and by which operations; by none, if nothing is.
type telling func(r *result, h *history.History[Input, Output]) (text string, ops []int)

// plainest gives the anomaly of the name for the key on which fewest clients met.
func plainest(h *history.History[Input, Output], all []*result, name string, tell telling) []checkers.Anomaly {
	return workloads.Plainest(all, "key", func(r *result) workloads.Finding {
		text, ops := tell(r, h)
		anomaly := checkers.Anomaly{Name: name, Object: object(uint64(r.key)), Message: text, Ops: ops}
		if name == checkers.DuplicateEffect && len(ops) == 2 {
			anomaly.Arrows = []checkers.Arrow{{From: ops[0], To: ops[1], Relation: checkers.Excludes, Text: "one key, two results"}}
		}
		return workloads.Finding{Anomaly: anomaly, Weight: r.more}
	})
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
	if r.nothing == none {
		return "", nil
	}
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
	return named(&h.Ops[i], i)
}

func named(op *history.Op[Input, Output], place int) string {
	return fmt.Sprintf("client %d (op #%d, %v)", op.Client, place, op.Input.Kind)
}

// whose names the client of an operation: "client 3 (op #17)".
func whose(h *history.History[Input, Output], i int) string {
	return fmt.Sprintf("client %d (op #%d)", h.Ops[i].Client, i)
}
