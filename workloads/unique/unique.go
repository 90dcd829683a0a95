// Package unique is the data type of what must come about once for each key: get-or-create, sign-up by address, an
// idempotency key.
//
// Its operations are create, get and count. At most one create of a key has an effect, however many there are and however
// they end, and everybody who asks for the key gets that one's result. No two keys have the same one.
package unique

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Create asks for the result of a key, which it makes if there is none.
	Create Kind = iota
	// Get asks for the result of a key, if there is one.
	Get
	// Count asks how many results a key has.
	Count
)

var names = workloads.Names{Type: Name, Kinds: []string{Create: "create", Get: "get", Count: "count"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "create", "get" or "count".
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
	Kind Kind  `json:"op"`
	Key  int32 `json:"key"`
}

// Output is one answer.
type Output struct {
	// Found says that a Create or a Get was answered by a result, which ID names.
	Found bool  `json:"found,omitempty"`
	ID    int64 `json:"id,omitempty"`
	// Created says that a Create made that result, and did not find it.
	Created bool `json:"created,omitempty"`
	// Untold says that the answer to a Create does not tell which of the two it did.
	Untold bool `json:"untold,omitempty"`
	// Count is what a Count found.
	Count int64 `json:"count,omitempty"`
}
