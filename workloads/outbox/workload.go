package outbox

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
const Name = "outbox"

// DefaultKeys is how many keys there are if nothing else is said.
const DefaultKeys = 4

// Config says what the workload is made of. The zero value is four keys, all as likely.
type Config struct {
	// Keys chooses the key of a write; 4 keys if N is 0.
	Keys workloads.Keys
}

// Workload is a workload of writes and their events. It is safe for concurrent use.
type Workload struct{ keys workloads.Keys }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys.N == 0 {
		cfg.Keys.N = DefaultKeys
	}
	if err := cfg.Keys.Validate(); err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return &Workload{cfg.Keys}, nil
}

// Keys is how many keys there are. They are numbered from 0, and have no version at the start.
func (w *Workload) Keys() int { return w.keys.N }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.keys.N} }

// Generator makes one client's operations: of ten, six write, three publish, and one crashes while it writes.
func (w *Workload) Generator(client int) harness.Generator[Input, Output] {
	pick, last := w.keys.Picker(), int64(client)<<32
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		n := r.IntN(10)
		if n < 3 {
			return Input{Kind: Publish}
		}
		last++
		in := Input{Key: int32(pick(r)), ID: last}
		if n == 3 {
			in.Kind = Crash
		}
		return in
	}
}

// Final writes to every key once more, so that its version proves all that were written before, drains, and asks for what was
// published.
func (w *Workload) Final() []Input {
	var writes, reads []Input
	for key := range int32(w.keys.N) {
		writes = append(writes, Input{Key: key, ID: -1 - int64(key)})
		reads = append(reads, Input{Kind: Published, Key: key})
	}
	return append(append(writes, Input{Kind: Drain}), reads...)
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	c := harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind == Published, Whole: !in.Kind.ofKey()}
	if !c.Whole {
		c.Key = uint64(in.Key)
	}
	return c
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(int32(key)) }

// Check looks for events that were lost, published out of order, or never written. A history of keys that there are not is
// undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	return workloads.Check(ctx, h, workloads.Stage[Input, Output]{{Name: "events", Check: checkEvents}})
}

// malformed says what is no history of these keys.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		switch in := h.Ops[i].Input; {
		case in.Kind > Published:
			return checkers.Undecide("malformed: operation #%d: %v is no operation on an outbox", i, in.Kind)
		case in.Kind.ofKey() && (in.Key < 0 || int(in.Key) >= w.keys.N):
			return checkers.Undecide("malformed: operation #%d: %s: there are keys 0 to %d", i, asked(in), w.keys.N-1)
		case h.Ops[i].Outcome == history.OK && unversioned(&h.Ops[i]):
			return checkers.Undecide("malformed: operation #%d: %s: versions begin with 1", i, w.Describe(&h.Ops[i]))
		}
	}
	return checkers.Verdict{}
}

// unversioned reports whether an answer has a version that there can't be.
func unversioned(op *history.Op[Input, Output]) bool {
	return op.Input.Kind == Write && op.Output.Version < 1 ||
		slices.ContainsFunc(op.Output.Events, func(e Event) bool { return e.Version < 1 })
}
