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
	return told(rules.ViewOf[I, O](w.Class))
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
			Inputs: rules.FieldsOf[I](), Outputs: rules.FieldsOf[O](),
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

// told leaves out what an update did not tell: a number that is there only as zero would break rules that it knows nothing of.
func told[I, O any](view func(op *history.Op[I, O]) rules.View) func(op *history.Op[I, O]) rules.View {
	return func(op *history.Op[I, O]) rules.View {
		v := view(op)
		if seen, marked := v.Outputs["seen"]; !marked || seen == true || v.ReadOnly {
			return v
		}
		for name := range v.Outputs {
			if name != "seen" && name != "refused" && name != "swapped" {
				delete(v.Outputs, name)
			}
		}
		return v
	}
}
