package unique

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

// State is what a key holds. A create of unknown outcome leaves a result whose ID nobody knows: it may be any, and is the
// one that the first answer tells. To put the choice off until then leaves out nothing and adds nothing, as an ID is only
// ever compared with the others of its key.
type State struct {
	Present bool
	Known   bool // ID is the one that the key holds
	ID      int64
}

func checkLinear(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return linear.Check(ctx, Model(), h)
}

// Model is the sequential specification of a key.
func Model() linear.Model[State, Input, Output] {
	return linear.Model[State, Input, Output]{
		Step: step,
		Effect: func(s State, in Input) (State, bool) {
			if in.Kind == Create && !s.Present {
				return State{Present: true}, true
			}
			return s, true
		},
		Key:      func(in Input) (uint64, bool) { return uint64(in.Key), false },
		Pure:     func(in Input, out Output) bool { return in.Kind == Count || in.Kind == Get && !out.Found },
		Describe: describe,
		Object:   object,
		State:    State.String,
	}
}

func step(s State, in Input, out Output) (State, bool) {
	switch {
	case in.Kind == Count:
		return s, s.Present && out.Count == 1 || !s.Present && out.Count == 0
	case !out.Found: // a create always gives a result
		return s, in.Kind == Get && !s.Present
	case in.Kind == Create && out.Created:
		return State{Present: true, Known: true, ID: out.ID}, !s.Present
	case in.Kind == Create && out.Untold && !s.Present:
		return State{Present: true, Known: true, ID: out.ID}, true
	}
	return State{Present: true, Known: true, ID: out.ID}, s.Present && (!s.Known || s.ID == out.ID)
}
