// Package session is the data type of what each client must see of its own past, where a replica, a follower or a cache is
// in the path: read your writes, and monotonic reads.
//
// Its operations are write and read. The store gives every write of a key a version of its own, which rises: two writes with
// one version are a lost update. A client must read nothing older than what it has written, or has read before, and nothing
// that nobody wrote. What it may read of the others' writes, and when, is left open: Terry et al., "Session Guarantees for
// Weakly Consistent Replicated Data" (1994).
package session

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Write replaces what a key holds.
	Write Kind = iota
	// Read asks for the version that a key holds.
	Read
)

var names = workloads.Names{Type: Name, Kinds: []string{Write: "write", Read: "read"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "write" or "read".
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
	// Version is the one that a Write was given, from 1, or that a Read found; 0 if the key was never written.
	Version int64 `json:"version,omitempty"`
}
