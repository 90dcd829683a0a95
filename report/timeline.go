package report

import "github.com/lostupdate/stress/history"

// Timeline gives all operations of a run, in order of call, its types erased. What it gives must not be kept longer than the
// history that it is of.
type Timeline struct {
	// Len is how many there are.
	Len int
	// At gives the operation at a place, 0 to Len-1. It may be called by several goroutines.
	At func(op int) Operation
	// Object names an object: "wallet 7".
	Object func(key uint64) string
}

// Operation is one operation of a run, told in words.
type Operation struct {
	Client   int32
	Call     int64 // ns since the start
	Return   int64 // ns; -1 if it never returned
	Outcome  history.Outcome
	Phase    history.Phase
	Retries  uint16 // attempts beyond the first
	Kind     string // e.g. "deduct"
	ReadOnly bool   // it changes nothing
	Key      uint64 // the object that it touches
	Whole    bool   // it touches all objects, and Key means nothing
	Text     string // what was asked and answered: "deduct 300 from wallet 7 → 700"
	Note     string // the text of the error, if there was one
}
