package doctors

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
const Name = "doctors"

// What there is if nothing else is said.
const (
	DefaultKeys    = 100
	DefaultDoctors = 2
)

// visit is how many operations a client makes on a shift before it goes on to the next.
const visit = 2

// Config says what the workload is made of. The zero value is a hundred shifts of two doctors.
type Config struct {
	// Keys is how many shifts there are, 1 to [workloads.MaxKeys]; 100 if 0. A client makes two operations on each, so that
	// a longer run comes back to shifts as it left them.
	Keys int
	// Doctors is how many doctors a shift has, 2 to [MaxDoctors]; 2 if 0. All are on call at the start.
	Doctors int
}

// Workload is a workload of doctors on call. It is safe for concurrent use.
type Workload struct{ keys, doctors int }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys == 0 {
		cfg.Keys = DefaultKeys
	}
	if cfg.Doctors == 0 {
		cfg.Doctors = DefaultDoctors
	}
	if err := (workloads.Keys{N: cfg.Keys}).Validate(); err != nil {
		return nil, fmt.Errorf("doctors: %w", err)
	}
	if cfg.Doctors < 2 || cfg.Doctors > MaxDoctors {
		return nil, fmt.Errorf("doctors: doctors must be 2 to %d, not %d", MaxDoctors, cfg.Doctors)
	}
	return &Workload{keys: cfg.Keys, doctors: cfg.Doctors}, nil
}

// Keys is how many shifts there are.
func (w *Workload) Keys() int { return w.keys }

// Doctors is how many doctors a shift has.
func (w *Workload) Doctors() int { return w.doctors }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) {
	return Name, map[string]any{"keys": w.keys, "doctors": w.doctors}
}

// Generator makes one client's operations, all of one doctor. All clients go through the shifts in the same order, and
// begin each by leaving it: where all are still on call, all can find another who is.
func (w *Workload) Generator(client int) harness.Generator[Input, Output] {
	next, doctor := 0, int32(client%w.doctors)
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		n := next % (visit * w.keys)
		next = n + 1
		in := Input{Shift: int32(n / visit), Doctor: doctor}
		if n%visit > 0 {
			in.Kind = later(r)
		}
		if in.Kind == Status {
			in.Doctor = 0
		}
		return in
	}
}

// later draws what a client asks of a shift that it has asked to leave. Returns are few, since they cover up that nobody
// was on call.
func later(r *rand.Rand) Kind {
	switch n := r.IntN(10); {
	case n < 3:
		return Leave
	case n < 4:
		return Return
	default:
		return Status
	}
}

// Final asks who is on call in every shift.
func (w *Workload) Final() []Input {
	reads := make([]Input, w.keys)
	for key := range reads {
		reads[key] = Input{Kind: Status, Shift: int32(key)}
	}
	return reads
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind == Status, Key: uint64(in.Shift)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(key) }

// Check looks for shifts that all doctors left, and if there are none decides linearizability. A history that asks what
// there is not is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{{Name: "shifts", Check: w.checkShifts}},
		workloads.Stage[Input, Output]{{Name: "linear", Check: w.checkLinear}},
	)
}

// Stream decides linearizability in batches.
func (w *Workload) Stream() checkers.Stream[Input, Output] { return linear.NewStream(Model(w.doctors)) }

// malformed says what no model of these shifts can judge.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		switch in := h.Ops[i].Input; {
		case in.Kind > Status:
			return checkers.Undecide("malformed: operation #%d: %v is no operation on a shift", i, in.Kind)
		case in.Shift < 0 || int(in.Shift) >= w.keys:
			return checkers.Undecide("malformed: operation #%d: %s: there are shifts 0 to %d", i, asked(in), w.keys-1)
		case in.Doctor < 0 || int(in.Doctor) >= w.doctors:
			return checkers.Undecide("malformed: operation #%d: %s: there are doctors 0 to %d", i, asked(in), w.doctors-1)
		}
	}
	return checkers.Verdict{}
}
