package register

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
const Name = "register"

// numbering keeps the values that a client writes apart from all others', and from the 0 of the beginning: client 3's
// 17th is 4,000,000,017. No history of so many operations fits into memory.
const numbering = 1_000_000_000

// Config says what a register workload is made of. A share of 0 is one that is asked for, so that it takes a negative one
// to get the default: Config{Reads: -1, Writes: -1} is one register with reads, writes and compare-and-sets in the shares
// 4 : 1 : 5, and the zero value one with nothing but compare-and-sets.
type Config struct {
	Keys workloads.Keys // which registers; one if Keys.N is 0
	// Reads and Writes are shares of the operations, each 0 to 1 and together at most 1; the rest are compare-and-sets.
	// If negative: 0.4 and 0.1.
	Reads, Writes float64
}

// Workload is a register workload. It is safe for concurrent use.
type Workload struct{ cfg Config }

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) {
	if cfg.Keys.N == 0 {
		cfg.Keys.N = 1
	}
	if cfg.Reads < 0 {
		cfg.Reads = 0.4
	}
	if cfg.Writes < 0 {
		cfg.Writes = 0.1
	}
	switch together := cfg.Reads + cfg.Writes; {
	case !workloads.IsShare(cfg.Reads):
		return nil, fmt.Errorf("register: reads must be a share between 0 and 1, not %g", cfg.Reads)
	case !workloads.IsShare(cfg.Writes):
		return nil, fmt.Errorf("register: writes must be a share between 0 and 1, not %g", cfg.Writes)
	case !workloads.IsShare(together):
		return nil, fmt.Errorf("register: reads and writes together must be at most 1, not %g", together)
	}
	if err := cfg.Keys.Validate(); err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return &Workload{cfg}, nil
}

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) { return Name, map[string]any{"keys": w.cfg.Keys.N} }

// Generator makes one client's operations. A compare-and-set expects the value that its client saw last, as an
// application would; so the choice of operations, keys and new values is the seed's, what is expected the run's.
func (w *Workload) Generator(client int) harness.Generator[Input, Output] {
	pick := w.cfg.Keys.Picker()
	seen := map[int32]int64{}
	next := int64(client+1) * numbering
	return func(r *rand.Rand, prev *history.Op[Input, Output]) Input {
		remember(seen, prev)
		in := Input{Key: int32(pick(r))}
		switch p := r.Float64(); {
		case p < w.cfg.Reads:
			return in
		case p < w.cfg.Reads+w.cfg.Writes:
			in.Kind = Write
		default:
			in.Kind, in.Old = CompareAndSet, seen[in.Key]
		}
		next++
		in.New = next
		return in
	}
}

// remember keeps what the client knows of a register after an operation.
func remember(seen map[int32]int64, op *history.Op[Input, Output]) {
	switch {
	case op == nil:
	case op.Input.Kind == Write || op.Output.Swapped:
		seen[op.Input.Key] = op.Input.New
	case op.Input.Kind == Read || op.Output.Seen:
		seen[op.Input.Key] = op.Output.Value
	}
}

// Final reads every register.
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
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s on register %d, %v", asked(op.Input), op.Input.Key, op.Outcome)
	}
	return describe(op.Input, op.Output)
}

func describe(in Input, out Output) string {
	text := fmt.Sprintf("%s on register %d", asked(in), in.Key)
	switch {
	case in.Kind == Write:
		return text
	case in.Kind == Read:
		return fmt.Sprintf("%s → %d", text, out.Value)
	case out.Swapped:
		return text + " → done"
	case out.Seen:
		return fmt.Sprintf("%s → refused, it was %d", text, out.Value)
	}
	return text + " → refused"
}

func asked(in Input) string {
	switch in.Kind {
	case Read:
		return "read"
	case Write:
		return fmt.Sprintf("write %d", in.New)
	default:
		return fmt.Sprintf("replace %d by %d", in.Old, in.New)
	}
}

// Check looks for updates that replaced one and the same value, and if there are none decides linearizability.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{{Name: "updates", Check: checkUpdates}},
		workloads.Stage[Input, Output]{{Name: "linear", Check: checkLinear}},
	)
}
