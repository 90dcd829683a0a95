package doctors

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
)

// Funcs are a user's own functions on a few that all may leave but the last, such as the owners of a group or the healthy
// nodes of a cluster. Clients call them at once, and somebody must always stay: see [Test].
type Funcs struct {
	// Doctors is how many there are, 2 to [MaxDoctors]; 2 if 0. They are numbered from 0.
	Doctors int
	// Leave has one go. Required. A nil error says that it was done, or had been before, one that is in Refused that nothing
	// happened since no other is left, one that wraps harness.ErrNotApplied that nothing happened, and any other that nobody
	// knows. One who is gone already may be refused as well: to ask whether there are two is enough.
	Leave func(ctx context.Context, doctor int) error
	// Return has one come back. Required; its errors are as those of Leave.
	Return func(ctx context.Context, doctor int) error
	// OnCall gives those who are there, all of one moment. Required.
	OnCall func(ctx context.Context) ([]int, error)
	// Refused are errors with which Leave says that no other is left, or that one is gone already; compared by errors.Is.
	// Required.
	Refused []error
	// Setup comes before each run; all must be there when it has returned. Recommended: without it a run begins with what
	// the one before has left.
	Setup func(ctx context.Context) error
}

// Test tests functions on who is left; see [harness.Test].
func Test(tb harness.TB, f Funcs, opts ...harness.Option) {
	tb.Helper()
	harness.TestEach(tb, f.prepare, opts...)
}

// prepare has all be there, and makes a workload of them.
func (f Funcs) prepare(ctx context.Context) (harness.Target[Input, Output], harness.Workload[Input, Output], error) {
	if f.Leave == nil || f.Return == nil || f.OnCall == nil || len(f.Refused) == 0 {
		return nil, nil, errors.New("doctors.Funcs must have Leave, Return, OnCall and Refused")
	}
	w, err := New(Config{Keys: 1, Doctors: f.Doctors})
	if err != nil {
		return nil, nil, err
	}
	if f.Setup != nil {
		if err := f.Setup(ctx); err != nil {
			return nil, nil, fmt.Errorf("setting the shift up: %w", err)
		}
	}
	on, err := f.onCall(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the shift before the run: %w", err)
	}
	if on != All(w.doctors) {
		return nil, nil, fmt.Errorf("%v on call before the run: have Setup call all %d", on, w.doctors)
	}
	return harness.Fresh(func(context.Context) (func(context.Context, Input) (Output, error), error) {
		return f.do, nil
	}), w, nil
}

func (f Funcs) do(ctx context.Context, in Input) (Output, error) {
	switch in.Kind {
	case Return:
		return Output{}, f.Return(ctx, int(in.Doctor))
	case Status:
		on, err := f.onCall(ctx)
		return Output{OnCall: on}, harness.NotApplied(err) // a read that failed has changed nothing
	}
	err := f.Leave(ctx, int(in.Doctor))
	if workloads.IsOneOf(err, f.Refused) {
		return Output{Refused: true}, nil
	}
	return Output{}, err
}

func (f Funcs) onCall(ctx context.Context) (Set, error) {
	all, err := f.OnCall(ctx)
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		if d < 0 || d >= MaxDoctors {
			return 0, fmt.Errorf("doctors: OnCall gave doctor %d, who is none of 0 to %d", d, MaxDoctors-1)
		}
	}
	return Of(all...), nil
}
