package custom

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/rules"
)

// validate says what is wrong with a type beside its rules.
func (t *Type) validate() error {
	if t.Name == "" {
		return errors.New("a type needs a name, such as points")
	}
	if err := t.keys().Validate(); err != nil {
		return err
	}
	if t.Fresh && (t.Hot != 0 || t.Skew != 0) {
		return errors.New("hot and skew have no effect on fresh objects, through which clients go one after the other; leave them out")
	}
	if len(t.Rules) == 0 {
		return errors.New("there are no rules, so that nothing would be checked; write one at least")
	}
	for _, name := range slices.Sorted(maps.Keys(t.Constants)) {
		if slices.Contains(reserved(), name) && name != "keys" { // of which the rules say more
			return fmt.Errorf("the constant %s is what every operation has in rules; call it something else", name)
		}
	}
	return t.validateOperations()
}

// MostWeight bounds the weight of an operation, so that all of them can be added up.
const MostWeight = 1_000_000

// OperationError is what is wrong with the description of one operation.
type OperationError struct {
	Operation string
	Err       error
}

// Error names the operation.
func (e *OperationError) Error() string { return fmt.Sprintf("operation %s: %v", e.Operation, e.Err) }

// Unwrap gives what is wrong.
func (e *OperationError) Unwrap() error { return e.Err }

func (t *Type) keys() workloads.Keys { return workloads.Keys{N: t.Keys, Hot: t.Hot, Skew: t.Skew} }

func (t *Type) validateOperations() error {
	seen := map[string]bool{}
	changes := false
	var wrong []error
	for i, o := range t.Operations {
		if !rules.IsName(rules.Identifier(o.Name)) {
			return fmt.Errorf("operation %d: %q is no name: it must have letters, digits, - and _, and begin with a letter", i+1, o.Name)
		}
		if seen[o.Name] {
			return fmt.Errorf("there are two operations %s", o.Name)
		}
		seen[o.Name] = true
		if err := cmp.Or(o.validate(), t.clash(o)); err != nil {
			wrong = append(wrong, &OperationError{o.Name, err})
		}
		changes = changes || o.Weight > 0 && !o.ReadOnly
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	if !changes {
		return errors.New("no operation changes anything: one at least must have a weight and not be read-only")
	}
	return nil
}

func (o *Operation) validate() error {
	switch {
	case o.Weight < 0:
		return fmt.Errorf("weight must not be negative, and is %d", o.Weight)
	case o.Weight > MostWeight:
		return fmt.Errorf("weight must be %d or less, and is %d", MostWeight, o.Weight)
	case o.Weight == 0 && !o.Final:
		return errors.New("it would never be made: give it a weight of 1 and above, or make it final")
	case o.Final && !o.ReadOnly:
		return errors.New("what is final, made after everybody has stopped, must be read-only")
	case o.Final && len(o.Args) > 0:
		return errors.New("what is final takes no arguments, since it is made once for each object")
	}
	seen := map[string]bool{}
	names := slices.Clone(o.Outputs)
	for _, a := range o.Args {
		if a.Min > a.Max {
			return fmt.Errorf("argument %s: min is %d, above max, %d", a.Name, a.Min, a.Max)
		}
		names = append(names, a.Name)
	}
	for _, name := range names {
		switch {
		case !rules.IsName(name):
			return fmt.Errorf("%q is no name of an argument or output: it must have letters, digits and _, and begin with a letter", name)
		case slices.Contains(reserved(), name):
			return fmt.Errorf("%s is what every operation has, so that no argument or output can be called so", name)
		case seen[name]:
			return fmt.Errorf("two arguments or outputs are called %s", name)
		}
		seen[name] = true
	}
	return nil
}

// reserved are the names that mean something else in a rule for each operation.
func reserved() []string {
	return []string{"client", "key", "op", "refused", "keys", "accepted", "final"}
}

// clash looks for a field that has a constant's name.
func (t *Type) clash(o Operation) error {
	names := slices.Clone(o.Outputs)
	for _, a := range o.Args {
		names = append(names, a.Name)
	}
	for _, name := range names {
		if _, there := t.Constants[name]; there {
			return fmt.Errorf("%s is a constant too; call one of them something else", name)
		}
	}
	return nil
}
