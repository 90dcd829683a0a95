package counter_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/internal/told"
)

func TestFuncs(t *testing.T) {
	var likes atomic.Int64
	likes.Store(41) // where it begins does not matter
	read := func(context.Context) (int64, error) { return likes.Load(), nil }
	lossy := counter.Funcs{Read: read, Add: func(ctx context.Context, n int64) error {
		seen, err := harness.Step(ctx, "read", read)
		if err != nil {
			return harness.NotApplied(err)
		}
		_, err = harness.Step(ctx, "write", func(context.Context) (any, error) { likes.Store(seen + n); return nil, nil })
		return harness.NotApplied(err)
	}}
	errs := told.By(t, func(tb harness.TB) { counter.Test(tb, lossy, harness.Cases("off")) })
	require.Len(t, errs, 1)
	require.Contains(t, errs[0], "lost-update: counter 0: the final value should be 2 after 2 acknowledged updates, found 1")
	require.Contains(t, errs[0], "it began with 0, and was updated by client ")

	exact := lossy
	exact.Deltas = []int64{1, -2, 5}
	exact.Add = func(ctx context.Context, n int64) error {
		_, err := harness.Step(ctx, "add", func(context.Context) (any, error) { likes.Add(n); return nil, nil })
		return harness.NotApplied(err)
	}
	counter.Test(t, exact, harness.Cases("off"))

	errs = told.By(t, func(tb harness.TB) {
		counter.Test(tb, counter.Funcs{Add: exact.Add})
		counter.Test(tb, counter.Funcs{Add: exact.Add, Read: read, Setup: func(context.Context) error { return errors.New("no") }})
	})
	require.Equal(t, []string{
		"the run failed: counter.Funcs must have Add and Read", "the run failed: setting the counter up: no",
	}, errs)
}
