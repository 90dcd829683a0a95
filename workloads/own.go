package workloads

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// Own is a workload of a data type of the user's own: what it does when one client uses it alone, and how requests are
// drawn. Histories of it must be linearizable.
type Own[S comparable, I, O any] struct {
	// Model says what the data type does. Its Step is required, or Steps; its Effect is needed where the outcome of
	// operations can be unknown, its Key where there are several independent objects, and its Pure and Describe help.
	Model linear.Model[S, I, O]
	// Next draws a request of a client, by chance from r alone. Required.
	Next func(r *rand.Rand, client int) I
	// Last are reads after everybody has stopped. Recommended: an update that is lost last leaves no other trace.
	Last []I
	// Kind names what a request asks, such as "push": figures are kept by kind, and the smallest run that fails has few.
	// Recommended; "operation" if nil.
	Kind func(in I) string
	// ReadOnly says that a request never changes anything. Recommended: two reads at once contend for nothing.
	ReadOnly func(in I) bool
	// Name is the data type's; "own" if empty.
	Name string
}

// TestOwn tests a target with a data type of the user's own; see [harness.Test].
func TestOwn[S comparable, I, O any](tb harness.TB, t harness.Target[I, O], w Own[S, I, O], opts ...harness.Option) {
	tb.Helper()
	if w.Next == nil || w.Model.Step == nil && w.Model.Steps == nil {
		tb.Fatalf("workloads.Own must have Next, and Model.Step or Steps")
		return
	}
	harness.Test(tb, t, w, opts...)
}

// Info gives the name.
func (w Own[S, I, O]) Info() (string, map[string]any) {
	if w.Name == "" {
		return "own", nil
	}
	return w.Name, nil
}

// Generator makes one client's operations.
func (w Own[S, I, O]) Generator(client int) harness.Generator[I, O] {
	return func(r *rand.Rand, _ *history.Op[I, O]) I { return w.Next(r, client) }
}

// Final gives the reads after everybody has stopped.
func (w Own[S, I, O]) Final() []I { return w.Last }

// Class tells the harness of an input.
func (w Own[S, I, O]) Class(in I) harness.Class {
	c := harness.Class{Kind: "operation"}
	if w.Kind != nil {
		c.Kind = w.Kind(in)
	}
	c.ReadOnly = w.ReadOnly != nil && w.ReadOnly(in)
	if w.Model.Key != nil {
		c.Key, c.Whole = w.Model.Key(in)
	}
	return c
}

// Check decides linearizability.
func (w Own[S, I, O]) Check(ctx context.Context, h *history.History[I, O]) checkers.Verdict {
	return linear.Check(ctx, w.Model, h)
}

// Describe tells an operation in words.
func (w Own[S, I, O]) Describe(op *history.Op[I, O]) string {
	switch {
	case op.Outcome != history.OK:
		return fmt.Sprintf("%v, %v", op.Input, op.Outcome)
	case w.Model.Describe != nil:
		return w.Model.Describe(op.Input, op.Output)
	}
	return fmt.Sprintf("%v → %v", op.Input, op.Output)
}
