package quota

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
const Name = "quota"

// What there is if nothing else is said.
const (
	DefaultKeys  = 100
	DefaultLimit = 5
)

// MaxLimit is the highest limit, and the most that is taken at once; so sums of them are far from any that overflows.
const MaxLimit = 1_000_000_000

// visit is how many operations a client makes on a quota before it goes on to the next: enough that two clients come to
// the end of one with the default limit.
const visit = 3

// maxAmount is the most that is taken at once. Amounts differ, since room for one need not be room for three.
const maxAmount = 3

// Config says what the workload is made of. The zero value is a hundred quotas of five.
type Config struct {
	// Keys is how many quotas there are, 1 to [workloads.MaxKeys]; 100 if 0. A client makes three operations on each, so
	// that a longer run comes back to quotas that are used up.
	Keys int
	// Limit is what each quota has to give, 1 to [MaxLimit]; 5 if 0. A quota shows most as it runs out, and how the room
	// is given out is told in few operations if there is little.
	Limit int64
}

// Workload is a workload of quotas. It is safe for concurrent use.
type Workload struct {
	keys  int
	limit int64
}

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys == 0 {
		cfg.Keys = DefaultKeys
	}
	if cfg.Limit == 0 {
		cfg.Limit = DefaultLimit
	}
	if err := (workloads.Keys{N: cfg.Keys}).Validate(); err != nil {
		return nil, fmt.Errorf("quota: %w", err)
	}
	if cfg.Limit < 1 || cfg.Limit > MaxLimit {
		return nil, fmt.Errorf("quota: limit must be 1 to %d, not %d", MaxLimit, cfg.Limit)
	}
	return &Workload{keys: cfg.Keys, limit: cfg.Limit}, nil
}

// Keys is how many quotas there are.
func (w *Workload) Keys() int { return w.keys }

// Limit is what each quota has to give.
func (w *Workload) Limit() int64 { return w.limit }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) {
	return Name, map[string]any{"keys": w.keys, "limit": w.limit}
}

// Generator makes one client's operations. All clients go through the quotas in the same order, and take from each at
// least twice: only as a quota runs out can two of them be given the same rest.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	next := 0
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		n := next % (visit * w.keys)
		next = n + 1
		in := Input{Quota: int32(n / visit)}
		if n%visit == visit-1 && r.IntN(2) == 0 {
			in.Kind = Used
			return in
		}
		in.Amount = min(1+r.Int64N(maxAmount), w.limit)
		return in
	}
}

// Final asks how much of every quota is given out.
func (w *Workload) Final() []Input {
	reads := make([]Input, w.keys)
	for key := range reads {
		reads[key] = Input{Kind: Used, Quota: int32(key)}
	}
	return reads
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind == Used, Key: uint64(in.Quota)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(key) }

// Check looks for quotas that gave too much, refused too early or forgot, and if there are none decides linearizability.
// A history that asks what there is not is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{{Name: "accounts", Check: w.checkAccounts}},
		workloads.Stage[Input, Output]{{Name: "linear", Check: w.checkLinear}},
	)
}

// Stream decides linearizability in batches.
func (w *Workload) Stream() checkers.Stream[Input, Output] { return linear.NewStream(Model(w.limit)) }

// malformed says what no model of these quotas can judge.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		switch in := h.Ops[i].Input; {
		case in.Kind > Used:
			return checkers.Undecide("malformed: operation #%d: %v is no operation on a quota", i, in.Kind)
		case in.Quota < 0 || int(in.Quota) >= w.keys:
			return checkers.Undecide("malformed: operation #%d: %s: there are quotas 0 to %d", i, asked(in), w.keys-1)
		case in.Kind == Take && (in.Amount < 1 || in.Amount > MaxLimit):
			return checkers.Undecide("malformed: operation #%d: %s: the amount must be 1 to %d", i, asked(in), MaxLimit)
		}
	}
	return checkers.Verdict{}
}
