package harness_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

func TestStepWithoutASchedulerOnlyCalls(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "mine")
	v, err := harness.Step(ctx, "read", func(got context.Context) (int, error) {
		require.Equal(t, ctx, got)
		return 7, errAny
	})
	require.Equal(t, 7, v)
	require.Equal(t, errAny, err)
	allocs := testing.AllocsPerRun(100, func() { _, _ = harness.Step(ctx, "read", nothing) })
	require.Zero(t, allocs)
	harness.Retried(ctx) // nothing to count for
}

func nothing(context.Context) (int, error) { return 0, nil }

// notebook is a scheduler that writes down what it is told, and can refuse a step.
type notebook struct {
	mu     sync.Mutex
	lines  []string
	refuse string
}

func (n *notebook) note(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, fmt.Sprintf(format, args...))
}

func (n *notebook) Stepper(client int, _ uint64) harness.Stepper {
	n.note("%d stepper", client)
	return page{n, client}
}

type page struct {
	*notebook
	client int
}

func (p page) Start(context.Context) { p.note("%d start", p.client) }
func (p page) After(step string)     { p.note("%d after %s", p.client, step) }
func (p page) Finish()               { p.note("%d finish", p.client) }
func (p page) Leave()                { p.note("%d leave", p.client) }

func (p page) Before(_ context.Context, step string) error {
	p.note("%d before %s", p.client, step)
	if step == p.refuse {
		return errAny
	}
	return nil
}

func TestStepperIsToldOfEverything(t *testing.T) {
	n := &notebook{}
	run(t, &fake{do: stepping}, &numbers{final: []int{1}}, harness.Clients(1), harness.Ops(1), harness.WithScheduler(n))
	require.Equal(t, []string{
		"0 stepper", "0 start", "0 before one", "0 after one", "0 before two", "0 after two", "0 finish", "0 leave",
	}, n.lines, "and of no final read")
}

func TestRefusedStepIsNotTaken(t *testing.T) {
	n := &notebook{refuse: "two"}
	r := run(t, &fake{do: stepping}, &numbers{}, harness.Clients(1), harness.Ops(1), harness.WithScheduler(n))
	require.Equal(t, []string{
		"0 stepper", "0 start", "0 before one", "0 after one", "0 before two", "0 finish", "0 leave",
	}, n.lines)
	require.Equal(t, history.Failed, r.History.Ops[0].Outcome)
}

func TestStepperOfALostOperationLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, back := &notebook{}, make(chan struct{})
		f := onNth(0, func(context.Context) error { <-back; return nil })
		_, err := harness.Run(t.Context(), f, &numbers{}, harness.Clients(1), harness.Ops(2), harness.WithScheduler(n))
		require.NoError(t, err)
		close(back)
		synctest.Wait()
		require.Equal(t, []string{
			"0 stepper", "0 start", "0 leave", "1 stepper", "1 start", "1 finish", "1 leave",
		}, n.lines)
	})
}

// TestPerturbIsDrawnFromTheSeed compares the sleeps of two steppers, which a clock that stands still otherwise shows.
func TestPerturbIsDrawnFromTheSeed(t *testing.T) {
	sleeps := func(seed uint64) []time.Duration {
		s := harness.Perturb().Stepper(3, seed)
		start := time.Now()
		var at []time.Duration
		for range 500 {
			s.Start(context.Background())
			_ = s.Before(context.Background(), "read")
			s.After("read")
			s.Finish()
			at = append(at, time.Since(start))
		}
		s.Leave()
		return at
	}
	synctest.Test(t, func(t *testing.T) {
		want := sleeps(1)
		require.Equal(t, want, sleeps(1))
		require.NotEqual(t, want, sleeps(2))
		require.Positive(t, want[499], "it does sleep now and then")
		require.Less(t, want[499], 60*time.Millisecond, "now and then")
	})
}

func TestPerturbEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errAny)
	s := harness.Perturb().Stepper(0, 1)
	for range 1000 {
		s.Start(ctx)
		if err := s.Before(ctx, "read"); err != nil {
			require.ErrorIs(t, err, errAny)
			return
		}
	}
	require.Fail(t, "no step was refused")
}

func TestRetryCountsAndGivesTheValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(ctx context.Context, a asked) (float64, error) {
			n := 0
			return harness.Retry(ctx, isAny, func(context.Context) (float64, error) {
				if n++; n <= a.in {
					return 0, errAny
				}
				return float64(n), nil
			})
		}}
		w := &numbers{gen: func(int) harness.Generator[int, float64] { return always(3) }}
		r := run(t, f, w, harness.Clients(2), harness.Ops(4))
		require.EqualValues(t, 12, r.Stats.Retries)
		for _, op := range r.History.Ops {
			require.EqualValues(t, 3, op.Retries)
			require.InDelta(t, 4, op.Output, 0)
		}
	})
}

func isAny(err error) bool { return errors.Is(err, errAny) }

func TestRetryGivesUpAsNotApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		_, err := harness.Retry(t.Context(), isAny, func(context.Context) (int, error) { attempts++; return 0, errAny })
		require.Equal(t, harness.Attempts, attempts)
		require.ErrorIs(t, err, harness.ErrNotApplied)
		require.ErrorIs(t, err, errAny)
		require.EqualError(t, err, "gave up after 1000 attempts: something went wrong")
	})
}

func TestRetryStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := harness.Retry(ctx, isAny, func(context.Context) (int, error) {
		cancel(harness.ErrTimeout)
		return 0, errAny
	})
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, harness.ErrTimeout)
	require.EqualError(t, err, "gave up after 1 attempts (operation timed out): something went wrong")
}

type detailed struct{ code int }

func (d *detailed) Error() string { return fmt.Sprint("code ", d.code) }

func TestRetryReturnsOtherErrorsAsTheyAre(t *testing.T) {
	want := fmt.Errorf("wrapped: %w", &detailed{5})
	calls := 0
	v, err := harness.Retry(t.Context(), isAny, func(context.Context) (int, error) { calls++; return 9, want })
	require.Equal(t, want, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
	var d *detailed
	require.ErrorAs(t, err, &d)
	require.Equal(t, 1, calls)
	require.Equal(t, 9, v)
}

func TestNotApplied(t *testing.T) {
	require.NoError(t, harness.NotApplied(nil))
	err := harness.NotApplied(&detailed{5})
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.EqualError(t, err, "code 5")
	var d *detailed
	require.ErrorAs(t, err, &d)
	require.Equal(t, err, harness.NotApplied(err), "once is enough")
	require.EqualError(t, harness.NotAppliedf("table %d", 3), "table 3")
	require.NotErrorIs(t, err, harness.ErrTimeout)
}

func TestFuncIsATarget(t *testing.T) {
	double := harness.Func(func(_ context.Context, in int) (float64, error) {
		runtime.Gosched()
		return float64(2 * in), nil
	})
	r, err := harness.Run(t.Context(), double, &numbers{}, harness.Ops(20))
	require.NoError(t, err)
	for _, op := range r.History.Ops {
		require.InDelta(t, 2*op.Input, op.Output, 0)
	}
}

// TestReconnect holds that a connection is waited for, until there is no hope or no time.
func TestReconnect(t *testing.T) {
	hopeless, away := errors.New("closed"), errors.New("away")
	tries := 0
	got, err := harness.Reconnect(t.Context(), hopeless, func(context.Context) (int, error) {
		if tries++; tries < 4 {
			return 0, away
		}
		return 7, nil
	})
	require.NoError(t, err)
	require.Equal(t, 7, got)

	_, err = harness.Reconnect(t.Context(), hopeless, func(context.Context) (int, error) { return 0, hopeless })
	require.ErrorIs(t, err, hopeless)
	require.ErrorIs(t, err, harness.ErrNotApplied)

	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	_, err = harness.Reconnect(ctx, hopeless, func(context.Context) (int, error) {
		cancel(stop)
		return 0, away
	})
	require.ErrorIs(t, err, stop)
	require.ErrorIs(t, err, away)
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

// TestReconnectSaysWhyNothingAnswered holds that an attempt which ran out of time does not hide what earlier ones met.
func TestReconnectSaysWhyNothingAnswered(t *testing.T) {
	refused, stop := errors.New("refused"), errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	tries := 0
	_, err := harness.Reconnect(ctx, errors.New("closed"), func(ctx context.Context) (int, error) {
		if tries++; tries < 3 {
			return 0, refused
		}
		cancel(stop)
		return 0, ctx.Err()
	})
	require.Equal(t, 3, tries)
	require.ErrorIs(t, err, stop)
	require.ErrorIs(t, err, refused)
	require.NotErrorIs(t, err, context.Canceled)
}
