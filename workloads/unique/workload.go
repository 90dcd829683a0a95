package unique

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Name is the workload's name in histories and commands.
const Name = "unique"

// DefaultKeys is how many keys there are if nothing else is said.
const DefaultKeys = 100

// visit is how many operations a client makes on a key before it goes on to the next.
const visit = 2

// Config says what the workload is made of. The zero value is a hundred keys.
type Config struct {
	// Keys is how many keys there are, 1 to [workloads.MaxKeys]; 100 if 0. A client makes two operations on each, so that
	// a longer run comes back to keys whose result is there.
	Keys int
}

// Workload is a workload of unique results. It is safe for concurrent use.
type Workload struct {
	keys int
	// What there is no function for, in what a user has.
	noGet, noCount bool
}

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys == 0 {
		cfg.Keys = DefaultKeys
	}
	if err := (workloads.Keys{N: cfg.Keys}).Validate(); err != nil {
		return nil, fmt.Errorf("unique: %w", err)
	}
	return &Workload{keys: cfg.Keys}, nil
}

// Keys is how many keys there are.
func (w *Workload) Keys() int { return w.keys }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.keys} }

// Generator makes one client's operations. All clients go through the keys in the same order, and begin each by a create:
// only on a fresh key can two of them create, and they meet there since whoever is ahead does the work of creating, while
// those behind find it done and catch up.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	next := 0
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		n := next % (visit * w.keys)
		next = n + 1
		in := Input{Key: int32(n / visit)}
		if n%visit > 0 {
			in.Kind = w.later(r)
		}
		return in
	}
}

// later draws what a client asks of a key for which it has asked already.
func (w *Workload) later(r *rand.Rand) Kind {
	switch n := r.IntN(10); {
	case n >= 9 && !w.noCount:
		return Count
	case n >= 5 && !w.noGet:
		return Get
	default:
		return Create
	}
}

// Final gets and counts what every key has.
func (w *Workload) Final() []Input {
	reads := make([]Input, 0, 2*w.keys)
	for key := range int32(w.keys) {
		if !w.noGet {
			reads = append(reads, Input{Kind: Get, Key: key})
		}
		if !w.noCount {
			reads = append(reads, Input{Kind: Count, Key: key})
		}
	}
	return reads
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind != Create, Key: uint64(in.Key)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(key) }

// Check looks for keys with two results, for creates without any and for results of two keys, and if there are none decides
// linearizability. A history that asks what there is not is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{{Name: "results", Check: checkResults}},
		workloads.Stage[Input, Output]{{Name: "linear", Check: checkLinear}},
	)
}

// Stream decides linearizability in batches, and looks for results of two keys, for which it remembers each result once.
func (w *Workload) Stream() checkers.Stream[Input, Output] {
	return &stream{Stream: linear.NewStream(Model()), order: history.NewSequence[Input, Output](), given: owners{}}
}

// malformed says what no model of these keys can judge.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		switch in := h.Ops[i].Input; {
		case in.Kind > Count:
			return checkers.Undecide("malformed: operation #%d: %v is no operation on a key", i, in.Kind)
		case in.Key < 0 || int(in.Key) >= w.keys:
			return checkers.Undecide("malformed: operation #%d: %s: there are keys 0 to %d", i, asked(in), w.keys-1)
		}
	}
	return checkers.Verdict{}
}
