// Package keys is what the data type of package unique asks of a store: numbered keys, each of which is to have one result.
package keys

import (
	"context"

	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/unique"
)

// Strategy is one way in which an engine makes the result of a key, and what it must show.
type Strategy = strategy.Of[Store]

// Shows is the Shows of a strategy that is broken.
func Shows(anomaly string) map[string]string { return map[string]string{unique.Name: anomaly} }

// Store is one engine with one strategy.
type Store interface {
	// Setup makes a place under a unique name, where the keys 0 to n-1 have no result.
	Setup(ctx context.Context, n int) error
	// Open connects a client.
	Open(ctx context.Context, client int) (Session, error)
	// Close drops what Setup and the clients made.
	Close(ctx context.Context) error
	// Version names the engine and its version, after Setup.
	Version() string
}

// Result is what a client is given for a key.
type Result struct {
	Found   bool  // false: nothing
	ID      int64 // of the result
	Created bool  // by the very operation that gives it
}

// Session is one client's connection. Errors follow harness.Client: nil means that it took effect, an error that is
// harness.ErrNotApplied that it surely did not, any other that nobody knows.
type Session interface {
	// Create gives the key's result, and makes it if there is none.
	Create(ctx context.Context, key int) (Result, error)
	// Get gives the key's result, if there is one.
	Get(ctx context.Context, key int) (Result, error)
	// Count gives how many results the store holds for the key.
	Count(ctx context.Context, key int) (int64, error)
	Close() error
}
