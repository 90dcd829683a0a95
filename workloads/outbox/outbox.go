// Package outbox is the data type of changes that others must hear of: each is committed with an event, and a relay publishes
// the events, to a broker, a search index or another service.
//
// # What is promised
//
// A write changes a key, which gets its next version, 1 at first, and makes an event of that version. Of the events that were
// published three things must hold:
//
//   - When all was published, the event of every version that was written is there: else it is a lost event.
//   - The events of one key are published in the order of its versions: else they are out of order. An event may be published
//     again, since a relay can't know whether its last attempt arrived; what counts is when it first appears.
//   - An event that was published is that of a write which took place, or may have, and had begun; and no write has events
//     of two versions. Else it is a phantom.
//
// Versions of a key follow each other without a gap, so that a version proves all below it, whoever wrote them.
package outbox

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Write gives a key its next version, and makes an event of it.
	Write Kind = iota
	// Crash is a write whose writer dies on the way. It may have taken place when Crash returns, or never will; nobody is told.
	Crash
	// Publish has the relay publish some of what there is to publish.
	Publish
	// Drain has the relay publish until nothing is left that was written before Drain was called.
	Drain
	// Published asks which events of a key were published, in that order.
	Published
)

var names = workloads.Names{Type: Name, Kinds: []string{
	Write: "write", Crash: "crash", Publish: "publish", Drain: "drain", Published: "published",
}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives the kind's name, e.g. "write".
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

// ofKey reports whether the request names a key.
func (k Kind) ofKey() bool { return k != Publish && k != Drain }

// Input is one request.
type Input struct {
	Kind Kind  `json:"op"`
	Key  int32 `json:"key,omitempty"` // nothing to Publish and Drain
	// ID is what the event of a Write or a Crash carries besides its version, so that it is known whose it is. No two have
	// the same, but for a final write that is tried again.
	ID int64 `json:"id,omitempty"`
}

// Event is what was published of one write.
type Event struct {
	Version int64 `json:"version"`
	ID      int64 `json:"id"`
}

// Output is one answer.
type Output struct {
	Version int64 `json:"version,omitempty"` // that a Write has written
	// Count is how many events a Publish or a Drain has published. Nothing is promised of it.
	Count int64 `json:"count,omitempty"`
	// Events are what Published found, in the order of publication.
	Events []Event `json:"events,omitempty"`
}
