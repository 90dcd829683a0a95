// Package monitor decides linearizability for particular data types in O(n log n), where a general search would need
// exponential time: registers, counters, queues, stacks, sets and locks whose history tells enough, mostly because every
// value was written once.
//
// It promises exactness. A monitor says [Legal] or [Illegal] only where that is proved for every history that meets its
// preconditions, operations of unknown outcome included; where one does not hold it says [Unsuited], with the reason.
// An illegal history comes with the few operations that prove it.
//
// The theory is that of Gibbons & Korach ("Testing shared memories", 1997), Golab, Li & Shah ("Analyzing consistency
// properties for fun and profit", 2011), Henzinger, Sezgin & Vafeiadis ("Aspect-oriented linearizability proofs", 2013),
// Lee & Mathur ("Efficient decrease-and-conquer linearizability monitoring", 2025) and Abdulla et al. ("Efficient
// linearizability monitoring for sets, stacks, queues and priority queues", 2025); each file names what it builds on.
package monitor

import "math"

// Never is the Return of an operation of unknown outcome: it may take effect at any time after its call, or never.
const Never int64 = math.MaxInt64

// Kind is what an operation does, in the vocabulary of one of the data types.
type Kind uint8

// The kinds. Each says what Value and Other mean; for an operation of unknown outcome only what the client asked for
// does, and what the object answered is ignored.
const (
	// Other is an operation that no monitor understands.
	Other Kind = iota

	// Impossible is an operation with an answer that no object of the data type can give, whatever it holds.
	Impossible

	Read // of a register or counter: returned Value. A failed compare-and-set that tells what it saw is one

	Write         // register: sets Value
	CompareAndSet // register: found Other and set Value; of unknown outcome: sets Value if it finds Other, else does nothing
	Mismatch      // register: a compare-and-set did not find Other, and does not tell what else; never of unknown outcome

	FetchAdd // adds Value and returned Other, the state before
	Add      // adds Value and returned nothing

	Enqueue      // FIFO queue: puts Value at the end
	Dequeue      // took Value from the front; of unknown outcome: takes what is there, or finds it empty
	DequeueEmpty // found the queue empty; never of unknown outcome

	Push     // stack: puts Value on top
	Pop      // took Value from the top; of unknown outcome: takes what is there, or finds it empty
	PopEmpty // found the stack empty; never of unknown outcome

	Put       // priority queue: puts Value in; the smallest comes first
	Poll      // took Value, the smallest; of unknown outcome: takes what is there, or finds it empty
	PollEmpty // found the priority queue empty; never of unknown outcome

	Insert   // set: puts Value in; Other is 1 if it was not there before, else 0
	Remove   // takes Value out; Other is 1 if it was there before, else 0
	Contains // Other is 1 if Value is there, else 0

	Include // grow-only set: puts Value in and returned nothing
	ReadAll // returned Part.Members[Value]

	Acquire // lock: got it; of unknown outcome: gets it once it is free, or never
	Release // gave it back; is legal only while it is held
)

// Act is what an operation did, without its times.
type Act struct {
	Kind  Kind
	Value int64
	Other int64
}

// Op is an operation: what it did, and when.
type Op struct {
	Act
	Call   int64 // in any unit, by one clock
	Return int64 // not before Call; the effect lies in the closed interval between; Never if the outcome is unknown
}

// known says whether the operation took effect for sure.
func (op *Op) known() bool { return op.Return != Never }

// Part is the history of one object.
type Part struct {
	Ops     []Op      // in order of call; monitors never change them
	Start   int64     // what a register or a counter holds before; everything else is empty, a lock free
	Passed  bool      // what a register held before cannot be seen any more, so that Start means nothing; see Forget
	Members [][]int64 // what reads of a whole set returned; see ReadAll
	Witness bool      // asks for Result.Order
}

// Status is what a monitor says.
type Status uint8

const (
	// Unsuited means that a precondition of the monitor does not hold: it says nothing of the history.
	Unsuited Status = iota
	// Legal means that the history is linearizable.
	Legal
	// Illegal means that it is not.
	Illegal
)

// Result is what a monitor found.
type Result struct {
	Status Status

	// Reason says, if Unsuited, which precondition does not hold, as a clause: "value 7 was written twice".
	Reason string

	// Core has, if Illegal, the places of operations that have no legal order together, whatever the operations that are
	// neither in Core nor in Support did. It is in ascending order, and as small as the theory gives it.
	Core []int32

	// Support has, if Illegal, the places of the operations besides Core that could touch the same values, in ascending
	// order. Even if each of them may take effect at any time after its call, or never, Core has no legal order. Nil where
	// there are none, which is the common case.
	Support []int32

	// Order has, if Legal and Part.Witness, the places of the operations in an order that explains them all: each is legal
	// in the state that those before it left, and none is called after one that comes later returned. Operations of unknown
	// outcome that are left out never took effect.
	Order []int32

	// Rule names, if Illegal, what happened: one of the names below, such as [RuleLostUpdate]. Words tells what it means.
	Rule string
}

func unsuited(reason string) Result { return Result{Reason: reason} }
