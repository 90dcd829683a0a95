// Package foreign checks histories that another program recorded. It has one file a data type, each with the sequential
// model of what package history/jepsen reads.
//
// Nothing is asked of them beyond their verdict: whether the run that made them contended enough, or read everything at
// its end, is not known here.
package foreign

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads"
)

type (
	input  = jepsen.Input
	output = jepsen.Output
	record = history.History[input, output]
)

// Workload is the data type of one history. It makes no operations.
type Workload struct {
	h     *jepsen.History
	words words
	check []checkers.Named[input, output] // in order of cost; the first that proves a violation is the last
}

var _ harness.Workload[input, output] = (*Workload)(nil)

// New gives the workload of a history.
func New(h *jepsen.History) *Workload {
	w := &Workload{h: h, words: words{h.Values, h.Keys != jepsen.One}}
	w.check = w.words.checks(h)
	return w
}

// checks is where each data type names how it is decided, and the place for what decides it faster than the search.
func (w words) checks(h *jepsen.History) []checkers.Named[input, output] {
	switch h.Type {
	case jepsen.Counter:
		return []checkers.Named[input, output]{{Name: "updates", Check: w.updates}, by(w, w.counter())}
	case jepsen.Set:
		return []checkers.Named[input, output]{by(w, w.set(h))}
	case jepsen.Queue:
		return []checkers.Named[input, output]{by(w, w.queue())}
	case jepsen.Mutex:
		return []checkers.Named[input, output]{{Name: "holders", Check: w.holders}, by(w, w.mutex())}
	case jepsen.KV:
		return []checkers.Named[input, output]{by(w, w.kv())}
	default:
		return []checkers.Named[input, output]{by(w, w.register())}
	}
}

// by completes a model by what all have in common, and makes a checker of it.
func by[S comparable](w words, m linear.Model[S, input, output]) checkers.Named[input, output] {
	m = common(w, m)
	return checkers.Named[input, output]{Name: "linear", Check: func(ctx context.Context, h *record) checkers.Verdict {
		return linear.Check(ctx, m, h)
	}}
}

func common[S comparable](w words, m linear.Model[S, input, output]) linear.Model[S, input, output] {
	m.Describe, m.Object = w.describe, w.object
	if w.keyed {
		m.Key = func(in input) (uint64, bool) { return uint64(in.Key), false }
	}
	return m
}

// Info gives the data type's name.
func (w *Workload) Info() (string, map[string]any) { return w.h.Type.String(), nil }

// Generator gives none: histories of others are only read.
func (w *Workload) Generator(int) harness.Generator[input, output] { return nil }

// Final gives no reads.
func (w *Workload) Final() []jepsen.Input { return nil }

// Class tells of an input what figures need.
func (w *Workload) Class(in input) harness.Class { return class(in) }

// Object names an object of the history.
func (w *Workload) Object(key uint64) string { return w.words.object(key) }

func class(in input) harness.Class {
	only := in.F == jepsen.Read || in.F == jepsen.Get
	return harness.Class{Kind: in.F.String(), ReadOnly: only, Key: uint64(in.Key)}
}

// Describe tells an operation in words.
func (w *Workload) Describe(op *history.Op[input, output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", w.words.asked(op.Input), op.Outcome)
	}
	return w.words.describe(op.Input, op.Output)
}

// Check decides whether the history is linearizable. One of which nothing is known to have been done proves nothing.
func (w *Workload) Check(ctx context.Context, h *record) checkers.Verdict {
	if h.Count(history.OK) == 0 {
		return nothing()
	}
	stages := make([]workloads.Stage[input, output], len(w.check))
	for i, check := range w.check {
		stages[i] = workloads.Stage[input, output]{check}
	}
	return workloads.Check(ctx, h, stages...)
}

func nothing() checkers.Verdict {
	return checkers.Undecide("no operation is known to have taken effect, so that there was nothing to check")
}
