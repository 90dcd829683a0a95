package harness_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// listener is an observer that keeps what it is told, by client.
type listener struct {
	mu    sync.Mutex
	begun map[int32][]harness.Operation
	ended map[int32][]harness.Ending
	steps []string
	panic bool
}

type listenerKey struct{}

func (o *listener) Operation(ctx context.Context, op harness.Operation) (context.Context, func(harness.Ending)) {
	if o.panic {
		panic("boom")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun[op.Client] = append(o.begun[op.Client], op)
	return context.WithValue(ctx, listenerKey{}, op), func(e harness.Ending) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.ended[op.Client] = append(o.ended[op.Client], e)
	}
}

func (o *listener) Step(ctx context.Context, name string) (context.Context, func(error)) {
	return ctx, func(err error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if err != nil {
			name += ": " + err.Error()
		}
		o.steps = append(o.steps, name)
	}
}

func observing(o *listener) harness.Option {
	o.begun, o.ended = map[int32][]harness.Operation{}, map[int32][]harness.Ending{}
	return harness.Observe(func(head *history.Info) harness.Observer {
		head.Trace = "0123456789abcdef"
		return o
	})
}

// TestEveryOperationIsObserved holds that an observer is told of what the history has, and that its context gets to the target
// and its steps, with a scheduler and without.
func TestEveryOperationIsObserved(t *testing.T) {
	for _, scheduler := range []harness.Scheduler{nil, harness.Perturb()} {
		var o listener
		f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
			op, ok := ctx.Value(listenerKey{}).(harness.Operation)
			if !ok || int(op.Client) != a.client || op.Nth != a.n {
				return 0, errors.New("another operation's context")
			}
			_, err := harness.Step(ctx, "look", func(ctx context.Context) (any, error) {
				return harness.Step(ctx, "within", func(context.Context) (any, error) { return nil, nil }) // a part of it
			})
			if a.n == 3 {
				return 0, harness.NotApplied(errAny)
			}
			return 1, err
		}}
		r := run(t, f, &numbers{final: []int{1, 2}}, observing(&o), harness.Clients(3), harness.Ops(60), harness.Warmup(6),
			harness.WithScheduler(scheduler), harness.AllowVacuous())
		require.Equal(t, "0123456789abcdef", r.History.Info.Trace)
		require.Len(t, o.steps, len(r.History.Ops))
		require.NotContains(t, o.steps, "within")
		for i, op := range r.History.Ops {
			n := r.History.Nth(i)
			require.Equal(t, harness.Operation{Client: op.Client, Nth: n, Phase: op.Phase, Class: harness.Class{Kind: "number"}},
				o.begun[op.Client][n])
			e := o.ended[op.Client][n]
			require.Equal(t, op.Outcome, e.Outcome)
			require.Equal(t, "a number", e.Text)
			if op.Outcome != history.OK {
				require.ErrorIs(t, e.Err, errAny)
			}
		}
	}
}

func TestAnObserverThatPanicsFailsTheRun(t *testing.T) {
	o := listener{panic: true}
	f := &fake{}
	_, err := harness.Run(t.Context(), f, &numbers{final: []int{1}}, observing(&o), harness.Ops(10))
	require.ErrorContains(t, err, "the observer of the operations, or the workload, panicked: boom")
	f.requireTidy(t)
}

// TestAStepThatPanicsIsEnded holds that a step's end is told whatever becomes of it.
func TestAStepThatPanicsIsEnded(t *testing.T) {
	var o listener
	f := &fake{do: func(ctx context.Context, _ asked) (float64, error) {
		_, err := harness.Step(ctx, "look", func(context.Context) (any, error) { panic("boom") })
		return 0, err
	}}
	run(t, f, &numbers{}, observing(&o), harness.Clients(1), harness.Ops(1), harness.WithScheduler(nil), harness.AllowVacuous())
	require.Equal(t, []string{"look: the step ended its goroutine or panicked"}, o.steps)
}
