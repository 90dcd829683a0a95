// Package cache is the data type of a cache and the source of truth behind it, such as a Redis before a database.
//
// Its operations are write, which gives the version that the source made of it, read, which goes through the cache, and the
// two looks that show whether both agree: cached and stored. The source numbers the versions of a key from 0, by one a
// write, so that they tell which of two values is older.
//
// What must hold, of each key:
//
//   - What a read gives is not older than any write that was acknowledged before the read began.
//   - No client is given a version and later an older one.
//   - When everything has come to rest, the cache holds nothing or what the source holds.
//   - The source loses no write, and nobody is given a version that it does not have yet.
//
// That is less than linearizability, on purpose. A write is done in two places, one after the other, and until it is
// acknowledged some readers may be given the new version, by the source, and others that begin later still the old one, by
// the cache. A cache that is kept right does so, and all that relies on it can be told is which writes are over. The
// source alone must be linearizable.
//
// A write of unknown outcome may have changed the source, at any time, and never have come to the cache. So of a cache that
// is behind by such writes alone nothing is said; it is behind a write that was acknowledged that is wrong.
package cache

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Write makes the key's next version in the source, and does to the cache what the strategy has it do.
	Write Kind = iota
	// Read asks for the key's version through the cache, which is filled if it holds nothing.
	Read
	// Cached looks at what the cache holds of the key, and fills nothing.
	Cached
	// Stored looks at what the source holds of the key.
	Stored
)

var names = workloads.Names{Type: Name, Kinds: []string{
	Write: "write", Read: "read", Cached: "cached", Stored: "stored",
}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "write", "read", "cached" or "stored".
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
	// Version is the one that a Write made, or the one that was found.
	Version int64 `json:"version"`
	// Nothing says that a Cached found none.
	Nothing bool `json:"nothing,omitempty"`
	// Filled says that a Write or a Read put the version that it gives into the cache.
	Filled bool `json:"filled,omitempty"`
}
