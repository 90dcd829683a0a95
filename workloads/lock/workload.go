package lock

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Name is the workload's name in histories and commands.
const Name = "lock"

// DefaultKeys is how many locks there are if nothing else is said.
const DefaultKeys = 2

// mostUses is how often a client uses the resource under one grant at most. It takes two for another's to come between.
const mostUses = 4

// Config says what the workload is made of. The zero value is two locks.
type Config struct {
	// Keys chooses which lock a client asks for next; 2 locks if N is 0.
	Keys workloads.Keys
}

// Workload is a workload of locks. It is safe for concurrent use.
type Workload struct{ keys workloads.Keys }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys.N == 0 {
		cfg.Keys.N = DefaultKeys
	}
	if err := cfg.Keys.Validate(); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return &Workload{cfg.Keys}, nil
}

// Keys is how many locks there are.
func (w *Workload) Keys() int { return w.keys.N }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.keys.N} }

// Generator makes one client's operations: it acquires a lock, uses the resource a few times, and releases the lock. It
// asks again for a lock that is taken, and stops to use what refuses it.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	v := visit{pick: w.keys.Picker()}
	return v.next
}

// visit is what a client does with one lock.
type visit struct {
	pick func(*rand.Rand) int
	last Input
	uses int // still to be made
	any  bool
}

func (v *visit) next(r *rand.Rand, prev *history.Op[Input, Output]) Input {
	switch {
	case prev == nil:
		v.resume(r)
	case v.last.Kind == Acquire && !prev.Output.Got:
	case v.last.Kind == Release:
		v.begin(r)
	case v.uses > 0 && (v.last.Kind == Acquire || prev.Output.Accepted):
		v.last.Kind = Use
		v.uses--
	default:
		v.last.Kind = Release
	}
	return v.last
}

// resume goes on after an operation that was not OK. Where that was no Acquire, the client may still have the lock, and
// must not ask for another: so it releases.
func (v *visit) resume(r *rand.Rand) {
	if !v.any {
		v.any = true
		v.begin(r)
		return
	}
	if v.last.Kind != Acquire {
		v.last.Kind = Release
	}
}

func (v *visit) begin(r *rand.Rand) {
	v.last = Input{Lock: int32(v.pick(r))}
	v.uses = 1 + r.IntN(mostUses)
}

// Final is nothing: what a lock protects is watched while it is used.
func (w *Workload) Final() []Input { return nil }

// Class tells the harness of an input. Nothing only reads: an access is numbered.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), Key: uint64(in.Lock)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(int32(key)) }

// Check looks for two holders at once, as the resource or the lock's own answers show them, and for tokens that do not
// rise. A history that asks what there is not is undecided, and so is one in which the resource was used under no
// grant, as long as the rest proves nothing.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	locks, v := w.read(ctx, h)
	return checkers.Join(v, checkers.Reject(append(
		plainest(h, locks, checkers.MutualExclusion, exclusion),
		plainest(h, locks, checkers.StaleToken, tokens)...,
	)...))
}
