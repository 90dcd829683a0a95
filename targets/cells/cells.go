// Package cells is what the built-in data types ask of a store: numbered cells, each with one number in it.
//
// A counter, a register and a wallet are all such cells, so that an engine's strategy is written once, as a [Session],
// and serves the three. The adapters in this package make a target of each workload out of a [Store].
package cells

import "context"

// Kind is how a [Change] changes cells.
type Kind uint8

const (
	// Add adds Delta to the cell Key.
	Add Kind = iota
	// Move takes Delta, above 0, from the cell Key and adds it to the cell To.
	Move
	// Set writes New to the cell Key, whatever it holds.
	Set
	// CompareAndSet writes New to the cell Key if it holds Old.
	CompareAndSet
)

// Change is one update of one or two cells.
type Change struct {
	Kind  Kind
	Floor bool // Add and Move must not bring the cell Key below zero
	Key   int
	To    int   // Move only; never Key
	Delta int64 // Add and Move
	Old   int64 // CompareAndSet
	New   int64 // Set and CompareAndSet
}

// Pair holds a number for the cell Key and, for a Move, one for the cell To.
type Pair [2]int64

// Cells is the number of cells that the change touches, 1 or 2.
func (c Change) Cells() int {
	if c.Kind == Move {
		return 2
	}
	return 1
}

// Cell is the number of the change's i-th cell: Key, then To.
func (c Change) Cell(i int) int {
	if i == 0 {
		return c.Key
	}
	return c.To
}

// Next computes what an application that has read before would write. It gives false if the change is refused.
func (c Change) Next(before Pair) (after Pair, ok bool) {
	switch c.Kind {
	case Add:
		after = Pair{before[0] + c.Delta}
		return after, !c.Floor || c.Delta >= 0 || after[0] >= 0
	case Move:
		after = Pair{before[0] - c.Delta, before[1] + c.Delta}
		return after, !c.Floor || after[0] >= 0
	case Set:
		return Pair{c.New}, true
	default:
		return Pair{c.New}, before[0] == c.Old
	}
}

// Effect is the answer to a change that was carried out or refused.
type Effect struct {
	Applied       bool // false: refused, by the floor or since the cell did not hold Old; nothing was changed
	Seen          bool // Before, and After if applied, are what the change itself found and left
	Before, After Pair
}

// Saw is the effect of a change that read before and then wrote, or refused, according to [Change.Next].
func (c Change) Saw(before Pair) Effect {
	after, ok := c.Next(before)
	if !ok {
		after = before
	}
	return Effect{Applied: ok, Seen: true, Before: before, After: after}
}

// Store is one engine with one strategy.
type Store interface {
	// Setup makes uniquely named cells 0 to len(initial)-1 with the values given.
	Setup(ctx context.Context, initial []int64) error
	// Open connects a client.
	Open(ctx context.Context, client int) (Session, error)
	// Close drops the cells.
	Close(ctx context.Context) error
	// Version names the engine and its version, after Setup.
	Version() string
}

// Session is one client's connection. Errors follow harness.Client: nil means that it took effect, an error that is
// harness.ErrNotApplied that it surely did not, any other that nobody knows.
type Session interface {
	Read(ctx context.Context, cell int) (int64, error)
	// ReadAll reads all cells as of one moment, unless that is what is broken in the strategy.
	ReadAll(ctx context.Context) ([]int64, error)
	Apply(ctx context.Context, c Change) (Effect, error)
	Close() error
}
