package harness_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
)

// visits is a service with a bug: between Load and Store, another request can get in.
type visits struct{ n atomic.Int64 }

func (v *visits) Do(ctx context.Context, in counter.Input) (counter.Output, error) {
	n, err := harness.Step(ctx, "read", func(context.Context) (int64, error) { return v.n.Load(), nil })
	if err != nil || in.Kind == counter.Read {
		return counter.Output{Value: n}, harness.NotApplied(err)
	}
	_, err = harness.Step(ctx, "write", func(context.Context) (any, error) { v.n.Store(n + in.Delta); return nil, nil })
	return counter.Output{Value: n + in.Delta, Before: n, Seen: true}, harness.NotApplied(err)
}

// newVisits is the workload: one counter, of which one operation in ten is a read.
func newVisits() *counter.Workload {
	w, err := counter.New(counter.Config{Reads: 0.1})
	if err != nil {
		panic(err) // the configuration is a constant
	}
	return w
}

// Of two clients in lockstep, both read before either writes: the update that is lost is found at once.
func ExampleRun() {
	result, err := harness.Run(context.Background(), harness.Func(new(visits).Do), newVisits(),
		harness.Clients(2), harness.Ops(20), harness.Seed(1), harness.WithScheduler(harness.Lockstep(time.Minute)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Verdict.Status)
	fmt.Println(result.Verdict.Anomalies[0].Name)
	// Output:
	// invalid
	// lost-update
}

// TestVisits is how a user tests a function; the bug must be found.
func TestVisits(t *testing.T) {
	fails := newTB(t)
	harness.Test(fails, harness.Func(new(visits).Do), newVisits(), harness.WithScheduler(harness.Lockstep(time.Minute)))
	require.Len(t, fails.errors, 1)
	require.Contains(t, fails.errors[0], checkers.LostUpdate)
}

// TestVisitsRepaired is the same with one atomic instruction, which is a step too, so that requests overlap in it.
func TestVisitsRepaired(t *testing.T) {
	var n atomic.Int64
	harness.Test(t, harness.Func(func(ctx context.Context, in counter.Input) (counter.Output, error) {
		after, err := harness.Step(ctx, "add", func(context.Context) (int64, error) { return n.Add(in.Delta), nil })
		return counter.Output{Value: after, Before: after - in.Delta, Seen: in.Kind == counter.Add}, harness.NotApplied(err)
	}), newVisits(), harness.WithScheduler(harness.Lockstep(time.Minute)))
}
