// Package words is what the workloads' operations are called where a service is told of them: in a file that describes
// requests, and in the messages to a process. A workload's inputs and outputs have those names in JSON, so that this
// package knows no workload; a test holds it against them.
package words

import (
	"maps"
	"slices"
)

// Type is what a value is.
type Type string

// The types of values.
const (
	Int  Type = "whole number"
	Bool Type = "true or false"
	Ints Type = "list of whole numbers"
	// ID is a whole number or a text, which names something. Texts are numbered as they come; see [Identities].
	ID Type = "identity"
	// Token is a whole number or a text that the service is given back as it was.
	Token Type = "text or whole number"
)

// Word is one value of an input or an output.
type Word struct {
	Name     string
	Type     Type
	Required bool   // an OK answer must tell it
	Beside   string // the output without which an OK answer's is not looked at, or ""
	About    string
}

// Operation is one kind of operation.
type Operation struct {
	Name     string
	About    string
	Required bool // the service must have it
	// ByClient says that a client makes it by itself where the service does not have it.
	ByClient bool
	// Within says that it is asked for within others alone: histories have no operation of its name.
	Within   bool
	ReadOnly bool
	Again    bool // it may be asked for more than once until an answer will do, though it changes something
	Whole    bool // it touches several objects
	Inputs   []Word
	Outputs  []Word
	// Results are the definite answers that an operation may have besides having been done, such as "refused", with the
	// output that each is.
	Results map[string]map[string]any
	// Beside are the outputs that an answer with one of the results may tell, by the result; the others would not be looked at.
	Beside map[string][]string
	// Complete adds to an output what follows from it, of an answer with a result or, if that is "", of one that says OK; nil if
	// nothing does.
	Complete func(result string, in, out map[string]any)
	// Agree says what is wrong with values that an answer tells and that are right each by itself; nil if nothing can be.
	Agree func(told map[string]any) error
}

// Composed is a kind of operation that a client makes of others, so that the service is not asked for it by its name.
type Composed struct {
	Name  string
	Whole bool     // it touches several objects
	Of    []string // what it asks for that changes something
}

// Workload is a workload's operations.
type Workload struct {
	Name   string
	Object string // the name of the input that is the number of an object, which setup requests have as well
	// OneOf are operations of which a service must have one at least.
	OneOf      []string
	Constants  []string // parameters of the workload that templates may name, besides keys
	Single     bool     // there is one object, unless more are asked for
	Ordered    bool     // clients go through the objects one after the other, so that nothing can have them crowd on few
	Operations []Operation
	Composed   []Composed
}

// Operation gives the operation of the name.
func (w Workload) Operation(name string) (Operation, bool) {
	i := slices.IndexFunc(w.Operations, func(o Operation) bool { return o.Name == name })
	if i < 0 {
		return Operation{}, false
	}
	return w.Operations[i], true
}

// Names are those of the operations.
func (w Workload) Names() []string {
	names := make([]string, len(w.Operations))
	for i, o := range w.Operations {
		names[i] = o.Name
	}
	return names
}

// Of gives the operations of a workload, or false if it is none that a service can be asked for.
func Of(workload string) (Workload, bool) {
	i := slices.IndexFunc(All(), func(w Workload) bool { return w.Name == workload })
	if i < 0 {
		return Workload{}, false
	}
	return All()[i], true
}

// Names are the workloads that a service can be asked for.
func Names() []string {
	var names []string
	for _, w := range All() {
		names = append(names, w.Name)
	}
	return names
}

// Output gives the output of an answer: of a result by its name, or, if that is "", of one that says OK with the values that
// it tells. Nothing of the arguments is kept. An error says why those values can't be an answer.
func (o Operation) Output(result string, in, told map[string]any) (map[string]any, error) {
	if o.Agree != nil {
		if err := o.Agree(told); err != nil {
			return nil, err
		}
	}
	out := map[string]any{}
	maps.Copy(out, o.Results[result])
	maps.Copy(out, told)
	if o.Complete != nil {
		o.Complete(result, in, out)
	}
	return out, nil
}

// Kinds are the workload's kinds of operation, as histories have them, that clients of a service with some of the operations can
// make.
func (w Workload) Kinds(has func(operation string) bool) []string {
	var kinds []string
	for _, o := range w.Operations {
		if !o.Within && (o.ByClient || has(o.Name)) {
			kinds = append(kinds, o.Name)
		}
	}
	for _, c := range w.Composed {
		if !slices.ContainsFunc(c.Of, func(name string) bool { return !has(name) }) {
			kinds = append(kinds, c.Name)
		}
	}
	return kinds
}

// Tells are the outputs that an answer with a result may tell, or, if that is "", one that says OK.
func (o Operation) Tells(result string) []Word {
	if result == "" {
		return o.Outputs
	}
	return slices.DeleteFunc(slices.Clone(o.Outputs), func(w Word) bool { return !slices.Contains(o.Beside[result], w.Name) })
}

// Alone is an output among the names of those that an OK answer tells that is of no use without another, which is not there.
func (o Operation) Alone(told []string) (name, without string, found bool) {
	for _, w := range o.Outputs {
		if w.Beside != "" && slices.Contains(told, w.Name) && !slices.Contains(told, w.Beside) {
			return w.Name, w.Beside, true
		}
	}
	return "", "", false
}

// Having are the workloads that have a parameter.
func Having(parameter string) []string {
	var names []string
	for _, w := range All() {
		if slices.Contains(w.Constants, parameter) {
			names = append(names, w.Name)
		}
	}
	return names
}
