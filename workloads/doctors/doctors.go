// Package doctors is the data type of a rule that holds over several rows, of which each client changes its own: of the
// doctors of a shift one must stay on call.
//
// Its operations are leave, return and status. A doctor may leave only as long as another is on call, so that there is
// always somebody. One who is off call already may be answered either way: nothing happens. It is the example of Cahill,
// Röhm & Fekete, "Serializable Isolation for Snapshot Databases" (2008).
package doctors

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Leave asks that a doctor goes off call, which is refused if no other is on call. It may be refused, too, if the doctor
	// is off call already.
	Leave Kind = iota
	// Return says that a doctor is on call again.
	Return
	// Status asks who is on call, all of one moment.
	Status
)

var names = workloads.Names{Type: Name, Kinds: []string{Leave: "leave", Return: "return", Status: "status"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "leave", "return" or "status".
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
	Shift  int32 `json:"shift"`
	Doctor int32 `json:"doctor,omitempty"` // of a Leave and a Return
}

// Output is one answer.
type Output struct {
	// Refused says that a Leave was, since no other doctor was on call, or this one was not.
	Refused bool `json:"refused,omitempty"`
	// OnCall is whom a Status found.
	OnCall Set `json:"on_call,omitempty"`
}
