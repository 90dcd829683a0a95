package page

import (
	"encoding/binary"
	"encoding/json"
	"io"

	"github.com/lostupdate/stress/checkers"
)

// line is operations on one object, one after the other: a legal order of all, or the beginning of one.
type line struct {
	Object  string `json:"object"`
	Count   int    `json:"count"`             // of its operations, which follow as numbers
	Legal   bool   `json:"legal"`             // all that happened is in it
	Longest bool   `json:"longest,omitempty"` // no beginning is longer
	State   string `json:"state,omitempty"`   // what the object holds after it
	Stuck   []int  `json:"stuck,omitempty"`   // none of these can come next
	ops     []int
}

// lines are the orders and the beginnings that a verdict has.
func lines(v checkers.Verdict) []line {
	all := make([]line, 0, len(v.Orders)+len(v.Prefixes))
	for _, o := range v.Orders {
		all = append(all, line{Object: o.Object, Count: len(o.Ops), Legal: true, ops: o.Ops})
	}
	for _, p := range v.Prefixes {
		all = append(all, line{Object: p.Object, Count: len(p.Ops), Stuck: p.Stuck, Longest: p.Longest, State: p.State, ops: p.Ops})
	}
	return all
}

// writeLines writes orders: what they are of as JSON, and then the places of all operations, each as the difference from the one
// before it.
func writeLines(w io.Writer, all []line) error {
	head, err := json.Marshal(all)
	if err != nil {
		return err
	}
	var ops []byte
	for _, l := range all {
		before := 0
		for _, op := range l.ops {
			ops = binary.AppendVarint(ops, int64(op-before))
			before = op
		}
	}
	return section(w, "orders", appendParts(nil, head, ops))
}
