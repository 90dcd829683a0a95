package stdio

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/words"
)

// client is one client of a process.
type client[I, O any] struct {
	target  *Target[I, O]
	process *process
	number  int
}

// Do makes one operation.
func (c *client[I, O]) Do(ctx context.Context, in I) (out O, err error) {
	inputs := map[string]any{}
	name := c.target.bridge.Inputs(in, inputs)
	op, there := c.target.workload.Operation(name)
	if !there {
		return out, harness.NotAppliedf("the workload %s has no operation %s in words", c.target.workload.Name, name)
	}
	fields := []field{{"client", c.number}}
	for _, w := range op.Inputs {
		if v, there := inputs[w.Name]; there && v != nil { // a token that no answer told is none
			fields = append(fields, field{w.Name, v})
		}
	}
	sent := false
	a, err := harness.Step(ctx, Label(name), func(ctx context.Context) (*answer, error) {
		sent = true
		return c.process.ask(ctx, name, fields)
	})
	if !sent {
		return out, harness.NotApplied(err)
	}
	if err != nil {
		return out, err
	}
	return c.read(op, inputs, a)
}

// read makes an output of an answer. One that the protocol does not have ends the run.
func (c *client[I, O]) read(op words.Operation, inputs map[string]any, a *answer) (out O, err error) {
	if a.kind == "error" {
		return out, c.failed(op, a)
	}
	result, ok := "", a.kind == op.Name+"_ok"
	if _, there := op.Results[a.kind]; there {
		result, ok = a.kind, true
	}
	if !ok {
		return out, c.process.refuse(a.wrong("answers %s, but is none of %s", op.Name, strings.Join(kinds(op), ", ")))
	}
	told, err := tells(op, result, a)
	if err != nil {
		return out, c.process.refuse(err)
	}
	values, err := op.Output(result, inputs, told)
	if err != nil {
		return out, c.process.refuse(a.wrong("can't be an answer to %s (%v)", op.Name, err))
	}
	c.target.names.Number(op, values)
	if out, err = c.target.bridge.Output(values); err != nil {
		return out, c.process.refuse(a.wrong("can't be an answer to %s (%v)", op.Name, err))
	}
	return out, nil
}

// kinds are what may answer an operation.
func kinds(op words.Operation) []string {
	return slices.Concat([]string{op.Name + "_ok"}, slices.Sorted(maps.Keys(op.Results)), []string{"error"})
}

// failed is the error that an answer tells. That an operation is not known would be told of every one of its kind.
func (c *client[I, O]) failed(op words.Operation, a *answer) error {
	code, err := a.code()
	if err != nil {
		return c.process.refuse(err)
	}
	if code == notSupported {
		return harness.NotApplied(c.process.refuse(fmt.Errorf(
			`does not know the operation %s (code %d). If it is not to be asked for that, have it answer hello by the `+
				`operations that it has: {"type":"hello_ok","in_reply_to":1,"operations":["read", …]}: %s`, op.Name, code, a.line)))
	}
	return a.failure(code)
}

// tells takes the values of an answer that the operation has, and holds them against their types.
func tells(op words.Operation, result string, a *answer) (map[string]any, error) {
	told := map[string]any{}
	may := op.Tells(result)
	for _, name := range slices.Sorted(maps.Keys(a.values)) {
		v := a.values[name]
		if slices.Contains([]string{"type", "msg_id", "in_reply_to"}, name) || v == nil {
			continue
		}
		i := slices.IndexFunc(may, func(w words.Word) bool { return w.Name == name })
		if i < 0 {
			return nil, a.wrong("tells %q, which no answer to %s does: %s", name, asked(op, result), outputs(may))
		}
		if w := may[i]; !is(v, w.Type) {
			return nil, a.wrong("tells %q, which is no %s", name, w.Type)
		}
		told[name] = v
	}
	if result != "" {
		return told, nil
	}
	for _, w := range op.Outputs {
		if _, there := told[w.Name]; w.Required && !there {
			return nil, a.wrong("lacks %q, %s, which an answer to %s must tell", w.Name, w.About, op.Name)
		}
	}
	if name, without, found := op.Alone(slices.Collect(maps.Keys(told))); found {
		return nil, a.wrong("tells %q without %q, so that nobody would look at it", name, without)
	}
	return told, nil
}

// asked names an operation, with the result that it had.
func asked(op words.Operation, result string) string {
	if result == "" {
		return op.Name
	}
	return op.Name + " that is " + result
}

// outputs says what an answer may tell.
func outputs(may []words.Word) string {
	if len(may) == 0 {
		return "it tells nothing but its type"
	}
	var names []string
	for _, w := range may {
		names = append(names, w.Name)
	}
	return "it may tell " + strings.Join(names, ", ")
}

// is reports whether a value is of a type.
func is(v any, t words.Type) bool {
	switch v := v.(type) {
	case int64:
		return t == words.Int || t == words.ID || t == words.Token
	case string:
		return t == words.ID || t == words.Token && v != ""
	case bool:
		return t == words.Bool
	case []any:
		return t == words.Ints && !slices.ContainsFunc(v, func(v any) bool { return !is(v, words.Int) })
	}
	return false
}

// Close does nothing: a message that nobody waits for any more is known by its number.
func (c *client[I, O]) Close() error { return nil }
