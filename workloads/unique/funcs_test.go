package unique_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/internal/told"
	"github.com/lostupdate/stress/workloads/unique"
)

// accounts are somebody's sign-ups: rows with an address, of which there should be one for each.
type accounts struct {
	mu   sync.Mutex
	rows []string
	once bool // the row is looked for again before it is inserted
}

func address(key int64) string { return fmt.Sprintf("user-%d@example.com", key) }

// find gives the number of the first row with the address, from 1, or 0.
func (a *accounts) find(_ context.Context, key int64) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at(key), nil
}

func (a *accounts) at(key int64) int {
	for i, row := range a.rows {
		if row == address(key) {
			return i + 1
		}
	}
	return 0
}

func (a *accounts) count(_ context.Context, key int64) (n int64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, row := range a.rows {
		if row == address(key) {
			n++
		}
	}
	return n, nil
}

func (a *accounts) insert(_ context.Context, key int64) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if id := a.at(key); a.once && id != 0 {
		return id, nil
	}
	a.rows = append(a.rows, address(key))
	return len(a.rows), nil
}

func (a *accounts) signUp(ctx context.Context, key int64) (int, error) {
	id, err := harness.Step(ctx, "select", func(ctx context.Context) (int, error) { return a.find(ctx, key) })
	if err == nil && id == 0 {
		id, err = harness.Step(ctx, "insert", func(ctx context.Context) (int, error) { return a.insert(ctx, key) })
	}
	return id, harness.NotApplied(err)
}

func (a *accounts) funcs() unique.Funcs[int] {
	return unique.Funcs[int]{Create: a.signUp, Get: a.find, Count: a.count, Keys: 20}
}

func fails[ID comparable](t *testing.T, f unique.Funcs[ID], opts ...harness.Option) string {
	t.Helper()
	errs := told.By(t, func(tb harness.TB) { unique.Test(tb, f, append(opts, harness.Cases("off"))...) })
	require.Len(t, errs, 1)
	return errs[0]
}

func TestFuncsThatCreateTwice(t *testing.T) {
	text := fails(t, new(accounts).funcs())
	require.Contains(t, text, "duplicate-effect: key ")
	require.Contains(t, text, "\n2 clients, ")
	f := new(accounts).funcs()
	f.Get, f.Count = nil, nil
	require.Contains(t, fails(t, f), "for one key")
}

func TestFuncsThatCreateOnce(t *testing.T) {
	setups := 0
	f := (&accounts{once: true}).funcs()
	f.Setup = func(context.Context) error { setups++; return nil }
	unique.Test(t, f, harness.Cases("off"))
	require.Equal(t, 1, setups)
	// What an earlier run has left does not matter: its keys were others.
	f.Get, f.Count = nil, nil
	unique.Test(t, f, harness.Cases("off"))
}

// TestFuncsWithNames has results that have names in the place of numbers.
func TestFuncsWithNames(t *testing.T) {
	a := &accounts{once: true}
	named := func(create func(context.Context, int64) (int, error)) func(context.Context, int64) (string, error) {
		return func(ctx context.Context, key int64) (string, error) {
			id, err := create(ctx, key)
			if id == 0 {
				return "", err
			}
			return fmt.Sprintf("account-%d", id), err
		}
	}
	f := unique.Funcs[string]{Create: named(a.signUp), Get: named(a.find), Count: a.count}
	unique.Test(t, f, harness.Cases("off"))
	a.once = false
	require.Contains(t, fails(t, f), "duplicate-effect: key ")

	nothing := f
	nothing.Create = func(context.Context, int64) (string, error) { return "", nil }
	require.Contains(t, fails(t, nothing, harness.Shrink(0)), "lost-result: key ")
	one := unique.Funcs[int64]{Create: func(context.Context, int64) (int64, error) { return 4711, nil }}
	require.Contains(t, fails(t, one, harness.Shrink(0)), "was given id 4711, which client ")
}

func TestFuncsThatAreWrong(t *testing.T) {
	create := func(context.Context, int64) (int64, error) { return 1, nil }
	for _, c := range []struct {
		funcs unique.Funcs[int64]
		want  string
	}{
		{unique.Funcs[int64]{}, "unique.Funcs must have Create"},
		{unique.Funcs[int64]{Create: create, Keys: -1}, "unique: keys must be"},
		{unique.Funcs[int64]{Create: create, Setup: func(context.Context) error { return errors.New("no") }}, "setting up: no"},
	} {
		require.Contains(t, fails(t, c.funcs), "the run failed: "+c.want)
	}
}
