// Package register is the data type of one value that many read and replace: a setting, a status, a document's version.
//
// Its operations are read, write and compare-and-set. Written values are unique, so that every value seen says which
// operation wrote it.
package register

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Read asks for the value.
	Read Kind = iota
	// Write replaces it by New, whatever it is.
	Write
	// CompareAndSet replaces it by New if it is Old, and says whether it did.
	CompareAndSet
)

var names = workloads.Names{Type: Name, Kinds: []string{Read: "read", Write: "write", CompareAndSet: "compare-and-set"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "read", "write" or "compare-and-set".
func (k Kind) String() string { return names.String(uint8(k)) }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return names.Marshal(uint8(k)) }

// UnmarshalText reads a kind's name; histories of old have "cas" for CompareAndSet.
func (k *Kind) UnmarshalText(text []byte) error {
	if string(text) == "cas" {
		*k = CompareAndSet
		return nil
	}
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
	Old  int64 `json:"old,omitempty"` // what CompareAndSet expects
	New  int64 `json:"new,omitempty"` // what Write and CompareAndSet write
}

// Output is one answer.
type Output struct {
	// Value is what a Read returned, or, where Seen, what a CompareAndSet found before it wrote.
	Value int64 `json:"value"`
	// Swapped says that a CompareAndSet replaced the value.
	Swapped bool `json:"swapped,omitempty"`
	// Seen says that a CompareAndSet knows Value.
	Seen bool `json:"seen,omitempty"`
}
