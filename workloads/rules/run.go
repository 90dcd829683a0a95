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
	// fewUnknown is how many operations of unknown outcome a choice may always be of. Of more than these, most of those that a rule
	// speaks of must be known: among the choices of many there is nearly always one by which sums and counts come out right.
	fewUnknown = 10
	// mostSteps bounds what the check of one rule may cost: steps of loops and evaluations, some hundred nanoseconds each.
	mostSteps = 20_000_000
	// stepsBetweenLooks is how often the context is looked at.
	stepsBetweenLooks = 1024
	// textPerStep and listPerStep are how many bytes of a text or elements of a list cost a step.
	textPerStep = 64
	listPerStep = 16
	// textPerElement is how many bytes of a text take as much memory as an element of a list.
	textPerElement = 16
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
	grown int     // elements of lists that our functions made in this evaluation, beside those that the vm counts
	own   *record // the operation that the rule is evaluated for, if it is for each
	folds []any   // values of the rule's folds, or errors
	stop  error
}

func newRun(ctx context.Context, ops int) *run {
	return &run{ctx: ctx, vm: vm.VM{MemoryBudget: uint(mostMemory + 8*ops)}}
}

// step counts, and says that it is time to stop.
func (r *run) step() error { return r.charge(1) }

// charge counts several steps.
func (r *run) charge(n int) error {
	looks := r.steps / stepsBetweenLooks
	r.steps += int64(n)
	switch {
	case r.stop != nil:
	case r.steps > mostSteps:
		r.stop = stoppedError{errBudget}
	case r.steps/stepsBetweenLooks > looks && r.ctx.Err() != nil:
		r.stop = stoppedError{context.Cause(r.ctx)}
	}
	return r.stop
}

// grow counts elements of lists that are made, and what texts take as so many.
func (r *run) grow(n int) error {
	if r.grown += n; n < 0 || r.grown > int(r.vm.MemoryBudget) {
		return errMemory
	}
	return r.charge(n / listPerStep)
}

// made counts elements that were looked at one by one.
func (r *run) made(n int) error {
	if err := r.grow(n); err != nil {
		return err
	}
	return r.charge(n)
}

var errMemory = errors.New("memory budget exceeded: it makes too long lists or texts")

// weight is how many steps a value is worth where all of it is looked at, but not into what is in it.
func weight(x any) int {
	switch x := x.(type) {
	case string:
		return len(x) / textPerStep
	case decimal:
		return 1 + (len(x.low)+len(x.high))/textPerStep
	case []any:
		return len(x) / listPerStep
	case []int:
		return len(x) / listPerStep
	}
	return 0
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
	r.grown = 0
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
		h *hiddenError
	)
	return errors.As(err, &s) || errors.As(err, &p) || errors.As(err, &m) || errors.As(err, &h)
}
