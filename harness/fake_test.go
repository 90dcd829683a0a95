package harness_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

var errAny = errors.New("something went wrong")

// asked is one call of Do, as a target sees it.
type asked struct {
	client int // identity
	n      int // how many calls the client had before
	in     int
}

// fake is a target whose behaviour a test replaces where it wants to; it answers with its input at once.
type fake struct {
	setup, drop func(ctx context.Context) error
	open        func(ctx context.Context, client int) error
	do          func(ctx context.Context, a asked) (float64, error)
	shut        func(client int) error

	mu             sync.Mutex
	opened, closed []int // identities
	drops          int
}

func (f *fake) Setup(ctx context.Context) error {
	if f.setup != nil {
		return f.setup(ctx)
	}
	return nil
}

func (f *fake) Close(ctx context.Context) error {
	f.mu.Lock()
	f.drops++
	f.mu.Unlock()
	if f.drop != nil {
		return f.drop(ctx)
	}
	return nil
}

func (f *fake) Open(ctx context.Context, client int) (harness.Client[int, float64], error) {
	if f.open != nil {
		if err := f.open(ctx, client); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opened = append(f.opened, client)
	return &fakeClient{fake: f, id: client}, nil
}

type fakeClient struct {
	*fake
	id, n int
}

func (c *fakeClient) Do(ctx context.Context, in int) (float64, error) {
	a := asked{client: c.id, n: c.n, in: in}
	c.n++
	if c.do == nil {
		return float64(in), nil
	}
	return c.do(ctx, a)
}

func (c *fakeClient) Close() error {
	if c.shut != nil {
		if err := c.shut(c.id); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = append(c.closed, c.id)
	return nil
}

// requireTidy holds that every client that was opened was closed once, and so was the target.
func (f *fake) requireTidy(t *testing.T) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(f.opened)
	slices.Sort(f.closed)
	require.Equal(t, f.opened, f.closed, "clients opened and closed")
	require.Equal(t, 1, f.drops, "how often the target was closed")
}

// numbers is a workload of numbers that mean nothing. Its parts can be replaced as well.
type numbers struct {
	gen   func(client int) harness.Generator[int, float64]
	final []int
	class func(in int) harness.Class
	check func(ctx context.Context, h *history.History[int, float64]) checkers.Verdict
	panic string // the name of the method that panics
}

func (w *numbers) may(method string) {
	if w.panic == method {
		panic("boom in " + method)
	}
}

func (w *numbers) Info() (string, map[string]any) {
	w.may("Info")
	return "numbers", map[string]any{"limit": 1000.0}
}

func (w *numbers) Generator(client int) harness.Generator[int, float64] {
	w.may("Generator")
	if w.gen != nil {
		return w.gen(client)
	}
	return func(r *rand.Rand, _ *history.Op[int, float64]) int {
		w.may("generator")
		return r.IntN(1000)
	}
}

func (w *numbers) Final() []int {
	w.may("Final")
	return w.final
}

func (w *numbers) Class(in int) harness.Class {
	w.may("Class")
	if w.class != nil {
		return w.class(in)
	}
	return harness.Class{Kind: "number"}
}

func (w *numbers) Check(ctx context.Context, h *history.History[int, float64]) checkers.Verdict {
	w.may("Check")
	if w.check != nil {
		return w.check(ctx, h)
	}
	return checkers.Verdict{}
}

func (w *numbers) Describe(*history.Op[int, float64]) string { return "a number" }

type result = harness.Result[int, float64]

// run runs to an end without an error, on a target that must be tidy after it.
func run(t *testing.T, f *fake, w *numbers, opts ...harness.Option) *result {
	t.Helper()
	r, err := harness.Run(t.Context(), f, w, opts...)
	require.NoError(t, err)
	f.requireTidy(t)
	return r
}

// inputs gives what each client was asked in a phase, in order.
func inputs(r *result, phase history.Phase) map[int32][]int {
	all := map[int32][]int{}
	for _, op := range r.History.Ops {
		if op.Phase == phase {
			all[op.Client] = append(all[op.Client], op.Input)
		}
	}
	return all
}

// pass lets time go by; in a bubble of synctest that takes none.
func pass(d time.Duration) { <-time.After(d) }
