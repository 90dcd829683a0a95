package custom

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lostupdate/stress/history"
)

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return fmt.Sprintf("%s %d", w.t.Object, key) }

// Describe tells an operation in words: "spend 30 of account 2 → balance 970".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	text := w.asked(op.Input)
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", text, op.Outcome)
	}
	var answers []string
	if op.Output.Refused {
		answers = append(answers, "refused")
	}
	for _, name := range w.outputs(op) {
		answers = append(answers, fmt.Sprintf("%s %v", name, op.Output.Values[name]))
	}
	if len(answers) == 0 {
		return text
	}
	return fmt.Sprintf("%s → %s", text, strings.Join(answers, ", "))
}

// outputs are the names of what was answered, in the order of the description.
func (w *Workload) outputs(op *history.Op[Input, Output]) []string {
	var order []string
	if o := w.kinds[op.Input.Op]; o != nil {
		order = o.Outputs
	}
	names := slices.DeleteFunc(slices.Clone(order), func(name string) bool {
		_, there := op.Output.Values[name]
		return !there
	})
	for _, name := range slices.Sorted(maps.Keys(op.Output.Values)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// asked tells what was asked: one argument by its number alone, several by their names.
func (w *Workload) asked(in Input) string {
	var args []string
	o := w.kinds[in.Op]
	if o != nil {
		for _, a := range o.Args {
			if n, there := in.Args.Get(a.Name); there {
				args = append(args, fmt.Sprintf("%s %d", a.Name, n))
			}
		}
	}
	of := w.Object(uint64(in.Key))
	if o != nil && o.Whole {
		of = "all " + w.t.Object + "s"
	}
	switch {
	case len(args) == 0:
		return in.Op + " " + of
	case len(o.Args) == 1:
		_, number, _ := strings.Cut(args[0], " ")
		return fmt.Sprintf("%s %s of %s", in.Op, number, of)
	}
	return fmt.Sprintf("%s (%s) of %s", in.Op, strings.Join(args, ", "), of)
}
