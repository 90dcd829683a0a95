package rules

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"

	"github.com/expr-lang/expr/vm/runtime"
)

// Names of what expressions are made to call, and of what these find there; no expression can have them.
const (
	functionCalculate = "@calculate"
	functionField     = "@field"
	functionFold      = "@fold"
	functionOwn       = "@own"
	functionStep      = "@step"
	functionSum       = "@sum"
	nameOfRun         = "@run"
)

// uniqueName is the function that gives each value of a list once.
const uniqueName = "uniq"

var errOverflow = errors.New("a number does not fit in 64 bits")

func functions() map[string]func(args ...any) (any, error) {
	return map[string]func(args ...any) (any, error){
		functionCalculate: func(args ...any) (any, error) { return calculate(args[0].(string), args[1], args[2]) },
		functionField: func(args ...any) (any, error) {
			return field(args[0], args[1].(string), args[2].(bool))
		},
		functionFold: func(args ...any) (any, error) { return args[0].(*run).fold(args[1].(int)) },
		functionOwn:  func(args ...any) (any, error) { return args[0].(*run).field(args[1].(string)) },
		functionStep: func(args ...any) (any, error) { return args[1], args[0].(*run).step() },
		functionSum:  func(args ...any) (any, error) { return sum(args[0]) },
	}
}

// calculate does what an operator says, with whole numbers exactly.
func calculate(operator string, a, b any) (any, error) {
	if a == nil || b == nil {
		return nil, fmt.Errorf("there is no value on one side of %s", operator)
	}
	x, whole := a.(int)
	y, both := b.(int)
	if whole && both {
		return exactly(operator, x, y)
	}
	switch operator {
	case "+":
		return add(a, b)
	case "-":
		return runtime.Subtract(a, b), nil
	case "*":
		return runtime.Multiply(a, b), nil
	case "/":
		if runtime.ToFloat64(b) == 0 {
			return nil, errors.New("a division by zero")
		}
		return runtime.Divide(a, b), nil
	case "%":
		return nil, errors.New("% is for whole numbers alone")
	case "==":
		return runtime.Equal(a, b), nil
	default:
		return !runtime.Equal(a, b), nil
	}
}

// mostText bounds the texts that are put together, in bytes: a loop could double one for ever.
const mostText = 1 << 20

func add(a, b any) (any, error) {
	x, _ := a.(string)
	y, _ := b.(string)
	if len(x)+len(y) > mostText {
		return nil, errors.New("a text grows too long")
	}
	return runtime.Add(a, b), nil
}

// exactly is calculate for whole numbers.
func exactly(operator string, x, y int) (any, error) {
	switch operator {
	case "==":
		return x == y, nil
	case "!=":
		return x != y, nil
	case "+":
		return fits(x+y, (x+y > x) == (y > 0) || y == 0)
	case "-":
		return fits(x-y, (x-y < x) == (y > 0) || y == 0)
	case "*":
		if small(x) && small(y) {
			return x * y, nil
		}
		return product(x, y)
	}
	if y == 0 {
		return nil, errors.New("a division by zero")
	}
	switch {
	case operator == "%":
		return x % y, nil
	case x%y != 0:
		return float64(x) / float64(y), nil
	case y == -1:
		return exactly("-", 0, x)
	}
	return x / y, nil
}

func small(x int) bool { return x > -1<<31 && x < 1<<31 }

func product(x, y int) (any, error) {
	exact := new(big.Int).Mul(big.NewInt(int64(x)), big.NewInt(int64(y)))
	return fits(x*y, exact.IsInt64())
}

func fits(x int, fit bool) (any, error) {
	if !fit {
		return nil, errOverflow
	}
	return x, nil
}

// sum adds up what is in a list.
func sum(values any) (any, error) {
	if all, ok := values.([]any); ok {
		return sumOf(len(all), func(i int) any { return all[i] })
	}
	v := reflect.ValueOf(values)
	if v.Kind() != reflect.Slice {
		return nil, fmt.Errorf("sum is of lists, not of %T", values)
	}
	return sumOf(v.Len(), func(i int) any { return v.Index(i).Interface() })
}

func sumOf(n int, value func(i int) any) (total any, err error) {
	total = 0
	for i := range n {
		x := value(i)
		switch x.(type) {
		case int, float64:
		default:
			return nil, fmt.Errorf("sum is of numbers, and one of these is %s", show(x))
		}
		if total, err = calculate("+", total, x); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// unique gives each value of a list once, in the order of their first places.
func unique(args ...any) (any, error) {
	if len(args) != 1 {
		return nil, errors.New("uniq takes one list")
	}
	v := reflect.ValueOf(args[0])
	if v.Kind() != reflect.Slice {
		return nil, errors.New("uniq takes one list")
	}
	seen := map[any]bool{}
	out := []any{}
	for i := range v.Len() {
		x := v.Index(i).Interface()
		if x != nil && !reflect.TypeOf(x).Comparable() {
			return nil, fmt.Errorf("uniq is of numbers, texts and operations, not of %T", x)
		}
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out, nil
}

// plain gives a value as expressions have it: whole numbers as int, so that what a history's file gives back is what was
// recorded.
func plain(x any) any {
	switch x := x.(type) {
	case int64:
		return int(x)
	case int32:
		return int(x)
	case uint64:
		if x <= math.MaxInt64 {
			return int(x)
		}
		return float64(x)
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			return int(x)
		}
		return x
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = plain(y)
		}
		return out
	}
	return x
}
