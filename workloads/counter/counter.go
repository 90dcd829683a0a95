// Package counter is the data type of a number that many add to: likes, stock, visits, usage.
//
// Its operations are add and read. Every acknowledged add must be in the final value, and every read must be a value
// that the counter had while the read was under way.
package counter

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Add changes a counter by Delta.
	Add Kind = iota
	// Read asks for its value.
	Read
)

var names = workloads.Names{Type: Name, Kinds: []string{Add: "add", Read: "read"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "add" or "read".
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
	Kind  Kind  `json:"op"`
	Key   int32 `json:"key"`
	Delta int64 `json:"delta,omitempty"` // what Add adds; may be negative
}

// Output is one answer.
type Output struct {
	// Value is what a Read returned, or what the counter was after an Add that can tell.
	Value int64 `json:"value"`
	// Before is what an Add saw before it wrote, where Seen.
	Before int64 `json:"before,omitempty"`
	// Seen says that an Add knows Before and Value. Blind adds don't, and are checked all the same.
	Seen bool `json:"seen,omitempty"`
}
