// Package custom is the data type that a user describes: its operations by their names, their arguments and their outputs,
// and what must be true by rules (package rules). There is no model of it, so that only the rules are checked.
package custom

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/workloads/rules"
)

// Name is the workload's name in histories and commands, whatever the type is called.
const Name = "custom"

// Type describes a data type. It is made of what JSON can hold.
type Type struct {
	// Name is what the type is called, such as "points". Required.
	Name string `json:"name"`
	// Object is what one of its objects is called, such as "account"; "object" if empty.
	Object string `json:"object,omitempty"`
	// Keys is how many objects there are, 1 to [workloads.MaxKeys].
	Keys int `json:"keys"`
	// Hot and Skew say how operations crowd on few objects: see [workloads.Keys].
	Hot  float64 `json:"hot,omitempty"`
	Skew float64 `json:"skew,omitempty"`
	// Fresh is for effects that must come about once: clients go through the objects one after the other, all in the same
	// order, make two operations on each, and begin with one that changes something. It leaves no room for Hot and Skew.
	Fresh bool `json:"fresh,omitempty"`
	// Constants are numbers that rules know by name, such as "initial".
	Constants map[string]int64 `json:"constants,omitempty"`
	// Operations are what clients can ask. One at least must change something.
	Operations []Operation `json:"operations"`
	// Rules are what must be true; one at least.
	Rules []rules.Rule `json:"rules"`
}

// Operation describes one kind of operation.
type Operation struct {
	// Name has letters, digits, - and _, and begins with a letter.
	Name string `json:"name"`
	// Weight is how common it is among the operations of a run, 0 to [MostWeight]; 0 is for those that are Final alone.
	Weight int `json:"weight,omitempty"`
	// ReadOnly says that it never changes anything.
	ReadOnly bool `json:"read_only,omitempty"`
	// Final says that it is made for each object, or once if it is Whole, after everybody has stopped; then it must be
	// ReadOnly.
	Final bool `json:"final,omitempty"`
	// Whole says that it touches all objects, or several; then it has no key.
	Whole bool `json:"whole,omitempty"`
	// Args are the numbers that it takes. One that is Final has none.
	Args []Arg `json:"args,omitempty"`
	// Outputs are the names of what it answers.
	Outputs []string `json:"outputs,omitempty"`
}

// Arg is a whole number that an operation takes, drawn from Min to Max, both included.
type Arg struct {
	Name string `json:"name"`
	Min  int64  `json:"min"`
	Max  int64  `json:"max"`
}

// Input is one request.
type Input struct {
	Op   string `json:"op"`             // the name of an operation
	Key  int32  `json:"key"`            // the object, 0 and above; 0 of one that is Whole
	Args Args   `json:"args,omitempty"` // all that the operation takes
}

// Args are named numbers, as one text that can be compared: "amount=30 to=2", in the order of their names. In JSON they
// are an object.
type Args string

// NewArgs writes numbers down.
func NewArgs(numbers map[string]int64) Args {
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(numbers)) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(name + "=" + strconv.FormatInt(numbers[name], 10))
	}
	return Args(b.String())
}

// All goes through the names and the numbers. What is no number is left out.
func (a Args) All() iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		for part := range strings.FieldsSeq(string(a)) {
			name, text, _ := strings.Cut(part, "=")
			n, err := strconv.ParseInt(text, 10, 64)
			if err == nil && !yield(name, n) {
				return
			}
		}
	}
}

// Map gives the numbers by name.
func (a Args) Map() map[string]int64 { return maps.Collect(a.All()) }

// Get gives the number with a name, if there is one.
func (a Args) Get(name string) (n int64, there bool) {
	for other, n := range a.All() {
		if other == name {
			return n, true
		}
	}
	return 0, false
}

// MarshalJSON writes an object.
func (a Args) MarshalJSON() ([]byte, error) { return json.Marshal(a.Map()) }

// UnmarshalJSON reads an object of whole numbers.
func (a *Args) UnmarshalJSON(text []byte) error {
	var numbers map[string]int64
	if err := json.Unmarshal(text, &numbers); err != nil {
		return fmt.Errorf("custom: arguments: %w", err)
	}
	*a = NewArgs(numbers)
	return nil
}

// Output is one answer.
type Output struct {
	// Refused says that the operation was refused, and changed nothing.
	Refused bool `json:"refused,omitempty"`
	// Values are what was answered, by the names of the operation's outputs: whole numbers as int64, other numbers as float64,
	// texts, booleans. One that was refused may lack them.
	Values Values `json:"values,omitempty"`
	// Hidden are the names of Values that had a secret in them, in whose place there is something else: no rule can read them.
	Hidden []string `json:"hidden,omitempty"`
}

// Values are what an operation answered, by name.
type Values map[string]any

// UnmarshalJSON reads an object, with whole numbers exactly.
func (v *Values) UnmarshalJSON(text []byte) error {
	decoded, err := rules.Decode(text)
	if err != nil {
		return fmt.Errorf("custom: %w", err)
	}
	values, ok := decoded.(map[string]any)
	if !ok && decoded != nil {
		return errors.New("custom: the values of an answer must be an object")
	}
	*v = values
	return nil
}
