package formula

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// Names of what expressions are made to call, and of what these find there; no expression can have them.
const (
	functionAdd     = "@add"
	functionCost    = "@cost"
	functionDeep    = "@deep"
	functionLetters = "@letters"
	nameOfRun       = "@run"
)

// run counts what one evaluation costs.
type run struct{ steps int }

func (r *run) take(n int) error {
	if r.steps += n; r.steps > mostSteps {
		return errSteps
	}
	return nil
}

var errLarge = errors.New("a value is too large to be compared")

var errText = fmt.Errorf("a text grows longer than %d bytes", mostText)

// own are the functions that make texts which may be longer than what they are made of: each has its length bounded.
func own() map[string]func(args ...any) (any, error) {
	return map[string]func(args ...any) (any, error){
		"string": text, "toJSON": toJSON, "toBase64": toBase64, "join": join, "replace": replace, "repeat": repeat,
	}
}

// functions are those that expressions are made to call, with the run as the first argument.
func functions() map[string]func(args ...any) (any, error) {
	all := map[string]func(args ...any) (any, error){
		functionAdd: func(args ...any) (any, error) {
			v, err := add(args[1], args[2])
			if err != nil {
				return nil, err
			}
			return v, args[0].(*run).take(cost(v))
		},
		functionDeep: func(args ...any) (any, error) {
			n := size(reflect.ValueOf(args[1]), 0, mostText)
			if n > mostText {
				return nil, errLarge
			}
			return args[1], args[0].(*run).take(n / 64)
		},
		functionCost: func(args ...any) (any, error) {
			return args[1], args[0].(*run).take(cost(args[1]))
		},
		functionLetters: func(args ...any) (any, error) {
			s, _ := args[1].(string)
			return args[1], args[0].(*run).take(len(s))
		},
	}
	for name, f := range own() {
		all["@"+name] = func(args ...any) (any, error) {
			v, err := f(args[1:]...)
			if err != nil {
				return nil, err
			}
			return v, args[0].(*run).take(cost(v))
		}
	}
	return all
}

// bound has an expression count what it costs, and reports whether there is anything to count.
func bound(root *ast.Node) (counted bool) {
	call := func(name string, at ast.Node, args ...ast.Node) ast.Node {
		counted = true
		c := &ast.CallNode{
			Callee: &ast.IdentifierNode{Value: name}, Arguments: append([]ast.Node{&ast.IdentifierNode{Value: nameOfRun}}, args...),
		}
		c.SetLocation(at.Location())
		return c
	}
	compared(root, func(operand *ast.Node) { *operand = call(functionDeep, *operand, *operand) })
	ast.Walk(root, visitor(func(node *ast.Node) {
		switch n := (*node).(type) {
		case *ast.BinaryNode:
			if n.Operator == "+" && (!isNumber(n.Left) || !isNumber(n.Right)) {
				*node = call(functionAdd, n, n.Left, n.Right)
			}
		case *ast.BuiltinNode:
			count := functionCost
			if slices.Contains([]string{"split", "splitAfter", "fromJSON"}, n.Name) { // they make as many things as there are letters
				count = functionLetters
			}
			for i, arg := range n.Arguments {
				if _, loop := arg.(*ast.PredicateNode); !loop {
					n.Arguments[i] = call(count, arg, arg)
				}
			}
			if own()[n.Name] != nil {
				*node = call("@"+n.Name, n, n.Arguments...)
			}
		}
	}))
	return counted
}

// compared calls a function for each operand of what goes through its operands, also through what is within them.
func compared(root *ast.Node, do func(operand *ast.Node)) {
	through := []string{"==", "!=", "<", "<=", ">", ">=", "in", "contains", "matches", "startsWith", "endsWith"}
	ast.Walk(root, visitor(func(node *ast.Node) {
		n, ok := (*node).(*ast.BinaryNode)
		if !ok || !slices.Contains(through, n.Operator) {
			return
		}
		for _, operand := range []*ast.Node{&n.Left, &n.Right} {
			if _, fixed := (*operand).(*ast.StringNode); !fixed && !isNumber(*operand) {
				do(operand)
			}
		}
	}))
}

func isNumber(node ast.Node) bool {
	switch node.Type().Kind() { //nolint:exhaustive // all others are none
	case reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return false
}

// cost is what it takes to go through a value.
func cost(v any) int {
	switch v := v.(type) {
	case string:
		return 1 + len(v)/64
	case []any:
		return 1 + len(v)
	case int, int64, float64, bool, nil:
		return 1
	}
	switch r := reflect.ValueOf(v); r.Kind() { //nolint:exhaustive // all others are one
	case reflect.Slice, reflect.Array, reflect.Map:
		return 1 + r.Len()
	default:
		return 1
	}
}
