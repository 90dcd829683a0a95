package quota_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/internal/told"
	"github.com/lostupdate/stress/workloads/quota"
)

var errSoldOut = errors.New("sold out")

// shows are a user's, each with five seats.
type shows struct {
	mu      sync.Mutex
	sold    map[int64]int64
	careful bool // it looks and sells under one lock
}

func (s *shows) open(_ context.Context, show int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.sold[show]; found {
		return fmt.Errorf("there is a show %d", show)
	}
	s.sold[show] = 0
	return nil
}

func (s *shows) count(_ context.Context, show int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sold[show], nil
}

func (s *shows) sell(show, n int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.careful && s.sold[show]+n > 5 {
		return fmt.Errorf("sell: %w", errSoldOut)
	}
	s.sold[show] += n
	return nil
}

func (s *shows) take(ctx context.Context, show, n int64) error {
	sold, err := harness.Step(ctx, "count", func(ctx context.Context) (int64, error) { return s.count(ctx, show) })
	switch {
	case err != nil:
		return harness.NotApplied(err)
	case !s.careful && sold+n > 5:
		return errSoldOut
	}
	_, err = harness.Step(ctx, "sell", func(context.Context) (any, error) { return nil, s.sell(show, n) })
	return harness.NotApplied(err)
}

func open(careful bool) quota.Funcs {
	s := &shows{sold: map[int64]int64{}, careful: careful}
	return quota.Funcs{Open: s.open, Take: s.take, Used: s.count, Limit: 5, Refused: []error{errSoldOut}}
}

func fails(t *testing.T, f quota.Funcs) string {
	t.Helper()
	// Clients that step together count together.
	errors := told.By(t, func(tb harness.TB) {
		quota.Test(tb, f, harness.Cases("off"), harness.WithScheduler(harness.Lockstep(time.Second)))
	})
	require.Len(t, errors, 1)
	return errors[0]
}

func TestFuncs(t *testing.T) {
	quota.Test(t, open(true), harness.Cases("off"))
	require.Regexp(t, `over-limit: quota \d+: \d+ were given out of 5`, fails(t, open(false)))
	f := open(true)
	f.Open, f.Quotas = nil, 7
	quota.Test(t, f, harness.Cases("off"))
}

func TestFuncsThatAreWrong(t *testing.T) {
	const missing = "quota.Funcs must have Take, Used, a Limit above 0, and Refused"
	whole := func(change func(*quota.Funcs)) quota.Funcs {
		f := open(true)
		change(&f)
		return f
	}
	for _, c := range []struct {
		funcs quota.Funcs
		want  string
	}{
		{whole(func(f *quota.Funcs) { f.Take = nil }), missing},
		{whole(func(f *quota.Funcs) { f.Used = nil }), missing},
		{whole(func(f *quota.Funcs) { f.Limit = 0 }), missing},
		{whole(func(f *quota.Funcs) { f.Refused = nil }), missing},
		{whole(func(f *quota.Funcs) { f.Quotas = -1 }), "quota: keys must be"},
		{whole(func(f *quota.Funcs) { f.Limit = quota.MaxLimit + 1 }), "quota: limit must be"},
		{whole(func(f *quota.Funcs) { f.Open = func(context.Context, int64) error { return errSoldOut } }),
			"opening a quota: sold out"},
	} {
		require.Contains(t, fails(t, c.funcs), "the run failed: "+c.want)
	}
}
