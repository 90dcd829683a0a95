package rules

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// Names of what expressions are made to call, and of what these find there; no expression can have them.
const (
	functionBinary = "@binary"
	functionField  = "@field"
	functionFold   = "@fold"
	functionIn     = "@in"
	functionKey    = "@key"
	functionNumber = "@number"
	functionOwn    = "@own"
	functionRange  = "@range"
	functionSortBy = "@sortBy"
	functionStep   = "@step"
	functionUnique = "@uniq"
	functionWeigh  = "@weigh"
	nameOfRun      = "@run"
)

// uniqueName is the function that gives each value of a list once.
const uniqueName = "uniq"

// function is what expressions call.
type function func(r *run, args []any) (any, error)

// ours are the builtins that rules have their own for, by their names: with exact numbers, and with steps that are counted.
func ours() map[string]function {
	same := func(x any) any { return x }
	return map[string]function{
		"abs": abs, "ceil": rounding("ceil", ceil), "floor": rounding("floor", floor), "round": rounding("round", nearest),
		"int": whole, "float": numeric, "string": text, "max": extreme("max", 1), "min": extreme("min", -1), "mean": mean,
		"median": median, "sum": sum, "sort": sorted(same, same), "values": valuesOf, "flatten": flatten,
		"lower": cased("lower", strings.ToLower), "upper": cased("upper", strings.ToUpper),
	}
}

// functions are all that expressions are made to call, by their names. The first argument is the run.
func functions() map[string]func(args ...any) (any, error) {
	all := map[string]function{
		functionBinary: func(r *run, args []any) (any, error) { return r.binary(args[0].(string), args[1], args[2]) },
		functionField: func(r *run, args []any) (any, error) {
			return r.fieldOf(args[0], args[1].(string), args[2].(bool))
		},
		functionFold:   func(r *run, args []any) (any, error) { return r.fold(args[0].(int)) },
		functionIn:     in,
		functionKey:    func(_ *run, args []any) (any, error) { return identity(args[0]) },
		functionNumber: func(_ *run, args []any) (any, error) { return fromFloat(args[0].(float64)) },
		functionOwn:    func(r *run, args []any) (any, error) { return r.field(args[0].(string)) },
		functionRange:  sequence,
		functionSortBy: sorted(func(x any) any { return x.([]any)[1] }, func(x any) any { return x.([]any)[0] }),
		functionStep:   func(r *run, args []any) (any, error) { return args[0], r.step() },
		functionUnique: unique,
		functionWeigh:  func(r *run, args []any) (any, error) { return args[0], r.charge(weight(args[0])) },
	}
	for name, f := range ours() {
		all["@"+name] = f
	}
	out := map[string]func(args ...any) (any, error){}
	for name, f := range all {
		out[name] = func(args ...any) (any, error) { return f(args[0].(*run), args[1:]) }
	}
	return out
}

// binary does what an operator says, on numbers or texts.
func (r *run) binary(operator string, a, b any) (any, error) {
	if a == nil || b == nil {
		return nil, fmt.Errorf("there is no value on one side of %s", operator)
	}
	if err := r.charge(weight(a) + weight(b)); err != nil {
		return nil, err
	}
	switch operator {
	case "==", "!=", "<", "<=", ">", ">=":
		return r.compares(operator, a, b)
	case "+":
		x, ok := a.(string)
		y, both := b.(string)
		switch {
		case !ok || !both:
		case len(x)+len(y) > mostText:
			return nil, errText
		default:
			return x + y, r.grow((len(x) + len(y)) / textPerElement)
		}
	}
	return calculate(operator, a, b)
}

// sequence makes the list of the whole numbers from one to another.
func sequence(r *run, args []any) (any, error) {
	from, ok := args[0].(int)
	to, both := args[1].(int)
	if !ok || !both {
		return nil, fmt.Errorf("there is no list from %s to %s", show(args[0]), show(args[1]))
	}
	if from > to {
		return []int{}, nil
	}
	if n := uint64(to) - uint64(from); n >= uint64(r.vm.MemoryBudget) {
		return nil, errMemory
	}
	if err := r.grow(to - from + 1); err != nil {
		return nil, err
	}
	out := make([]int, to-from+1)
	for i := range out {
		out[i] = from + i
	}
	return out, nil
}

// plain gives a value as expressions have it, so that what a history's file gives back is what was recorded.
func plain(x any) (any, error) {
	switch x := x.(type) {
	case int64:
		return int(x), nil
	case int32:
		return int(x), nil
	case uint64:
		if x > math.MaxInt64 {
			return nil, errOverflow
		}
		return int(x), nil
	case json.Number:
		if _, err := x.Float64(); err == nil {
			return nil, errDigits
		}
		return nil, errOverflow
	case float64:
		return fromFloat(x)
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			var err error
			if out[i], err = plain(y); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(x))
		for name, y := range x {
			var err error
			if out[name], err = plain(y); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return x, nil
}
