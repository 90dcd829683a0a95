package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Name is the workload's name in histories and commands.
const Name = "session"

// DefaultKeys is how many keys there are if nothing else is said.
const DefaultKeys = 4

// Config says what the workload is made of. The zero value is four keys.
type Config struct {
	// Keys chooses which key a client goes to next; 4 keys if N is 0.
	Keys workloads.Keys
}

// Workload is a workload of sessions. It is safe for concurrent use.
type Workload struct{ keys workloads.Keys }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys.N == 0 {
		cfg.Keys.N = DefaultKeys
	}
	if err := cfg.Keys.Validate(); err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	return &Workload{cfg.Keys}, nil
}

// Keys is how many keys there are.
func (w *Workload) Keys() int { return w.keys.N }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.keys.N} }

// Generator makes one client's operations. What it has just written it reads, as a page does that is shown after a form
// was sent; and it often looks twice.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	pick := w.keys.Picker()
	last := Input{Kind: Read}
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		switch n := r.IntN(3); {
		case last.Kind == Write:
			last.Kind = Read
		case n == 0: // look again
		default:
			last = Input{Kind: Kind(n - 1), Key: int32(pick(r))}
		}
		return last
	}
}

// Final is nothing: what counts is what each client has seen.
func (w *Workload) Final() []Input { return nil }

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind == Read, Key: uint64(in.Key)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(int32(key)) }

// Check looks for clients that did not see their own writes, or saw older states after newer ones, for versions that nobody
// wrote, and for those that two wrote. A history that asks what there is not is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	p, v := w.read(ctx, h)
	if v.Status != checkers.Valid {
		return v
	}
	return checkers.Reject(slices.Concat(p.past(), p.unwritten(), p.overwritten())...)
}
