package rules

import (
	"context"
	"errors"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

const (
	// mostEvaluations is how many choices of operations of unknown outcome are tried.
	mostEvaluations = 65_536
	// mostSteps bounds what the check of one rule may cost: steps of loops and evaluations, some hundred nanoseconds each.
	mostSteps = 20_000_000
	// stepsBetweenLooks is how often the context is looked at.
	stepsBetweenLooks = 1024
	// mostMemory is how many elements one evaluation may make lists of, beside those for the operations that there are.
	mostMemory = 1_000_000
)

// stoppedError says why a rule can't be evaluated any further.
type stoppedError struct{ error }

// run is the evaluation of one rule.
type run struct {
	ctx   context.Context
	vm    vm.VM
	steps int64
	own   *record // the operation that the rule is evaluated for, if it is for each
	folds []any   // values of the rule's folds, or errors
	stop  error
}

func newRun(ctx context.Context, ops int) *run {
	return &run{ctx: ctx, vm: vm.VM{MemoryBudget: uint(mostMemory + 8*ops)}}
}

// step counts, and says that it is time to stop.
func (r *run) step() error {
	r.steps++
	switch {
	case r.stop != nil:
	case r.steps > mostSteps:
		r.stop = stoppedError{errBudget}
	case r.steps%stepsBetweenLooks == 0 && r.ctx.Err() != nil:
		r.stop = stoppedError{context.Cause(r.ctx)}
	}
	return r.stop
}

// fold gives the value of a fold, as the choice has it.
func (r *run) fold(i int) (any, error) {
	if err, ok := r.folds[i].(error); ok {
		return nil, err
	}
	return r.folds[i], nil
}

// field gives a field of the operation that the rule is evaluated for.
func (r *run) field(name string) (any, error) {
	if name == ownRefused {
		name = fieldRefused
	}
	v, err := r.own.field(name)
	var m *missingError
	if errors.As(err, &m) && m.foreign() {
		return nil, passedOverError{m}
	}
	return v, err
}

// passedOverError says that a rule does not concern an operation.
type passedOverError struct{ error }

// eval runs a program.
func (r *run) eval(p *vm.Program, env map[string]any) (any, error) {
	if err := r.step(); err != nil {
		return nil, err
	}
	env[nameOfRun] = r
	v, err := r.vm.Run(p, env)
	if err == nil {
		return v, nil
	}
	var wrong *file.Error
	if errors.As(err, &wrong) && wrong.Prev != nil && isOurs(wrong.Prev) {
		return nil, wrong.Prev
	}
	return nil, err
}

// isOurs tells errors that say where they come from by themselves.
func isOurs(err error) bool {
	var (
		s stoppedError
		p passedOverError
		m *missingError
	)
	return errors.As(err, &s) || errors.As(err, &p) || errors.As(err, &m)
}
