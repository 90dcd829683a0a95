// Package lock is the data type of a lock and of what it protects: mutual exclusion as the protected resource sees it.
//
// Its operations are acquire, use and release. The resource numbers the accesses that it accepts, and so tells without a
// clock whether two held the lock at once: one client's access between two of another's grant. A holder may lose its
// lock, as one that pauses for longer than a lease lasts does; that is wrong only if the resource accepts it all the
// same, once it has served the next holder.
//
// A run needs no warm-up, and is better without: a client that has made its share of it waits for the others, who may wait
// in vain for a lock that it holds.
package lock

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Acquire asks for a lock.
	Acquire Kind = iota
	// Use asks for one access to what the lock protects, by a client that was granted the lock.
	Use
	// Release gives the lock back. A client that holds none may ask for it, too.
	Release
)

var names = workloads.Names{Type: Name, Kinds: []string{Acquire: "acquire", Use: "use", Release: "release"}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "acquire", "use" or "release".
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
	Lock int32 `json:"lock"`
}

// Output is one answer.
type Output struct {
	// Got says that an Acquire was granted. What the client asks of the lock from then on, until its Release or its next
	// Acquire, is under this grant.
	Got bool `json:"got,omitempty"`
	// Token is the grant's fencing token, which rises from grant to grant, or 0 if the lock has none.
	Token int64 `json:"token,omitempty"`
	// Accepted says that the resource was used.
	Accepted bool `json:"accepted,omitempty"`
	// Seq is the number of that access, from 1: the resource numbers all that it accepts, whoever makes them.
	Seq int64 `json:"seq,omitempty"`
	// Held says that the lock was the client's until this very Release, as far as the lock knows.
	Held bool `json:"held,omitempty"`
}
