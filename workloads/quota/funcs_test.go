package quota_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/quota"
)

var errSoldOut = errors.New("sold out")

// show is somebody's own hall, whose seats are sold; 2 of 5 are, before the doors open.
type show struct {
	mu      sync.Mutex
	sold    int64
	careful bool // it looks and sells under one lock
}

func (s *show) open(context.Context) error { s.sold = 2; return nil }

func (s *show) count(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sold, nil
}

func (s *show) sell(_ context.Context, n int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.careful && s.sold+n > 5 {
		return fmt.Errorf("sell: %w", errSoldOut)
	}
	s.sold += n
	return nil
}

func (s *show) take(ctx context.Context, n int64) error {
	sold, err := harness.Step(ctx, "count", s.count)
	switch {
	case err != nil:
		return harness.NotApplied(err)
	case !s.careful && sold+n > 5:
		return errSoldOut
	}
	_, err = harness.Step(ctx, "sell", func(ctx context.Context) (any, error) { return nil, s.sell(ctx, n) })
	return harness.NotApplied(err)
}

func (s *show) funcs() quota.Funcs {
	return quota.Funcs{Setup: s.open, Take: s.take, Used: s.count, Limit: 5, Refused: []error{errSoldOut}}
}

// told is a harness.TB that writes down what it is told.
type told struct {
	*testing.T
	errors []string
}

func (t *told) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

func fails(t *testing.T, f quota.Funcs) string {
	t.Helper()
	fake := &told{T: t}
	quota.Test(fake, f, harness.Cases("off"))
	require.Len(t, fake.errors, 1)
	return fake.errors[0]
}

func TestFuncs(t *testing.T) {
	quota.Test(t, (&show{careful: true}).funcs(), harness.Cases("off"))
	require.Regexp(t, `over-limit: quota 0: \d+ were given out of 3`, fails(t, new(show).funcs()))
}

func TestFuncsThatAreWrong(t *testing.T) {
	const missing = "quota.Funcs must have Take, Used, a Limit above 0, and Refused"
	whole := func(change func(*quota.Funcs)) quota.Funcs {
		f := new(show).funcs()
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
		{whole(func(f *quota.Funcs) { f.Limit = 2 }), "2 of 2 are given out before the run: have Setup make room"},
		{whole(func(f *quota.Funcs) { f.Limit = quota.MaxLimit + 3 }), "quota: limit must be"},
		{whole(func(f *quota.Funcs) { f.Setup = func(context.Context) error { return errSoldOut } }),
			"setting the quota up: sold out"},
		{whole(func(f *quota.Funcs) { f.Used = func(context.Context) (int64, error) { return 0, errSoldOut } }),
			"reading the quota before the run: sold out"},
	} {
		require.Contains(t, fails(t, c.funcs), "the run failed: "+c.want)
	}
}
