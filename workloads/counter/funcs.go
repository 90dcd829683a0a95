package counter

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
)

// Funcs are a user's own functions on one number that many add to, such as stock or likes. Clients call them at once, and
// every add must be in the end: see [Test].
type Funcs struct {
	// Read gives the value. Required.
	Read func(ctx context.Context) (int64, error)
	// Add adds n. Required. A nil error says that it was done, one that wraps harness.ErrNotApplied that nothing happened, and
	// any other that nobody knows.
	Add func(ctx context.Context, n int64) error
	// Deltas are what is added, all as likely; 1 if empty.
	Deltas []int64
	// Setup comes before each run. It need not set the value: what there is at the start is read.
	Setup func(ctx context.Context) error
}

// Test tests functions on a counter; see [harness.Test].
func Test(tb harness.TB, f Funcs, opts ...harness.Option) {
	tb.Helper()
	harness.TestEach(tb, f.prepare, opts...)
}

func (f Funcs) prepare(ctx context.Context) (harness.Target[Input, Output], harness.Workload[Input, Output], error) {
	if f.Read == nil || f.Add == nil {
		return nil, nil, errors.New("counter.Funcs must have Add and Read")
	}
	if f.Setup != nil {
		if err := f.Setup(ctx); err != nil {
			return nil, nil, fmt.Errorf("setting the counter up: %w", err)
		}
	}
	start, err := f.Read(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the counter before the run: %w", err)
	}
	w, err := New(Config{Deltas: f.Deltas, Reads: -1})
	if err != nil {
		return nil, nil, err
	}
	return harness.Fresh(func(context.Context) (func(context.Context, Input) (Output, error), error) {
		return func(ctx context.Context, in Input) (Output, error) { return f.do(ctx, in, start) }, nil
	}), w, nil
}

// do makes one operation; values are told as if the counter had begun at 0.
func (f Funcs) do(ctx context.Context, in Input, start int64) (Output, error) {
	if in.Kind == Add {
		return Output{}, f.Add(ctx, in.Delta)
	}
	value, err := f.Read(ctx)
	return Output{Value: value - start}, harness.NotApplied(err) // a read that failed has changed nothing
}
