package harness_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

type op = history.Op[int, float64]

// seven is a workload in which nobody may be answered 7 by a client's operation, and no 8 by a final read.
func seven() *numbers {
	return &numbers{final: []int{8}, check: func(_ context.Context, h *history.History[int, float64]) checkers.Verdict {
		for i := range h.Ops {
			if o := &h.Ops[i]; o.Outcome == history.OK && (o.Output == 7 || o.Output == 8) {
				return checkers.Reject(checkers.Anomaly{Name: "seven", Ops: []int{i}})
			}
		}
		return checkers.Verdict{}
	}}
}

func TestDetected(t *testing.T) {
	slow := op{Call: 0, Return: 100, Output: 7} // called first, and answered third
	early := op{Client: 1, Call: 1, Return: 2}
	late := op{Client: 1, Call: 3, Return: 4}
	after := op{Client: 1, Call: 101, Return: 102}
	open := op{Client: 2, Call: 0, Return: history.Never, Outcome: history.Unknown, Output: 7}
	final := op{Client: 3, Call: 200, Return: 201, Phase: history.Final, Output: 8}
	for _, c := range []struct {
		what string
		ops  []op
		want int
	}{
		{"nothing is wrong", []op{early, late, open}, 0},
		{"counted as they were answered, not as they were asked", []op{slow, open, early, late, after}, 3},
		{"at once", []op{{Return: 1, Output: 7}, early, late}, 1},
		{"with all that returned at that moment", []op{
			{Return: 1}, {Client: 1, Return: 1}, {Client: 2, Return: 1, Output: 7}, late,
		}, 3},
		{"only at the end", []op{early, late, after, final}, 3},
		{"clients before the end", []op{slow, early, late, after, final}, 3},
		{"no operations", nil, 0},
	} {
		require.Equal(t, c.want, harness.Detected(t.Context(), seven(), &history.History[int, float64]{Ops: c.ops}), c.what)
	}
}

// TestDetectedGivesUp holds that a check which is cut short counts as no proof.
func TestDetectedGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := seven()
	w.check = func(ctx context.Context, _ *history.History[int, float64]) checkers.Verdict {
		return checkers.Undecide("%v", context.Cause(ctx))
	}
	require.Zero(t, harness.Detected(ctx, w, &history.History[int, float64]{Ops: []op{{Return: 1, Output: 7}}}))
}
