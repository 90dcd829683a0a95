package quota

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
)

// Funcs are a user's own functions on something of which there is only so much, such as the seats of a show. Clients call
// them at once, and no more may be given out than there is: see [Test].
type Funcs struct {
	// Take takes an amount above 0. Required. A nil error says that it was given, one that is in Refused that there was not
	// enough room and nothing happened, one that wraps harness.ErrNotApplied that nothing happened, and any other that nobody
	// knows.
	Take func(ctx context.Context, amount int64) error
	// Used gives how much is given out. Required.
	Used func(ctx context.Context) (int64, error)
	// Limit is the most that may be given out. Required. Have a low one, which clients reach.
	Limit int64
	// Refused are errors with which Take says that there is not enough room; compared by errors.Is. Required.
	Refused []error
	// Setup comes before each run. Recommended: without it a run begins with what the one before has left.
	Setup func(ctx context.Context) error
}

// Test tests functions on a quota; see [harness.Test].
func Test(tb harness.TB, f Funcs, opts ...harness.Option) {
	tb.Helper()
	harness.TestEach(tb, f.prepare, opts...)
}

// prepare empties the quota, and makes a workload of the room that it has then.
func (f Funcs) prepare(ctx context.Context) (harness.Target[Input, Output], harness.Workload[Input, Output], error) {
	if f.Take == nil || f.Used == nil || f.Limit < 1 || len(f.Refused) == 0 {
		return nil, nil, errors.New("quota.Funcs must have Take, Used, a Limit above 0, and Refused")
	}
	if f.Setup != nil {
		if err := f.Setup(ctx); err != nil {
			return nil, nil, fmt.Errorf("setting the quota up: %w", err)
		}
	}
	start, err := f.Used(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the quota before the run: %w", err)
	}
	if start >= f.Limit {
		return nil, nil, fmt.Errorf("%d of %d are given out before the run: have Setup make room", start, f.Limit)
	}
	w, err := New(Config{Keys: 1, Limit: f.Limit - start})
	if err != nil {
		return nil, nil, err
	}
	return harness.Fresh(func(context.Context) (func(context.Context, Input) (Output, error), error) {
		return func(ctx context.Context, in Input) (Output, error) { return f.do(ctx, in, start) }, nil
	}), w, nil
}

// do makes one operation; what is used is told as if nothing had been at the start.
func (f Funcs) do(ctx context.Context, in Input, start int64) (Output, error) {
	if in.Kind == Used {
		used, err := f.Used(ctx)
		return Output{Used: used - start}, harness.NotApplied(err) // a read that failed has changed nothing
	}
	err := f.Take(ctx, in.Amount)
	if workloads.IsOneOf(err, f.Refused) {
		return Output{Refused: true}, nil
	}
	return Output{}, err
}
