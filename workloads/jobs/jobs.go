// Package jobs is the data type of a queue whose jobs workers claim, do and finish: background jobs, mails to be sent, payments
// to be made.
//
// # What is promised
//
// A worker asks for a job (claim), works on it (process), and says that it is done (finish), by which the job's effect is
// applied and the job is over. Or the worker dies in between (crash). Of every job four things must hold:
//
//   - Its effect is there when no job is left, whoever crashed, and stays: else it is a lost job.
//   - Its effect is applied once, and one finish at most is accepted: else it is a duplicate effect.
//   - Its effect is not there before anybody can have finished it: else it is a phantom update.
//   - Whoever may finish it held it alone, from the claim until the finish: else claims overlap.
//
// A queue may lend jobs for a time only, and give a job that was not finished in time to another. The first worker may be at
// work still, and that alone is nothing wrong: nobody can prevent it. But then the job is the second's, and the first must be
// refused when it finishes. So two claims are held against each other only where a finish was accepted: if another was surely
// given the job between a claim and its accepted finish, or if two workers held it at one moment and both were allowed to
// finish. A refused finish is never wrong by itself, and neither is a claim that gives nothing, nor one that gives a job which
// is done already, as queues do that deliver at least once: its finish must be refused, that is all.
//
// When all have stopped, work does one job after the other, and waits for those that were lent to the dead, until it can say
// that none is left. That answer promises that the effect of every job is there.
package jobs

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Claim asks for any job.
	Claim Kind = iota
	// Process is the work on a job that was claimed. Nothing is promised of it but time, in which another may come.
	Process
	// Finish applies the effect of a job that was claimed and ends the job, or is refused.
	Finish
	// Crash ends the worker, who may have a job: its connection and whatever it has in memory are gone.
	Crash
	// Work claims a job and finishes it, or says that none is left. It waits for jobs that others have and may give back.
	Work
	// Effects asks how often the effect of a job was applied.
	Effects
)

var names = workloads.Names{Type: Name, Kinds: []string{
	Claim: "claim", Process: "process", Finish: "finish", Crash: "crash", Work: "work", Effects: "effects",
}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives the kind's name, e.g. "claim".
func (k Kind) String() string { return names.String(uint8(k)) }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return names.Marshal(uint8(k)) }

// UnmarshalText reads a kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	kind, err := names.Parse(text)
	if err == nil {
		*k = Kind(kind)
	}
	return err
}

// ofJob reports whether the request names a job.
func (k Kind) ofJob() bool { return k != Claim && k != Work }

// Input is one request.
type Input struct {
	Kind Kind  `json:"op"`
	Job  int32 `json:"job,omitempty"` // nothing to a Claim and to Work, which are told
}

// Output is one answer.
type Output struct {
	// Found says that a Claim or Work was given a job, which Job names.
	Found bool  `json:"found,omitempty"`
	Job   int32 `json:"job,omitempty"`
	// Done says that a Finish was accepted.
	Done bool `json:"done,omitempty"`
	// Count is what Effects found.
	Count int64 `json:"count,omitempty"`
}
