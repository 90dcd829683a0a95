package jobs

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
const Name = "jobs"

// DefaultJobs is how many jobs there are if nothing else is said.
const DefaultJobs = 100

// crashes is one in how many workers that have a job crash before they finish it.
const crashes = 8

// Config says what the workload is made of. The zero value is a hundred jobs.
type Config struct {
	// Jobs is how many jobs there are at the start, 1 to [workloads.MaxKeys]; 100 if 0. No others come. A client needs
	// three operations for one.
	Jobs int
}

// Workload is a workload of jobs. It is safe for concurrent use.
type Workload struct{ jobs int }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Jobs == 0 {
		cfg.Jobs = DefaultJobs
	}
	if err := (workloads.Keys{N: cfg.Jobs}).Validate(); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Workload{cfg.Jobs}, nil
}

// Jobs is how many jobs there are at the start. They are numbered from 0.
func (w *Workload) Jobs() int { return w.jobs }

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.jobs} }

// Generator makes one client's operations: it claims, and as long as it has a job it processes that, and then finishes it or
// now and then crashes. Whatever does not succeed has it claim anew.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	return func(r *rand.Rand, prev *history.Op[Input, Output]) Input {
		switch {
		case prev == nil:
			return Input{}
		case prev.Input.Kind == Claim && prev.Output.Found:
			return Input{Kind: Process, Job: prev.Output.Job}
		case prev.Input.Kind != Process:
			return Input{}
		case r.IntN(crashes) == 0:
			return Input{Kind: Crash, Job: prev.Input.Job}
		}
		return Input{Kind: Finish, Job: prev.Input.Job}
	}
}

// Final works until no job can be left, and then asks for the effects of each.
func (w *Workload) Final() []Input {
	all := make([]Input, 0, 2*w.jobs+1)
	for range w.jobs + 1 {
		all = append(all, Input{Kind: Work})
	}
	for job := range int32(w.jobs) {
		all = append(all, Input{Kind: Effects, Job: job})
	}
	return all
}

// Class tells the harness of an input. What is done with a job concerns the whole queue, from which others take theirs.
func (w *Workload) Class(in Input) harness.Class {
	c := harness.Class{Kind: in.Kind.String(), Whole: in.Kind != Effects}
	if c.ReadOnly = in.Kind == Process || in.Kind == Effects; in.Kind == Effects {
		c.Key = uint64(in.Job)
	}
	return c
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(int32(key)) }

// Check looks for jobs that were lost, done twice, or held by two at once. A history of jobs that there are not is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	return workloads.Check(ctx, h, workloads.Stage[Input, Output]{{Name: "jobs", Check: checkJobs}})
}

// malformed says what is no history of these jobs.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		in, out := h.Ops[i].Input, h.Ops[i].Output
		given := h.Ops[i].Outcome == history.OK && out.Found && !in.Kind.ofJob()
		switch {
		case in.Kind > Effects:
			return checkers.Undecide("malformed: operation #%d: %v is no operation on jobs", i, in.Kind)
		case in.Kind.ofJob() && w.unknown(in.Job), given && w.unknown(out.Job), h.Ops[i].Outcome == history.OK && out.Count < 0:
			return checkers.Undecide("malformed: operation #%d: %s: there are jobs 0 to %d", i, w.Describe(&h.Ops[i]), w.jobs-1)
		}
	}
	return checkers.Verdict{}
}

// unknown reports whether there is no such job.
func (w *Workload) unknown(job int32) bool { return job < 0 || int(job) >= w.jobs }
