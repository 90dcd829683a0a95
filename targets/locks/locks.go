// Package locks is what all lock strategies have in common, on whatever engine: the clients, and the resource that the
// lock is to protect.
//
// The resource is in this process and has nothing to do with the lock, as a disk or a payment service has not: it numbers
// the accesses that it accepts, one after the other, and so is the witness of who used it when.
package locks

import (
	"context"

	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/lock"
)

// Strategy is one way in which an engine locks.
type Strategy = strategy.For[*lock.Workload, lock.Input, lock.Output]

// Shows is the Shows of a strategy that is broken.
func Shows(anomaly string) map[string]string { return map[string]string{lock.Name: anomaly} }

// Service is one engine with one way of locking.
type Service interface {
	// Setup makes a place under a unique name, where the locks 0 to n-1 are free.
	Setup(ctx context.Context, n int) error
	// Open connects a client.
	Open(ctx context.Context, client int) (Locker, error)
	// Close drops what Setup and the clients made.
	Close(ctx context.Context) error
	// Version names the engine and its version, after Setup.
	Version() string
}

// Grant is the answer to one who asks for a lock.
type Grant struct {
	Got   bool  // false: somebody else has it
	Token int64 // the fencing token, or 0 if the lock has none
}

// Locker is one client's way to the locks. It has at most one grant of each. Errors follow harness.Client: one that is not
// harness.ErrNotApplied is the client's last.
type Locker interface {
	// Acquire asks once, and waits for nobody.
	Acquire(ctx context.Context, lock int) (Grant, error)
	// Release gives a lock back that was granted, and says whether it was still held.
	Release(ctx context.Context, lock int) (held bool, err error)
	// Close gives up the connection, and with it all locks that have no lease.
	Close() error
}

// Keeper is a Locker that looks after a grant before each use: it sends what the work is over the connection that holds
// the lock, or extends its lease.
type Keeper interface {
	// Keep says whether the lock is still held. An error must be harness.ErrNotApplied.
	Keep(ctx context.Context, lock int) (held bool, err error)
}
