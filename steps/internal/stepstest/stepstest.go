// Package stepstest holds what the tests of all packages of steps do: look at the steps of an operation, and race.
package stepstest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
)

// ErrRefused is what a step gets that may not be taken.
var ErrRefused = errors.New("refused by the test")

// Steps gives the names of the steps that one operation takes, in order. Those that are refused are not taken, and not
// among them.
func Steps(tb testing.TB, operation func(context.Context) error, refused ...string) []string {
	tb.Helper()
	n := &names{refused: refused}
	once(tb, operation, harness.WithScheduler(n))
	require.Equal(tb, n.before, n.after, "a step ends before the next begins")
	return n.after
}

// Inside runs an operation in the harness, without a scheduler.
func Inside(tb testing.TB, operation func(context.Context) error) {
	tb.Helper()
	once(tb, operation, harness.WithScheduler(nil), harness.Timeout(time.Hour))
}

func once(tb testing.TB, operation func(context.Context) error, opts ...harness.Option) {
	tb.Helper()
	var err error
	do := func(ctx context.Context, in counter.Input) (counter.Output, error) {
		if in.Kind == counter.Add {
			err = operation(ctx)
		}
		return counter.Output{}, nil
	}
	_, failed := harness.Run(tb.Context(), harness.Func(do), workload(tb), append(opts, harness.Clients(1), harness.Ops(1))...)
	require.NoError(tb, failed)
	require.NoError(tb, err)
}

func workload(tb testing.TB) *counter.Workload {
	tb.Helper()
	w, err := counter.New(counter.Config{})
	require.NoError(tb, err)
	return w
}

// names is a scheduler that lets everybody run, and notes the steps.
type names struct {
	mu            sync.Mutex
	before, after []string
	refused       []string
}

func (n *names) Stepper(int, uint64) harness.Stepper { return n }
func (n *names) Start(context.Context)               {}
func (n *names) Finish()                             {}
func (n *names) Leave()                              {}

func (n *names) Before(_ context.Context, step string) error {
	if slices.Contains(n.refused, step) {
		return ErrRefused
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.before = append(n.before, step)
	return nil
}

func (n *names) After(step string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.after = append(n.after, step)
}

// Counter is a number that a service keeps, with one of two ways to add to it.
type Counter struct {
	Read  func(ctx context.Context) (int64, error)
	Add   func(ctx context.Context, delta int64) (before int64, err error)
	Blind func(ctx context.Context, delta int64) error // can't tell what the number was
}

func (c Counter) do(ctx context.Context, in counter.Input) (counter.Output, error) {
	if in.Kind == counter.Read {
		v, err := c.Read(ctx)
		return counter.Output{Value: v}, err
	}
	if c.Blind != nil {
		return counter.Output{}, c.Blind(ctx, in.Delta)
	}
	before, err := c.Add(ctx, in.Delta)
	return counter.Output{Value: before + in.Delta, Before: before, Seen: true}, err
}

// Loses holds that two clients in lockstep lose updates of the counter.
func Loses(tb testing.TB, c Counter) {
	tb.Helper()
	v := race(tb, c)
	require.Equal(tb, checkers.Invalid, v.Status, v.Reason)
	require.NotEmpty(tb, v.Anomalies)
	require.Equal(tb, checkers.LostUpdate, v.Anomalies[0].Name)
}

// Keeps holds that two clients in lockstep lose none.
func Keeps(tb testing.TB, c Counter) {
	tb.Helper()
	v := race(tb, c)
	require.Equal(tb, checkers.Valid, v.Status, v.Reason)
}

// race has no patience that could run out: nothing but lockstep itself lets the steps go.
func race(tb testing.TB, c Counter) checkers.Verdict {
	tb.Helper()
	r, err := harness.Run(tb.Context(), harness.Func(c.do), workload(tb), harness.Clients(2), harness.Ops(20),
		harness.WithScheduler(harness.Lockstep(time.Minute)))
	require.NoError(tb, err)
	require.EqualValues(tb, 20, r.Stats.OK)
	return r.Verdict
}
