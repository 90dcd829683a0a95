package filecells

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/workloads/counter"
)

// stopped is a scheduler under which no client may take the step with the name, as if its time were up by then.
type stopped struct{ at string }

func (s stopped) Stepper(int, uint64) harness.Stepper { return s }
func (stopped) Start(context.Context)                 {}
func (stopped) After(string)                          {}
func (stopped) Finish()                               {}
func (stopped) Leave()                                {}

func (s stopped) Before(_ context.Context, step string) error {
	if step == s.at {
		return errGaveUp
	}
	return nil
}

// TestOutcomes stops one increment before each of its steps, and holds what the client may say then, and what is left.
func TestOutcomes(t *testing.T) {
	const ok, failed, unknown = "ok", "failed", "unknown"
	for _, c := range []struct {
		strategy, stop string
		outcome        string
		left           int64
	}{
		{"read-modify-write", "truncate file", failed, 0},
		{"read-modify-write", "write file", unknown, 0}, // and all else that was in the file is gone
		{"write-and-rename", "write file", failed, 0},
		{"write-and-rename", "rename", failed, 0},
		{"check-then-rename", "read file again", failed, 0},
		{"flock", "lock", failed, 0},
		{"flock", "rename", failed, 0},
		{"flock", "unlock", ok, 1},
		{"lock-file", "lock", failed, 0},
		{"lock-file", "rename", failed, 0},
		{"lock-file", "unlock", ok, 1},
		{"optimistic", "write file", failed, 0},
		{"optimistic", "link", failed, 0},
		{"append-log", "append", failed, 0},
	} {
		t.Run(c.strategy+"/"+c.stop, func(t *testing.T) {
			s := cellstest.Find(t, Strategies(), c.strategy).New("", 1)
			w, err := counter.New(counter.Config{})
			require.NoError(t, err)
			r, err := harness.Run(t.Context(), cells.Counter(s, 1), w, harness.Clients(1), harness.Ops(1),
				harness.WithScheduler(stopped{c.stop}), harness.AllowVacuous())
			require.NoError(t, err)
			require.Equal(t, c.outcome, r.History.Ops[0].Outcome.String())
			final := r.History.Ops[len(r.History.Ops)-1]
			require.Equal(t, counter.Read, final.Input.Kind)
			require.Equal(t, c.left, final.Output.Value)
		})
	}
}

// TestNobodyKnowsWhatBecameOfALineThatWasNotReadBack: the line is there, and its client does not know what it came to.
func TestNobodyKnowsWhatBecameOfALineThatWasNotReadBack(t *testing.T) {
	s := cellstest.Find(t, Strategies(), "append-log").New("", 1)
	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	r, err := harness.Run(t.Context(), cells.Counter(s, 1), w, harness.Clients(1), harness.Ops(1),
		harness.WithScheduler(stopped{"read file"}), harness.AllowVacuous())
	require.NoError(t, err)
	require.Equal(t, "unknown", r.History.Ops[0].Outcome.String())
}
