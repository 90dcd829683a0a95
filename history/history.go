// Package history is the record of a run: what every client asked, what it was told, and when.
//
// It promises three things. Recording shares nothing between clients on the hot path and allocates nothing per
// operation. A record can be cut at any moment, also while clients run, into a prefix that is true as it stands: whatever
// an operation in it observed is in it too, at least as an operation of unknown outcome. And an operation whose answer
// never came is never dropped: it stays, with [Unknown] as its outcome and [Never] as its return.
//
// The package uses the standard library only. Package history/file reads and writes histories.
package history

import (
	"math"
	"time"
)

// Never is the Return of an operation that had not returned when the history was taken.
const Never time.Duration = math.MaxInt64

// Outcome says what is known of an operation's effect.
type Outcome uint8

const (
	// OK means that the operation took effect once, between Call and Return, and that its Output is true.
	OK Outcome = iota
	// Failed means that the operation surely did not take effect, and never will.
	Failed
	// Unknown means that the operation may have taken effect at any time after Call, may still do so, or never will.
	// Its Output means nothing.
	Unknown
)

var outcomeNames = names{"Outcome", []string{OK: "ok", Failed: "failed", Unknown: "unknown"}}

// String gives the outcome's name in histories: "ok", "failed" or "unknown".
func (o Outcome) String() string { return outcomeNames.of(uint8(o)) }

// MarshalText writes the outcome's name.
func (o Outcome) MarshalText() ([]byte, error) { return outcomeNames.marshal(uint8(o)) }

// UnmarshalText reads an outcome's name.
func (o *Outcome) UnmarshalText(text []byte) error {
	n, err := outcomeNames.parse(text)
	if err == nil {
		*o = Outcome(n)
	}
	return err
}

// Phase says in which part of a run an operation was made. Checkers honour every phase alike; statistics count Main only.
type Phase uint8

const (
	// Main is the measured part.
	Main Phase = iota
	// Warmup comes before it: its effects are real, its speed is not counted.
	Warmup
	// Final is the reading after every client has stopped.
	Final
)

var phaseNames = names{"Phase", []string{Main: "main", Warmup: "warmup", Final: "final"}}

// String gives the phase's name in histories: "main", "warmup" or "final".
func (p Phase) String() string { return phaseNames.of(uint8(p)) }

// MarshalText writes the phase's name.
func (p Phase) MarshalText() ([]byte, error) { return phaseNames.marshal(uint8(p)) }

// UnmarshalText reads a phase's name.
func (p *Phase) UnmarshalText(text []byte) error {
	n, err := phaseNames.parse(text)
	if err == nil {
		*p = Phase(n)
	}
	return err
}

// Op is one operation: an invocation by one client and its completion.
//
// Call and Return are read from one monotonic clock, as the time since the recorder was made, immediately before and
// after the target was asked; the effect of an operation with outcome [OK] lies in the closed interval between them.
type Op[I, O any] struct {
	Call   time.Duration // when the client asked
	Return time.Duration // when it was answered; Never if it was not
	// Client is the identity that made the operation. The operations of one client never overlap. A client whose
	// operation ended as Unknown does not go on under the same identity.
	Client  int32
	Outcome Outcome
	Phase   Phase
	Retries uint16 // attempts beyond the first, capped at 65,535
	Input   I
	Output  O
}

// Overlaps reports whether the two operations were under way at one moment. Intervals are closed: an operation called at
// the instant at which another returned overlaps it.
func (op *Op[I, O]) Overlaps(other *Op[I, O]) bool {
	return op.Call <= other.Return && other.Call <= op.Return
}

// Info is what is known of a run besides its operations. It is the header of a history file.
type Info struct {
	Format   int               `json:"format"`           // version of the file format; see history/file
	Tool     string            `json:"tool,omitempty"`   // what recorded it, with its version
	Workload string            `json:"workload"`         // name of the data type, e.g. "wallet"
	Params   map[string]any    `json:"params,omitempty"` // what the workload was made with, e.g. {"keys":8,"initial":1000}
	Target   string            `json:"target"`           // the engine, e.g. "postgres"
	Strategy string            `json:"strategy"`         // how the target updates, e.g. "row-lock"
	Engine   string            `json:"engine,omitempty"` // the server's own name and version
	Clients  int               `json:"clients"`          // how many ran at once
	Seed     uint64            `json:"seed"`
	Args     map[string]string `json:"args,omitempty"` // the options of the run, secrets masked
	Start    time.Time         `json:"start"`          // wall clock at the base of Call and Return, UTC
	// Trace is what the trace IDs of all operations begin with, 16 hexadecimal digits, if they have traces; see [Info.TraceID].
	Trace string `json:"trace,omitempty"`
}

// History is all operations of a run, in order of Call (ties by Client), and the run's facts.
type History[I, O any] struct {
	Info Info
	// Ops are numbered by their place: "op #17" in a report is Ops[17].
	Ops []Op[I, O]
	// Notes hold the text of the error of an operation, by its place in Ops; operations that were OK have none.
	Notes map[int]string
	// Interrupted says, in a few words, that the run was cancelled before all its operations were made; it is empty for one
	// that came to its own end.
	Interrupted string
	// Missing says, in one sentence, what the record lacks; it is empty for a whole one.
	Missing string
}

// Count gives the number of operations with the outcome, over all phases.
func (h *History[I, O]) Count(outcome Outcome) int {
	n := 0
	for i := range h.Ops {
		if h.Ops[i].Outcome == outcome {
			n++
		}
	}
	return n
}
