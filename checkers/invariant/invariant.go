// Package invariant checks what must hold of any correct history, whatever the order of its operations: every
// acknowledged update is in the final value (else it was lost) and nothing else is (else it is a phantom), two updates
// never start from one and the same state, totals are conserved in every snapshot and at the end, and balances are never
// negative.
//
// The checks take O(n log n) time, honour operations of unknown outcome exactly (each may have taken effect, or not),
// and prove what they say: an anomaly that they report is one, but a history on which they find none may still be
// wrong. Package linear decides that.
package invariant

import (
	"fmt"
	"math"

	"github.com/lostupdate/stress/history"
)

// Update is what one operation did, or may have done, to one object. An operation that updates two objects, such as a
// transfer, gives two.
type Update struct {
	Op      int // place in the history; its outcome is OK or Unknown
	Key     uint64
	Delta   int64 // change of the object's value, where the sheet is Additive
	Before  int64 // what the operation found, where Seen
	After   int64 // what it left, where Seen
	Seen    bool
	Certain bool // the outcome is OK; otherwise it is Unknown, and Seen is false
}

// Read is a value of one object that an operation observed without changing it.
type Read struct {
	Op    int
	Key   uint64
	Value int64
	Final bool // made after all updates had ended
}

// Sheet is a history as these checks see it: updates and reads of numbered objects.
type Sheet struct {
	Updates  []Update
	Reads    []Read
	Initial  func(key uint64) int64
	Additive bool // updates add their Delta; otherwise they replace
	Words    Words
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

// byKey are the places of a sheet's updates and reads of one object.
type byKey struct {
	key     uint64
	updates []int
	reads   []int
}

// objects gives the sheet by object, in order of first mention.
func (s *Sheet) objects() []*byKey {
	index := map[uint64]*byKey{}
	var all []*byKey
	at := func(key uint64) *byKey {
		o := index[key]
		if o == nil {
			o = &byKey{key: key}
			index[key] = o
			all = append(all, o)
		}
		return o
	}
	for i := range s.Updates {
		o := at(s.Updates[i].Key)
		o.updates = append(o.updates, i)
	}
	for i := range s.Reads {
		o := at(s.Reads[i].Key)
		o.reads = append(o.reads, i)
	}
	return all
}

func (s *Sheet) initial(key uint64) int64 {
	if s.Initial == nil {
		return 0
	}
	return s.Initial(key)
}

// sum is the range of an object's value: what must be in it, widened by what may be.
type sum struct {
	low, high       int64
	acked, unknown  int // updates
	delta           int64
	oneDelta, first bool
}

func (s *Sheet) sum(o *byKey) sum {
	start := s.initial(o.key)
	t := sum{low: start, high: start, oneDelta: true, first: true}
	for _, i := range o.updates {
		u := &s.Updates[i]
		if t.first {
			t.delta, t.first = u.Delta, false
		}
		t.oneDelta = t.oneDelta && u.Delta == t.delta
		if u.Certain {
			t.acked++
			t.low, t.high = t.low+u.Delta, t.high+u.Delta
			continue
		}
		t.unknown++
		t.low, t.high = t.low+min(u.Delta, 0), t.high+max(u.Delta, 0)
	}
	return t
}

// off is how far a value lies outside the range; 0 if it does not. It is positive if the value is too small.
func (t sum) off(value int64) int64 {
	switch {
	case value < t.low:
		return t.low - value
	case value > t.high:
		return t.high - value
	}
	return 0
}

// missing is how many acknowledged updates the difference stands for, or 0 where that can't be told.
func (t sum) missing(off int64) int64 {
	if !t.oneDelta || t.delta == 0 || t.delta == math.MinInt64 {
		return 0
	}
	return off / t.delta
}

func (t sum) expected() string {
	if t.low == t.high {
		return fmt.Sprint(t.low)
	}
	return fmt.Sprintf("%d to %d", t.low, t.high)
}
