// Package invariant checks what must hold of any correct history, whatever the order of its operations: every
// acknowledged update is in the final value (else it was lost) and nothing else is (else it is a phantom), two updates
// never start from one and the same state, totals are conserved in every snapshot and at the end, and balances are
// never negative.
//
// The checks take O(n log n) time, honour operations of unknown outcome exactly (each may have taken effect at any time
// after its call, or not), and prove what they say: an anomaly that they report is one, but a history on which they
// find none may still be wrong. Package linear decides that. They judge what was observed: of an object that nobody
// read at the end they say nothing about the final value. What is left of a history that was cut off is a true
// prefix, so that an anomaly in it is one; but that nothing is wrong with it says nothing of the rest, and whoever judges
// the run must call it undecided.
package invariant

import (
	"fmt"
	"time"

	"github.com/lostupdate/stress/history"
)

// Update is what one operation did, or may have done, to one object. An operation that updates two objects, such as a
// transfer, gives two; none gives two for the same object.
type Update struct {
	Op     int // place in the history; its outcome is OK or Unknown
	Key    uint64
	Delta  int64 // change of the object's value, where the sheet is Additive
	Before int64 // what the operation found, where Seen
	// After is what it left, where Seen. Where the sheet is not Additive, it is what the operation leaves if it takes
	// effect, Seen or not.
	After   int64
	Seen    bool // the operation says what it found
	Certain bool // the outcome is OK; otherwise it is Unknown, and Seen means nothing
}

// found reports whether it is known for sure what the update found.
func (u *Update) found() bool { return u.Seen && u.Certain }

// Read is a value of one object that an operation of outcome OK observed without changing it.
type Read struct {
	Op    int
	Key   uint64
	Value int64
	Final bool // it is one of the reads that are made after the clients have stopped
}

// Sheet is a history as these checks see it: updates and reads of numbered objects.
type Sheet struct {
	Updates  []Update
	Reads    []Read
	Initial  func(key uint64) int64 // nil: 0
	Additive bool                   // updates add their Delta; otherwise they replace
	// Floor says that an update which would leave less than 0 must be refused. It changes no verdict, only the words:
	// no value below 0 is called the right one. NonNegative finds what was below it.
	Floor bool
	Words Words
}

func (s *Sheet) initial(key uint64) int64 {
	if s.Initial == nil {
		return 0
	}
	return s.Initial(key)
}

// acknowledged counts the updates that surely took effect.
func (s *Sheet) acknowledged() int64 {
	var n int64
	for i := range s.Updates {
		if s.Updates[i].Certain {
			n++
		}
	}
	return n
}

// Words put objects and operations into words.
type Words struct {
	Object func(key uint64) string // e.g. "wallet 7"
	Op     func(op int) string     // what was asked, e.g. "deduct 300"
}

// who names an operation by its client: "client 3 (op #17, deduct 300)".
func who[I, O any](h *history.History[I, O], w Words, op int) string {
	return fmt.Sprintf("client %d (op #%d, %s)", h.Ops[op].Client, op, w.Op(op))
}

// end is the latest time at which the operation can have taken effect.
func end[I, O any](op *history.Op[I, O]) time.Duration {
	if op.Outcome == history.Unknown {
		return history.Never
	}
	return op.Return
}
