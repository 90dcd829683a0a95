package served

import (
	"context"
	"maps"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/workloads/rules"
)

// check is the workload's check, and that of the invariants beside it.
func (w workload[I, O]) check(ctx context.Context, h *history.History[I, O]) checkers.Verdict {
	if w.rules == nil {
		return w.Workload.Check(ctx, h)
	}
	name, _ := w.Workload.Info()
	return checkers.All(ctx, h, checkers.Named[I, O]{Name: name, Check: w.Workload.Check}, checkers.Named[I, O]{
		Name: "invariants", Check: func(ctx context.Context, h *history.History[I, O]) checkers.Verdict {
			return rules.Check(ctx, w.rules, h, w.view())
		},
	})
}

// view shows an operation to the invariants.
func (w workload[I, O]) view() func(op *history.Op[I, O]) rules.View {
	return told(w.asked(rules.ViewOf[I, O](w.Class)))
}

// asked leaves out the inputs that an operation of its kind does not have: as zeros they would hide outputs of the same name.
func (w workload[I, O]) asked(view func(op *history.Op[I, O]) rules.View) func(op *history.Op[I, O]) rules.View {
	inputs := map[string][]string{}
	for kind := range w.asks {
		inputs[kind] = w.inputs(kind)
	}
	return func(op *history.Op[I, O]) rules.View {
		v := view(op)
		maps.DeleteFunc(v.Fields, func(name string, _ any) bool { return !slices.Contains(inputs[v.Kind], name) })
		return v
	}
}

// inputs are the names of what a kind of operation is asked with, and of the kind.
func (w workload[I, O]) inputs(kind string) []string {
	all := []string{"op"}
	for _, in := range w.operation(kind).Inputs {
		all = append(all, in.Name)
	}
	return slices.DeleteFunc(rules.FieldsOf[I](), func(name string) bool { return !slices.Contains(all, name) })
}

// vocabulary is what invariants can speak of: the service's operations, and the workload's numbers.
func (w workload[I, O]) vocabulary() rules.Vocabulary {
	_, params := w.Workload.Info()
	v := rules.Vocabulary{Constants: map[string]int64{}, Object: w.Object}
	for name, value := range params {
		switch n := value.(type) {
		case int:
			v.Constants[name] = int64(n)
		case int64:
			v.Constants[name] = n
		}
	}
	v.Keys = int(v.Constants["keys"])
	delete(v.Constants, "keys")
	v.Noun = w.words.Object
	final := w.finalKinds()
	for _, kind := range slices.Sorted(maps.Keys(w.asks)) {
		o := w.operation(kind)
		v.Kinds = append(v.Kinds, rules.Kind{
			Name: kind, ReadOnly: o.ReadOnly, Whole: o.Whole, Final: o.ReadOnly && slices.Contains(final, kind),
			Inputs: w.inputs(kind), Outputs: rules.FieldsOf[O](),
		})
	}
	return v
}

// operation is what is known of a kind of operation.
func (w workload[I, O]) operation(kind string) words.Operation {
	for _, c := range w.words.Composed {
		if c.Name == kind {
			return words.Operation{Name: kind, Whole: c.Whole}
		}
	}
	o, _ := w.words.Operation(kind)
	return o
}

func (w workload[I, O]) finalKinds() (kinds []string) {
	for _, in := range w.Final() {
		if kind := w.Class(in).Kind; !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// told leaves out what an operation did not tell: a number that is there only as zero would break rules that it knows nothing of.
func told[I, O any](view func(op *history.Op[I, O]) rules.View) func(op *history.Op[I, O]) rules.View {
	return func(op *history.Op[I, O]) rules.View {
		v := view(op)
		seen, updates := v.Outputs["seen"]
		found, finds := v.Outputs["found"]
		switch {
		case updates && seen != true && !v.ReadOnly:
			keep(v.Outputs, "seen", "refused", "swapped")
		case finds && found != true:
			keep(v.Outputs, "found", "done", "count")
		}
		return v
	}
}

func keep(outputs map[string]any, names ...string) {
	maps.DeleteFunc(outputs, func(name string, _ any) bool { return !slices.Contains(names, name) })
}
