// Package quota is the data type of what there is only so much of: stock, seats, a rate limit.
//
// Its operations are take and used. No more is given out than the limit, nothing is refused while there was room, and what
// is used is what was given out. Nothing is given back, so that whoever finds less given out than before finds something
// lost: an update, if it is found so at the end of all, or if nobody found it before; else the read is a stale one.
package quota

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Take asks for an amount, which is given as a whole or refused.
	Take Kind = iota
	// Used asks how much is given out.
	Used
)

var names = workloads.Names{Type: Name, Kinds: []string{Take: "take", Used: "used"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "take" or "used".
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

// Input is one request.
type Input struct {
	Kind   Kind  `json:"op"`
	Quota  int32 `json:"quota"`
	Amount int64 `json:"amount,omitempty"` // of a Take, above 0
}

// Output is one answer.
type Output struct {
	// Refused says that a Take was given nothing, for want of room.
	Refused bool `json:"refused,omitempty"`
	// Used is what a Used found.
	Used int64 `json:"used,omitempty"`
}
