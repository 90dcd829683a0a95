package harness

import (
	"context"
	"math/rand/v2"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Target is one system under test with one strategy. In each run Setup is called once before, and Close once after, every
// client; a [Test] that fails has several runs, one after the other.
type Target[I, O any] interface {
	// Setup makes fresh state under a unique name. It never touches what it did not create.
	Setup(ctx context.Context) error
	// Open connects a client. The number is its identity: 0 to clients-1 at the start, then rising as clients are
	// reopened after an operation of unknown outcome. Open, and a client's Close, may be called while other clients
	// operate.
	Open(ctx context.Context, client int) (Client[I, O], error)
	// Close drops what Setup created, also when Setup failed half-way and when ctx of the run is long done. It is called
	// exactly once in each run, and has 30 seconds, or less in a test with a short deadline.
	Close(ctx context.Context) error
}

// Client is one client's connection to a target. Its methods are called by one goroutine at a time.
type Client[I, O any] interface {
	// Do performs one operation and says what is known of it: nil: it took effect, and the output is true; an error
	// that wraps [ErrNotApplied]: it surely did not and never will; any other error: nobody knows. Do must return soon
	// after ctx is done. One context serves all operations of a client, and only its deadline moves along: what Do ties
	// to it, Do must end itself. A panic is Unknown too.
	Do(ctx context.Context, in I) (O, error)
	// Close gives up the connection, and what the client holds. It is called as soon as the client has made its
	// operations, while other clients operate. It is never called while Do of the same client runs: the client of an
	// operation that does not return is closed when it does, which may be after the target is. Its error is not looked
	// at, since the connection may be what broke.
	Close() error
}

// Versioned is implemented by targets that can name their engine and its version, e.g. "PostgreSQL 15.18". It is asked
// after Setup.
type Versioned interface {
	Version() string
}

// Workload is a data type: what can be asked, how requests are made, and what answers are right.
type Workload[I, O any] interface {
	// Info gives the name and the parameters, as the header of a history holds them.
	Info() (name string, params map[string]any)
	// Generator makes the operations of one client, 0 to clients-1. It is asked once for each client of a run.
	Generator(client int) Generator[I, O]
	// Final gives the reads that are made, by one client, after all others have stopped.
	Final() []I
	// Class says of an input what the harness must know.
	Class(in I) Class
	// Check is the verdict on a history of this workload.
	Check(ctx context.Context, h *history.History[I, O]) checkers.Verdict
	// Describe tells an operation in words: "deduct 300 from wallet 7 → 700".
	Describe(op *history.Op[I, O]) string
}

// Generator makes the next operation of one client. It draws all chance from r, so that the same seed gives the same
// operations. Prev is the client's operation before, or nil at the start and after one that was not OK; a generator
// may take a value from it, as an application acts on what it has read, but not keep it.
type Generator[I, O any] func(r *rand.Rand, prev *history.Op[I, O]) I

// Class is what the harness knows of an input.
type Class struct {
	Kind     string // e.g. "deduct": latencies are kept by kind
	ReadOnly bool   // the operation never changes anything
	Key      uint64 // the object that it touches
	Whole    bool   // it touches all objects, and Key means nothing
}
