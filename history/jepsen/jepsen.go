// Package jepsen reads and writes histories as Jepsen keeps them: events, each the call or the completion of an
// operation by a process, as EDN maps or as lines of its log.
//
// It promises that a text of any size is read event by event; that what an event says wrong, alone or after those before
// it, is an error with its line and never an operation; and that a history which it wrote is read back as it was.
//
// docs/interchange.md says what events may hold, and what each becomes.
package jepsen

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/history"
)

// F is what an operation asks.
type F uint8

// What operations ask, with the members of Input and Output that they use.
const (
	Read    F = iota // gives Value
	Write            // New
	CAS              // Old, New; Refused if Old was not there
	Add              // New: to a counter or a set
	Remove           // New: from a set
	Enqueue          // New
	Dequeue          // gives Value; None if the queue was empty
	Acquire
	Release
	Get    // gives Value
	Put    // New
	Append // New
)

func fs() []string {
	return []string{
		Read: "read", Write: "write", CAS: "cas", Add: "add", Remove: "remove", Enqueue: "enqueue", Dequeue: "dequeue",
		Acquire: "acquire", Release: "release", Get: "get", Put: "put", Append: "append",
	}
}

// String gives the name as events have it, without the colon.
func (f F) String() string {
	if names := fs(); int(f) < len(names) {
		return names[f]
	}
	return fmt.Sprintf("F(%d)", uint8(f))
}

func parseF(name string) (f F, ok bool) {
	i := slices.Index(fs(), name)
	return F(max(i, 0)), i >= 0
}

// Input is one request. Key, Old and New are numbers of [Values].
type Input struct {
	F        F
	Key      int64 // 0 in a history of one object
	Old, New int64
}

// String puts the request into words where no [Values] are at hand: a value that is no whole number is shown by its
// number, as #1.
func (in Input) String() string {
	switch in.F {
	case Read, Dequeue, Acquire, Release, Get:
		return in.F.String()
	case CAS:
		return fmt.Sprintf("cas %s → %s", brief(in.Old), brief(in.New))
	default:
		return fmt.Sprintf("%v %s", in.F, brief(in.New))
	}
}

func brief(number int64) string {
	switch {
	case number == None:
		return "nil"
	case number < lowest:
		return fmt.Sprintf("#%d", number-None)
	}
	return fmt.Sprint(number)
}

// Output is one answer. Value and Before are numbers of [Values].
type Output struct {
	Value int64 // what was read, or what an Add left, if it told
	// Before is what a CAS or an Add found, where Seen. Only histories of this program tell.
	Before int64
	Seen   bool
	// Refused says that a CAS found something else than Old.
	Refused bool
}

// Keys says how events name the object.
type Keys uint8

const (
	// One object, which has no name.
	One Keys = iota
	// Tuples are values [key value], as of jepsen.independent.
	Tuples
	// Members are a :key beside the :value.
	Members
)

// Lines are where the events of an operation begin, from 1. Return is 0 if there is none.
type Lines struct{ Call, Return int64 }

// History is what was recorded.
type History struct {
	history.History[Input, Output]
	Values  *Values
	Type    Type
	Format  Format
	Keys    Keys
	Timed   bool // events told their times; else Call and Return are their numbers, from 1
	Skipped int  // events of processes that are no clients, such as :nemesis
	// Lines are where the text has each operation, if it was read.
	Lines []Lines
	// Ours is the head of a history that this program recorded and [Encode] wrote; nil in all others.
	Ours *history.Info
}
