package doctors_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/doctors"
	"github.com/lostupdate/stress/workloads/internal/told"
)

var errLast = errors.New("the last owner can't leave")

// group is somebody's own, of which one owner must be left.
type group struct {
	mu      sync.Mutex
	owners  doctors.Set
	careful bool // it looks and lets go under one lock
}

func (g *group) setUp(context.Context) error { g.owners = doctors.All(2); return nil }

func (g *group) list(context.Context) ([]int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.owners.Doctors(), nil
}

func (g *group) leave(ctx context.Context, owner int) error {
	all, err := harness.Step(ctx, "list owners", g.list)
	switch {
	case err != nil:
		return harness.NotApplied(err)
	case !g.careful && doctors.Of(all...).Without(owner) == 0:
		return errLast
	}
	_, err = harness.Step(ctx, "remove owner", func(context.Context) (any, error) { return nil, g.remove(owner) })
	return harness.NotApplied(err)
}

func (g *group) remove(owner int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	left := g.owners.Without(owner)
	if g.careful && left == 0 {
		return fmt.Errorf("leave: %w", errLast)
	}
	g.owners = left
	return nil
}

func (g *group) join(_ context.Context, owner int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.owners = g.owners.With(owner)
	return nil
}

func (g *group) funcs() doctors.Funcs {
	return doctors.Funcs{Setup: g.setUp, Leave: g.leave, Return: g.join, OnCall: g.list, Refused: []error{errLast}}
}

func fails(t *testing.T, f doctors.Funcs) string {
	t.Helper()
	// Clients that step together look together.
	errors := told.By(t, func(tb harness.TB) {
		doctors.Test(tb, f, harness.Cases("off"), harness.WithScheduler(harness.Lockstep(time.Second)))
	})
	require.Len(t, errors, 1)
	return errors[0]
}

func TestFuncs(t *testing.T) {
	doctors.Test(t, (&group{careful: true}).funcs(), harness.Cases("off"))
	require.Contains(t, fails(t, new(group).funcs()), "write-skew: shift 0: ")
}

func TestFuncsThatAreWrong(t *testing.T) {
	const missing = "doctors.Funcs must have Leave, Return, OnCall and Refused"
	whole := func(change func(*doctors.Funcs)) doctors.Funcs {
		f := new(group).funcs()
		change(&f)
		return f
	}
	onCall := func(all ...int) func(context.Context) ([]int, error) {
		return func(context.Context) ([]int, error) { return all, nil }
	}
	for _, c := range []struct {
		funcs doctors.Funcs
		want  string
	}{
		{whole(func(f *doctors.Funcs) { f.Leave = nil }), missing},
		{whole(func(f *doctors.Funcs) { f.Return = nil }), missing},
		{whole(func(f *doctors.Funcs) { f.OnCall = nil }), missing},
		{whole(func(f *doctors.Funcs) { f.Refused = nil }), missing},
		{whole(func(f *doctors.Funcs) { f.Doctors = 1 }), "doctors: doctors must be 2 to 64, not 1"},
		{whole(func(f *doctors.Funcs) { f.OnCall = onCall(1) }), "doctor 1 on call before the run: have Setup call all 2"},
		{whole(func(f *doctors.Funcs) { f.OnCall = onCall(64) }),
			"reading the shift before the run: doctors: OnCall gave doctor 64, who is none of 0 to 63"},
		{whole(func(f *doctors.Funcs) { f.Setup = func(context.Context) error { return errLast } }),
			"setting the shift up: the last owner can't leave"},
		{whole(func(f *doctors.Funcs) { f.OnCall = func(context.Context) ([]int, error) { return nil, errLast } }),
			"reading the shift before the run: the last owner can't leave"},
	} {
		require.Contains(t, fails(t, c.funcs), "the run failed: "+c.want)
	}
}
