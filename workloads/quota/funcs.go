package quota

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
)

// Funcs are a user's own functions on things of which there is only so much each, such as the seats of shows. Clients call
// them at once, and of none may more be given out than there is: see [Test].
//
// A quota is a number that no run has used before, of which the functions make their own, such as the ID of a show: so a run
// needs no empty table. There are many of them since a quota shows something only once, as it runs out.
type Funcs struct {
	// Take takes an amount above 0 from the quota. Required. A nil error says that it was given, one that is in Refused that
	// there was not enough room and nothing happened, one that wraps harness.ErrNotApplied that nothing happened, and any other
	// that nobody knows.
	Take func(ctx context.Context, quota, amount int64) error
	// Used gives how much of the quota is given out. Required.
	Used func(ctx context.Context, quota int64) (int64, error)
	// Limit is the most that may be given out of each. Required. Have a low one, which clients reach.
	Limit int64
	// Refused are errors with which Take says that there is not enough room; compared by errors.Is. Required.
	Refused []error
	// Open makes a quota, of which nothing is given out; it comes before each run, for each of its quotas. Leave it out where a
	// quota is there as soon as somebody asks for it, as a rate limit is.
	Open func(ctx context.Context, quota int64) error
	// Quotas is how many there are in a run; 100 if 0.
	Quotas int
}

// Test tests functions on quotas; see [harness.Test].
func Test(tb harness.TB, f Funcs, opts ...harness.Option) {
	tb.Helper()
	harness.TestEach(tb, f.prepare, opts...)
}

func (f Funcs) prepare(ctx context.Context) (harness.Target[Input, Output], harness.Workload[Input, Output], error) {
	if f.Take == nil || f.Used == nil || f.Limit < 1 || len(f.Refused) == 0 {
		return nil, nil, errors.New("quota.Funcs must have Take, Used, a Limit above 0, and Refused")
	}
	w, err := New(Config{Keys: f.Quotas, Limit: f.Limit})
	if err != nil {
		return nil, nil, err
	}
	first := workloads.FreshKeys()
	for n := range int64(w.Keys()) {
		if f.Open == nil {
			break
		}
		if err := f.Open(ctx, first+n); err != nil {
			return nil, nil, fmt.Errorf("opening a quota: %w", err)
		}
	}
	return harness.Fresh(func(context.Context) (func(context.Context, Input) (Output, error), error) {
		return func(ctx context.Context, in Input) (Output, error) { return f.do(ctx, in, first+int64(in.Quota)) }, nil
	}), w, nil
}

func (f Funcs) do(ctx context.Context, in Input, quota int64) (Output, error) {
	if in.Kind == Used {
		used, err := f.Used(ctx, quota)
		return Output{Used: used}, harness.NotApplied(err) // a read that failed has changed nothing
	}
	err := f.Take(ctx, quota, in.Amount)
	if workloads.IsOneOf(err, f.Refused) {
		return Output{Refused: true}, nil
	}
	return Output{}, err
}
