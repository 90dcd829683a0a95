// Package checkers holds what every checker gives back, and how several are put together.
//
// A checker is a pure function from a history to a verdict: no input or output, no clocks that decide, no goroutines
// left behind. The algorithms are in the packages below: linear, invariant.
package checkers

import (
	"context"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/history"
)

// Status is one of three: a history was proved right, proved wrong, or neither. They are ordered by rank: where
// verdicts meet, the highest wins.
type Status uint8

const (
	// Valid means that the history was checked and nothing is wrong with it.
	Valid Status = iota
	// Undecided means that the checker could not tell; Verdict.Reason says why.
	Undecided
	// Invalid means that the history cannot have come from a correct system; Verdict.Anomalies say how.
	Invalid
)

var statusNames = [...]string{Valid: "valid", Undecided: "undecided", Invalid: "invalid"}

// String gives "valid", "undecided" or "invalid".
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// MarshalText writes the status' name.
func (s Status) MarshalText() ([]byte, error) {
	if int(s) >= len(statusNames) {
		return nil, fmt.Errorf("checkers: %v has no name", s)
	}
	return []byte(statusNames[s]), nil
}

// UnmarshalText reads a status' name.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if string(text) == name {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("checkers: status %q is none of %s", text, strings.Join(statusNames[:], ", "))
}

// Anomaly is one thing that went wrong, with the operations that prove it.
type Anomaly struct {
	Name    string `json:"name"`             // one of the names above, or a workload's own
	Object  string `json:"object,omitempty"` // what it happened to, e.g. "wallet 7"
	Message string `json:"message"`          // the explanation, in one line, for people
	Ops     []int  `json:"ops,omitempty"`    // places in the history of the operations that raced, a minimal set
	Lost    int64  `json:"lost,omitempty"`   // by how much the state is wrong, above 0 where that is known
	// Updates is how many acknowledged updates, at least, are not in the state, where that is known; Of is how many there
	// were of all objects together. An operation that updates two objects counts twice in both.
	Updates int64 `json:"updates,omitempty"`
	Of      int64 `json:"of,omitempty"`
	// Arrows say how operations bear on each other, where that is known, for whoever draws the anomaly.
	Arrows []Arrow `json:"arrows,omitempty"`
	// Through names the requests to a service that led to it, such as POST /wallets/{wallet}/deduct. Checkers leave it empty;
	// whoever knows the service fills it.
	Through []string `json:"through,omitempty"`
	// Repair names the strategies that do not show the anomaly on this engine and workload. Checkers leave it empty;
	// whoever knows the catalogue fills it.
	Repair []string `json:"repair,omitempty"`
}

// Verdict is what a checker says of a history.
type Verdict struct {
	Status    Status    `json:"status"`
	Reason    string    `json:"reason,omitempty"`    // why it is undecided; of a valid one, what that rests on, if it must be said
	Anomalies []Anomaly `json:"anomalies,omitempty"` // why it is invalid; the most telling one first
	Orders    []Order   `json:"orders,omitempty"`    // why it is valid, if asked for: see [WithOrders]
	Prefixes  []Prefix  `json:"prefixes,omitempty"`  // how far it can be explained if it is not valid, if asked for
}

// Undecide is an undecided verdict with its reason.
func Undecide(format string, args ...any) Verdict {
	return Verdict{Status: Undecided, Reason: fmt.Sprintf(format, args...)}
}

// Reject is an invalid verdict with its anomalies, or a valid one where there are none.
func Reject(anomalies ...Anomaly) Verdict {
	if len(anomalies) == 0 {
		return Verdict{}
	}
	return Verdict{Status: Invalid, Anomalies: anomalies}
}

// Checker gives a verdict on a history. It must return soon after its context is done, with [Undecided] unless it
// has found an anomaly already.
type Checker[I, O any] func(ctx context.Context, h *history.History[I, O]) Verdict

// Stream is a checker of a history that comes in batches, while it is recorded.
type Stream[I, O any] interface {
	// Add takes the next batch; see [history.Recorder.Cut]. It says whether there is a violation already, as far as it has
	// looked.
	Add(ctx context.Context, b history.Batch[I, O]) (violated bool)

	// Verdict decides what came so far. What is under way counts as of unknown outcome.
	Verdict(ctx context.Context) Verdict

	// Evidence gives the operations that the anomalies of the last verdict name, by their places in the whole history.
	Evidence() map[int]history.Placed[I, O]
}
