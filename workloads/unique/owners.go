package unique

import (
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// placed is an operation and its place in the history.
type placed = history.Placed[Input, Output]

// owners are the results by their IDs.
type owners map[int64]owner

type owner struct {
	first placed // that was given it
	other placed // the first that was given it for another key
	mixed bool   // there is another
}

// add takes the next operation. It says whether it was given a result of another key.
func (all owners) add(p placed) bool {
	if p.Outcome != history.OK || p.Input.Kind == Count || !p.Output.Found {
		return false
	}
	o, there := all[p.Output.ID]
	switch {
	case !there:
		all[p.Output.ID] = owner{first: p}
	case !o.mixed && p.Input.Key != o.first.Input.Key:
		o.other, o.mixed = p, true
		all[p.Output.ID] = o
		return true
	}
	return false
}

// mixed tells of the first result that was given for two keys: a result belongs to one, so that one of the two was not
// given its own. It gives the operations, too.
func (all owners) mixed() (found []checkers.Anomaly, proof []placed) {
	var first owner
	n := 0
	for _, o := range all {
		if !o.mixed {
			continue
		}
		if n++; n == 1 || o.other.Place < first.other.Place {
			first = o
		}
	}
	if n == 0 {
		return nil, nil
	}
	key := object(uint64(first.other.Input.Key))
	text := fmt.Sprintf("%s: %s was given id %d, which %s was given for key %d", key, named(&first.other.Op, first.other.Place),
		first.other.Output.ID, named(&first.first.Op, first.first.Place), first.first.Input.Key)
	switch {
	case n == 2:
		text += "; the same of another id"
	case n > 2:
		text += fmt.Sprintf("; the same of %d other ids", n-1)
	}
	return []checkers.Anomaly{{
		Name: checkers.LostResult, Object: key, Message: text + ".", Ops: []int{first.first.Place, first.other.Place},
	}}, []placed{first.first, first.other}
}
