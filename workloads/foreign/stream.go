package foreign

import (
	"context"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

type (
	called   = jepsen.Called
	answered = jepsen.Answered
)

// Streamed is the data type of one history that is read in batches. Only its [Streamed.Stream] checks; that has the verdict
// that a [Workload] has, for linearizability implies what else that one looks for.
type Streamed struct {
	h     *jepsen.History
	words words
}

var (
	_ harness.Workload[called, answered] = (*Streamed)(nil)
	_ harness.Streamer[called, answered] = (*Streamed)(nil)
)

// NewStreamed gives the workload of a history of which the first batch was read.
func NewStreamed(h *jepsen.History) *Streamed {
	return &Streamed{h, words{h.Values, h.Keys != jepsen.One}}
}

// Stream gives a checker of the batches, from the first.
func (w *Streamed) Stream() checkers.Stream[called, answered] {
	return &stream{words: w.words, of: w.h.Type}
}

// begin makes what decides a history that begins with a batch.
func (w words) begin(of jepsen.Type, b jepsen.Batch) checkers.Stream[called, answered] {
	switch of {
	case jepsen.Counter:
		return linear.NewStream(traced(common(w, w.counter())))
	case jepsen.Set:
		return linear.NewStream(searchedFor(jepsen.Remove, b, w.streamedSet()))
	case jepsen.Queue:
		return linear.NewStream(traced(common(w, w.queue())))
	case jepsen.Mutex:
		return linear.NewStream(traced(common(w, w.mutex())))
	case jepsen.KV:
		return linear.NewStream(searchedFor(jepsen.Append, b, traced(common(w, w.kv()))))
	default:
		return linear.NewStream(traced(common(w, w.register())))
	}
}

// searchedFor has a model searched where a batch has operations of which no monitor knows what they do. An object of which a
// monitor has forgotten something can't go on with one of these.
func searchedFor(f jepsen.F, b jepsen.Batch, m linear.Model[string, called, answered]) linear.Model[string, called, answered] {
	is := func(op history.Op[called, answered]) bool { return op.Input.F == f }
	if slices.ContainsFunc(b.Done, is) || slices.ContainsFunc(b.Open, is) {
		m.Type = nil
	}
	return m
}

// traced makes a model one of operations that know their lines.
func traced[S comparable](m linear.Model[S, input, output]) linear.Model[S, called, answered] {
	out := linear.Model[S, called, answered]{
		Init:     m.Init,
		Step:     func(state S, in called, out answered) (S, bool) { return m.Step(state, in.Input, out.Output) },
		Effect:   func(state S, in called) (S, bool) { return m.Effect(state, in.Input) },
		Pure:     func(in called, out answered) bool { return m.Pure != nil && m.Pure(in.Input, out.Output) },
		Describe: func(in called, out answered) string { return m.Describe(in.Input, out.Output) },
		Object:   m.Object,
		State:    m.State,
	}
	if m.Key != nil {
		out.Key = func(in called) (uint64, bool) { return m.Key(in.Input) }
	}
	if act := m.Type; act != nil {
		out.Type = &linear.Type[called, answered]{Start: act.Start, Act: func(in called, out answered, known bool) monitor.Act {
			return act.Act(in.Input, out.Output, known)
		}}
	}
	return out
}

// stream is a stream that asks for something to check.
type stream struct {
	checkers.Stream[called, answered] // nil before the first batch
	words                             words
	of                                jepsen.Type
	some                              bool // an operation took effect
}

// Add takes the next batch.
func (s *stream) Add(ctx context.Context, b jepsen.Batch) bool {
	if s.Stream == nil {
		s.Stream = s.words.begin(s.of, b)
	}
	for i := range b.Done {
		s.some = s.some || b.Done[i].Outcome == history.OK
	}
	return s.Stream.Add(ctx, b)
}

// Verdict decides what came so far. One of which nothing is known to have been done proves nothing.
func (s *stream) Verdict(ctx context.Context) checkers.Verdict {
	if !s.some {
		return nothing()
	}
	return s.Stream.Verdict(ctx)
}

// Evidence gives the operations that the anomalies of the last verdict name.
func (s *stream) Evidence() map[int]history.Placed[called, answered] {
	if s.Stream == nil {
		return nil
	}
	return s.Stream.Evidence()
}

// Info gives the data type's name.
func (w *Streamed) Info() (string, map[string]any) { return w.h.Type.String(), nil }

// Generator gives none: histories of others are only read.
func (w *Streamed) Generator(int) harness.Generator[called, answered] { return nil }

// Final gives no reads.
func (w *Streamed) Final() []jepsen.Called { return nil }

// Class tells of an input what figures need.
func (w *Streamed) Class(in called) harness.Class { return class(in.Input) }

// Describe tells an operation in words.
func (w *Streamed) Describe(op *history.Op[called, answered]) string {
	switch {
	case op.Outcome != history.OK:
		return fmt.Sprintf("%s, %v", w.words.asked(op.Input.Input), op.Outcome)
	case w.h.Type == jepsen.Set:
		return w.words.describeSet(op.Input, op.Output)
	}
	return w.words.describe(op.Input.Input, op.Output.Output)
}

// Check gives no verdict: a history that is held as a whole is one for [New].
func (w *Streamed) Check(context.Context, *history.History[called, answered]) checkers.Verdict {
	return checkers.Undecide("a history that is read in batches is checked while it is read")
}
