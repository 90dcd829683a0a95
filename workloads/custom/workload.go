package custom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/rules"
)

// visit is how many operations a client makes on a fresh object before it goes on to the next.
const visit = 2

// Workload is a workload of a type that a user described. It is safe for concurrent use.
type Workload struct {
	t     Type
	text  string // the type in JSON
	kinds map[string]*Operation
	rules *rules.Set
}

var (
	_ harness.Workload[Input, Output] = (*Workload)(nil)
	_ harness.ObjectNamer             = (*Workload)(nil)
)

// New makes a workload of a type, or says what is wrong with its description.
func New(t Type) (*Workload, error) {
	if t.Object == "" {
		t.Object = "object"
	}
	if err := t.validate(); err != nil {
		return nil, named(t, err)
	}
	text, err := json.Marshal(t)
	if err != nil {
		return nil, named(t, err)
	}
	w := &Workload{text: string(text), kinds: map[string]*Operation{}}
	if err := json.Unmarshal(text, &w.t); err != nil { // a copy that is nobody else's
		return nil, named(t, err)
	}
	for i := range w.t.Operations {
		w.kinds[w.t.Operations[i].Name] = &w.t.Operations[i]
	}
	if w.rules, err = rules.Compile(w.t.Rules, w.vocabulary()); err != nil {
		return nil, named(t, err)
	}
	return w, nil
}

// named says of each error which type it is of.
func named(t Type, err error) error {
	name := Name
	if t.Name != "" {
		name = t.Name
	}
	return fmt.Errorf("%s: %w", name, err)
}

// The parameters of a workload.
const (
	paramKeys = "keys"
	paramType = "type"
)

// FromParams makes the workload again whose [Workload.Info] gave the parameters, also after they went through JSON.
func FromParams(params map[string]any) (*Workload, error) {
	text, ok := params[paramType].(string)
	if !ok {
		return nil, errors.New("custom: the parameter type must hold the description of the data type, as JSON in a text")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	var t Type
	if err := d.Decode(&t); err != nil {
		return nil, fmt.Errorf("custom: the parameter type: %w", err)
	}
	return New(t)
}

// vocabulary is what rules can speak of.
func (w *Workload) vocabulary() rules.Vocabulary {
	v := rules.Vocabulary{Keys: w.t.Keys, Constants: w.t.Constants, Object: w.Object, Noun: w.t.Object}
	for _, o := range w.t.Operations {
		k := rules.Kind{Name: o.Name, ReadOnly: o.ReadOnly, Whole: o.Whole, Final: o.Final, Outputs: o.Outputs}
		for _, a := range o.Args {
			k.Inputs = append(k.Inputs, a.Name)
		}
		v.Kinds = append(v.Kinds, k)
	}
	return v
}

// Type gives the description, which must not be changed.
func (w *Workload) Type() Type { return w.t }

// Title is what the type is called.
func (w *Workload) Title() string { return w.t.Name }

// Info gives the name and the parameters: the number of objects, and the whole description as JSON in a text, in which large
// numbers stay exact.
func (w *Workload) Info() (string, map[string]any) {
	return Name, map[string]any{paramKeys: w.t.Keys, paramType: w.text}
}

// Generator makes one client's operations.
func (w *Workload) Generator(int) harness.Generator[Input, Output] {
	all := newDeck(w.t.Operations, func(Operation) bool { return true })
	changes := newDeck(w.t.Operations, func(o Operation) bool { return !o.ReadOnly })
	if !w.t.Fresh {
		pick := w.t.keys().Picker()
		return func(r *rand.Rand, _ *history.Op[Input, Output]) Input { return all.draw(r).input(r, pick(r)) }
	}
	next := 0
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		n := next % (visit * w.t.Keys)
		next = n + 1
		if n%visit > 0 {
			return all.draw(r).input(r, n/visit)
		}
		return changes.draw(r).input(r, n/visit)
	}
}

// deck is operations of which some are drawn more often.
type deck struct {
	operations []Operation
	total      int
}

func newDeck(all []Operation, takes func(o Operation) bool) deck {
	var d deck
	for _, o := range all {
		if o.Weight > 0 && takes(o) {
			d.operations = append(d.operations, o)
			d.total += o.Weight
		}
	}
	return d
}

func (d deck) draw(r *rand.Rand) Operation {
	n := r.IntN(d.total)
	for _, o := range d.operations {
		if n -= o.Weight; n < 0 {
			return o
		}
	}
	return d.operations[0] // never
}

// input makes a request of one kind, with arguments that are drawn.
func (o Operation) input(r *rand.Rand, key int) Input {
	in := Input{Op: o.Name, Key: int32(key)}
	if o.Whole {
		in.Key = 0
	}
	if len(o.Args) == 0 {
		return in
	}
	args := make(map[string]int64, len(o.Args))
	for _, a := range o.Args {
		args[a.Name] = a.draw(r)
	}
	in.Args = NewArgs(args)
	return in
}

func (a Arg) draw(r *rand.Rand) int64 {
	span := uint64(a.Max) - uint64(a.Min) + 1
	if span == 0 { // all there are
		return int64(r.Uint64())
	}
	return int64(uint64(a.Min) + r.Uint64N(span))
}

// Final makes the final operations of every object; those of all objects come before or after them, as they do in the
// description.
func (w *Workload) Final() []Input {
	var before, keyed, after []Input
	for _, o := range w.t.Operations {
		switch {
		case !o.Final:
		case !o.Whole:
			keyed = append(keyed, Input{Op: o.Name})
		case len(keyed) == 0:
			before = append(before, Input{Op: o.Name})
		default:
			after = append(after, Input{Op: o.Name})
		}
	}
	reads := before
	for key := range w.t.Keys {
		for _, in := range keyed {
			in.Key = int32(key)
			reads = append(reads, in)
		}
	}
	return append(reads, after...)
}

// Class tells the harness of an input.
func (w *Workload) Class(in Input) harness.Class {
	c := harness.Class{Kind: in.Op, Key: uint64(in.Key)}
	if o := w.kinds[in.Op]; o != nil {
		c.ReadOnly, c.Whole = o.ReadOnly, o.Whole
	}
	return c
}

// Check holds a history against the rules. A history that asks what the type does not have is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		if err := w.valid(h.Ops[i].Input); err != nil {
			return checkers.Undecide("malformed: operation #%d: %v", i, err)
		}
	}
	return workloads.Check(ctx, h, workloads.Stage[Input, Output]{{Name: "rules", Check: w.check}})
}

func (w *Workload) check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return rules.Check(ctx, w.rules, h, w.view)
}

// view shows an operation to the rules.
func (w *Workload) view(op *history.Op[Input, Output]) rules.View {
	c := w.Class(op.Input)
	v := rules.View{Kind: c.Kind, Key: c.Key, Whole: c.Whole, ReadOnly: c.ReadOnly, Outputs: op.Output.Values}
	v.Refused, v.Hidden, v.Fields = op.Output.Refused, op.Output.Hidden, map[string]any{}
	for name, n := range op.Input.Args.All() {
		v.Fields[name] = n
	}
	return v
}

// valid says what is wrong with an input.
func (w *Workload) valid(in Input) error {
	o := w.kinds[in.Op]
	if o == nil {
		return fmt.Errorf("there is no operation %q of %s", in.Op, w.t.Name)
	}
	if in.Key < 0 || int(in.Key) >= w.t.Keys {
		return fmt.Errorf("%s of %s: there are numbers 0 to %d", in.Op, w.Object(uint64(in.Key)), w.t.Keys-1)
	}
	for _, a := range o.Args {
		if _, there := in.Args.Get(a.Name); !there {
			return fmt.Errorf("%s lacks its argument %s", in.Op, a.Name)
		}
	}
	if len(strings.Fields(string(in.Args))) > len(o.Args) {
		return fmt.Errorf("%s has arguments that it does not take: %s", in.Op, in.Args)
	}
	return nil
}
