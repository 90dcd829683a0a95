package rules

import (
	"errors"
	"fmt"
	"slices"

	"github.com/expr-lang/expr/vm/runtime"

	"github.com/lostupdate/stress/history"
)

// View is an operation as rules see it.
type View struct {
	Kind     string
	Key      uint64         // the object that it touches
	Whole    bool           // it touches all objects, and Key means nothing
	ReadOnly bool           // it never changes anything
	Fields   map[string]any // of its input
	// Outputs are the fields of its output; those of an operation that was not OK are not looked at.
	Outputs map[string]any
	// Refused says that it was answered by a refusal and changed nothing, as a field refused among Outputs does that is true.
	Refused bool
	// Hidden are the names of Outputs that are not what was answered, since they had a secret in them: a rule that asks for one is
	// undecided.
	Hidden []string
}

// record is one operation of a history.
type record struct {
	View
	place   int
	client  int32
	kind    *Kind
	outcome history.Outcome
	last    bool // made after everybody had stopped
	refused bool
}

// missingError says that an operation lacks a field.
type missingError struct {
	of   *record
	name string
}

// Error says which and why.
func (m *missingError) Error() string {
	if m.of.outcome == history.Unknown {
		return fmt.Sprintf("what operation #%d, %s, answered for %s is not known, as its outcome is not", m.of.place, m.of.Kind, m.name)
	}
	return fmt.Sprintf("operation #%d, %s, has no %s", m.of.place, m.of.Kind, m.name)
}

// foreign reports whether nothing is wrong with the operation because of that: its kind has no such field, or it was refused.
func (m *missingError) foreign() bool {
	if m.of.refused {
		return true
	}
	for _, name := range m.of.kind.fields() {
		if name == m.name {
			return false
		}
	}
	return m.name != fieldKey || m.of.Whole
}

// hiddenError says that a field is not what was answered.
type hiddenError struct {
	of   *record
	name string
}

// Error says which, and what to do.
func (h *hiddenError) Error() string {
	return fmt.Sprintf("%s of operation #%d, %s, has a secret in it, which is hidden, so that no rule can read it: say secret: "+
		"false of what is kept and is none, or have the service not answer it there", h.name, h.of.place, h.of.Kind)
}

// field gives one of an operation's fields.
func (r *record) field(name string) (any, error) {
	if v, ok := r.Fields[name]; ok && v != nil {
		return r.plain(name, v)
	}
	switch name {
	case fieldClient:
		return int(r.client), nil
	case fieldOp:
		return r.Kind, nil
	case fieldRefused:
		return r.refused, nil
	case fieldKey:
		if !r.Whole {
			return int(r.Key), nil
		}
	}
	if r.outcome == history.OK {
		if slices.Contains(r.Hidden, name) {
			return nil, &hiddenError{r, name}
		}
		if v, ok := r.Outputs[name]; ok && v != nil {
			return r.plain(name, v)
		}
	}
	return nil, &missingError{r, name}
}

// plain gives the value of a field as expressions have it.
func (r *record) plain(name string, value any) (any, error) {
	v, err := plain(value)
	switch {
	case errors.Is(err, errOverflow):
		return nil, fmt.Errorf("operation #%d, %s, has a %s that does not fit in 64 bits: make a text of it", r.place, r.Kind, name)
	case err != nil:
		return nil, fmt.Errorf("%s of operation #%d, %s: %w", name, r.place, r.Kind, err)
	}
	return v, nil
}

// fieldOf gives a field of whatever an expression has before the dot.
func (r *run) fieldOf(of any, name string, optional bool) (any, error) {
	switch of := of.(type) {
	case *record:
		v, err := of.field(name)
		if err != nil {
			return nil, err
		}
		return v, r.charge(weight(v))
	case nil:
		if optional {
			return nil, nil
		}
		return nil, fmt.Errorf("there is nothing that could have a %s", name)
	case map[string]any:
		return of[name], nil
	case []any, []int, string, int, decimal, bool:
		return nil, fmt.Errorf("%s has no %s", show(of), name)
	}
	return runtime.Fetch(of, name), nil
}

var errBudget = errors.New("it takes too many steps to evaluate")
