package cache

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
const Name = "cache"

// DefaultKeys is how many keys there are if nothing else is said.
const DefaultKeys = 100

// visit is how many operations a client makes on a key before it goes on to the next.
const visit = 4

// writers is one in how many clients that writes a key.
const writers = 4

// Config says what the workload is made of. The zero value is a hundred keys.
type Config struct {
	// Keys is how many keys there are, 1 to [workloads.MaxKeys]; 100 if 0. A client makes four operations on each before it
	// goes on to the next, and comes back to the first after the last.
	Keys int
}

// Workload is a workload of a cache. It is safe for concurrent use.
type Workload struct{ keys int }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys == 0 {
		cfg.Keys = DefaultKeys
	}
	if err := (workloads.Keys{N: cfg.Keys}).Validate(); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &Workload{cfg.Keys}, nil
}

// Keys is how many keys there are.
func (w *Workload) Keys() int { return w.keys }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.keys} }

// Generator makes one client's operations. All clients go through the keys in the same order; of each key, every fourth client
// is a writer, in the first half of its visit, and all else are reads. For a cache that was left stale is put right by the
// next write, so that what shows it in the end is that the key is left alone, and best that its last writers were few. On a
// single key only the very last write of the run would count.
func (w *Workload) Generator(client int) harness.Generator[Input, Output] {
	next := 0
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		n := next % (visit * w.keys)
		next = n + 1
		key := n / visit
		in := Input{Kind: Read, Key: int32(key)}
		if writer := (client+key)%writers == 0; writer && n%visit < visit/2 && r.IntN(4) > 0 {
			in.Kind = Write
		}
		return in
	}
}

// Final looks at every key, first in the cache: what is there must be in the source, then or later.
func (w *Workload) Final() []Input {
	looks := make([]Input, 0, 2*w.keys)
	for key := range int32(w.keys) {
		looks = append(looks, Input{Kind: Cached, Key: key}, Input{Kind: Stored, Key: key})
	}
	return looks
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind != Write, Key: uint64(in.Key)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(key) }

// Check looks for versions that are older than they may be, or that there can't be, and if there are none decides whether
// the source is linearizable. A history that asks what there is not is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{{Name: "versions", Check: checkVersions}},
		workloads.Stage[Input, Output]{{Name: "source", Check: checkSource}},
	)
}

// malformed says what no model of these keys can judge.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		switch in := h.Ops[i].Input; {
		case in.Kind > Stored:
			return checkers.Undecide("malformed: operation #%d: %v is no operation of a cache", i, in.Kind)
		case in.Key < 0 || int(in.Key) >= w.keys:
			return checkers.Undecide("malformed: operation #%d: %s: there are keys 0 to %d", i, asked(in), w.keys-1)
		}
	}
	return checkers.Verdict{}
}
