package workloads

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Stage is checks of which none makes another superfluous. They run side by side.
type Stage[I, O any] []checkers.Named[I, O]

// Check runs the stages in the order given, from the cheapest to the dearest, each by [checkers.All], and stops after
// the first that proves the history wrong: a search for what else is wrong with it could take for ever and would tell
// nobody more. The verdict keeps the order in which the checks are given, whichever was ready first.
func Check[I, O any](ctx context.Context, h *history.History[I, O], stages ...Stage[I, O]) checkers.Verdict {
	var v checkers.Verdict
	for _, stage := range stages {
		v = checkers.Join(v, checkers.All(ctx, h, stage...))
		if v.Status == checkers.Invalid {
			return v
		}
	}
	return v
}

// FinalReads is undecided where an object could not be read after the clients had stopped: an update that was lost last
// leaves no other trace. Of objects that nobody tried to read it says nothing: whoever has a history that was cut off
// knows it by its Missing, and takes no Valid for a verdict on the run. Key tells reads of one object from other inputs.
func FinalReads[I, O any](key func(I) (key uint64, read bool), object func(uint64) string) checkers.Named[I, O] {
	check := func(_ context.Context, h *history.History[I, O]) checkers.Verdict {
		switch failed := unread(h, key); len(failed) {
		case 0:
			return checkers.Verdict{}
		case 1:
			return unseen(object(failed[0]))
		default:
			return unseen(fmt.Sprintf("%d objects, %s among them,", len(failed), object(failed[0])))
		}
	}
	return checkers.Named[I, O]{Name: "final reads", Check: check}
}

func unseen(what string) checkers.Verdict {
	return checkers.Undecide("%s could not be read at the end, so that updates that were lost last may have gone unseen",
		what)
}

// unread gives the objects of which all final reads failed, in the order in which they were tried.
func unread[I, O any](h *history.History[I, O], key func(I) (uint64, bool)) []uint64 {
	done := map[uint64]bool{}
	var tried, failed []uint64
	for i := range h.Ops {
		op := &h.Ops[i]
		k, read := key(op.Input)
		if op.Phase != history.Final || !read {
			continue
		}
		if _, again := done[k]; !again {
			tried = append(tried, k)
		}
		done[k] = done[k] || op.Outcome == history.OK
	}
	for _, k := range tried {
		if !done[k] {
			failed = append(failed, k)
		}
	}
	return failed
}
