package counter

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Name is the workload's name in histories and commands.
const Name = "counter"

// Config says what a counter workload is made of. A share of 0 is one that is asked for, so that it takes a negative one
// to get the default: Config{Reads: -1} is what [Single] is, and the zero value one counter that is incremented, and not
// read before the end.
type Config struct {
	Keys workloads.Keys // which counters; one if Keys.N is 0
	// Deltas are what adds choose from, all as likely; {1} if empty.
	Deltas []int64
	// Reads is the share of reads among the operations, 0 to 1; 0.1 if negative.
	Reads float64
}

// Workload is a counter workload. It is safe for concurrent use.
type Workload struct{ cfg Config }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys.N == 0 {
		cfg.Keys.N = 1
	}
	if len(cfg.Deltas) == 0 {
		cfg.Deltas = []int64{1}
	}
	if cfg.Reads < 0 {
		cfg.Reads = 0.1
	}
	if !workloads.IsShare(cfg.Reads) {
		return nil, fmt.Errorf("counter: reads must be a share between 0 and 1, not %g", cfg.Reads)
	}
	if err := cfg.Keys.Validate(); err != nil {
		return nil, fmt.Errorf("counter: %w", err)
	}
	return &Workload{cfg}, nil
}

// Single is one counter that is incremented; one operation in ten reads it.
func Single() *Workload {
	return &Workload{Config{Keys: workloads.Keys{N: 1}, Deltas: []int64{1}, Reads: 0.1}}
}

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.cfg.Keys.N} }

// Generator makes one client's operations.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	pick := w.cfg.Keys.Picker()
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		key := int32(pick(r))
		if r.Float64() < w.cfg.Reads {
			return Input{Kind: Read, Key: key}
		}
		return Input{Kind: Add, Key: key, Delta: w.cfg.Deltas[r.IntN(len(w.cfg.Deltas))]}
	}
}

// Final reads every counter.
func (w *Workload) Final() []Input {
	reads := make([]Input, w.cfg.Keys.N)
	for i := range reads {
		reads[i] = Input{Kind: Read, Key: int32(i)}
	}
	return reads
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{Kind: in.Kind.String(), ReadOnly: in.Kind == Read, Key: uint64(in.Key)}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(key) }

// Describe tells an operation in words.
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	text := asked(op.Input)
	switch {
	case op.Outcome != history.OK:
		return fmt.Sprintf("%s, %v", text, op.Outcome)
	case op.Input.Kind == Read || op.Output.Seen:
		return fmt.Sprintf("%s → %d", text, op.Output.Value)
	}
	return text
}

func asked(in Input) string {
	if in.Kind == Read {
		return fmt.Sprintf("read counter %d", in.Key)
	}
	return fmt.Sprintf("add %d to counter %d", in.Delta, in.Key)
}

// Check holds acknowledged adds against the final values, and if nothing was lost decides linearizability.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{{Name: "updates", Check: w.checkUpdates}},
		workloads.Stage[Input, Output]{{Name: "linear", Check: w.checkLinear}},
	)
}

func object(key uint64) string { return fmt.Sprintf("counter %d", key) }

func (w *Workload) checkUpdates(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	s := &invariant.Sheet{Additive: true, Words: invariant.Words{
		Object: object,
		Op: func(i int) string {
			if in := h.Ops[i].Input; in.Kind == Add {
				return fmt.Sprintf("add %d", in.Delta)
			}
			return "read"
		},
	}}
	for i := range h.Ops {
		op := &h.Ops[i]
		switch {
		case op.Outcome == history.Failed || op.Input.Kind == Read && op.Outcome != history.OK:
		case op.Input.Kind == Read:
			s.Reads = append(s.Reads, invariant.Read{
				Op: i, Key: uint64(op.Input.Key), Value: op.Output.Value, Final: op.Phase == history.Final,
			})
		default:
			s.Updates = append(s.Updates, invariant.Update{
				Op: i, Key: uint64(op.Input.Key), Delta: op.Input.Delta, Before: op.Output.Before, After: op.Output.Value,
				Seen: op.Output.Seen, Certain: op.Outcome == history.OK,
			})
		}
	}
	return invariant.Updates(ctx, h, s)
}

func (w *Workload) checkLinear(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return linear.Check(ctx, Model(), h)
}

// Stream decides linearizability in batches, which finds every lost update that somebody read after.
func (w *Workload) Stream() checkers.Stream[Input, Output] { return linear.NewStream(Model()) }

// Model is the counter's sequential specification.
func Model() linear.Model[int64, Input, Output] {
	return linear.Model[int64, Input, Output]{
		Step: func(value int64, in Input, out Output) (int64, bool) {
			switch {
			case in.Kind == Read:
				return value, out.Value == value
			case out.Seen:
				return value + in.Delta, out.Before == value && out.Value == value+in.Delta
			}
			return value + in.Delta, true
		},
		Effect: func(value int64, in Input) (int64, bool) {
			if in.Kind == Read {
				return value, true
			}
			return value + in.Delta, true
		},
		Key:      func(in Input) (uint64, bool) { return uint64(in.Key), false },
		Pure:     func(in Input, _ Output) bool { return in.Kind == Read },
		Type:     &linear.Type[Input, Output]{Act: act},
		Describe: describe,
		Object:   object,
	}
}

// act says what an operation is to the monitors.
func act(in Input, out Output, known bool) monitor.Act {
	switch {
	case in.Kind == Read:
		return monitor.Act{Kind: monitor.Read, Value: out.Value}
	case !known || !out.Seen:
		return monitor.Act{Kind: monitor.Add, Value: in.Delta}
	case out.Value != out.Before+in.Delta:
		return monitor.Act{Kind: monitor.Impossible}
	}
	return monitor.Act{Kind: monitor.FetchAdd, Value: in.Delta, Other: out.Before}
}

func describe(in Input, out Output) string {
	return (&Workload{}).Describe(&history.Op[Input, Output]{Input: in, Output: out})
}
