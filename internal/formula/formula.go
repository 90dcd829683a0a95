// Package formula compiles and evaluates the expressions of users' files, which are of the library expr
// (https://expr-lang.org), within bounds: they depend on their values alone, end soon and make nothing large. An
// expression has no clock and no chance in it, so that a run can be repeated.
package formula

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

const (
	// mostNodes bounds the size of an expression, and with it how deep it is.
	mostNodes = 2000
	// mostSteps bounds what one evaluation may cost: elements that are gone through or made, and pieces of text.
	mostSteps = 1_000_000
	// mostText bounds the texts that are put together, in bytes.
	mostText = 1 << 20
)

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	program *vm.Program
	names   []string
	counted bool // it calls what counts its steps
}

// builtins are the functions of the language that there are: those that depend on their arguments alone, and whose cost is
// known.
func builtins() []string {
	return []string{
		"all", "none", "any", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex", "count", "sum", "groupBy",
		"sortBy", "reduce", "len", "abs", "ceil", "floor", "round", "int", "float", "string", "type", "lower", "upper", "trim",
		"trimPrefix", "trimSuffix", "hasPrefix", "hasSuffix",
		"indexOf", "lastIndexOf", "split", "splitAfter", "join", "replace", "repeat",
		"max", "min", "mean", "median", "first", "last", "take", "get", "keys", "values", "toPairs", "fromPairs", "reverse", "concat",
		"flatten", "sort", "toJSON", "fromJSON", "toBase64", "fromBase64", "bitand", "bitor", "bitxor", "bitnand", "bitnot", "bitshl",
		"bitshr", "bitushr",
	}
}

// Compile makes a program of an expression over values of these types. With truth, it must be true or false. Errors are
// those of the library, [file.Error], as far as they are about a place in the expression.
func Compile(source string, values types.Map, truth bool) (*Program, error) {
	tree, err := parse(source, values)
	if err != nil {
		return nil, err
	}
	if t := tree.Node.Type(); truth && t.Kind() != reflect.Bool && t.Kind() != reflect.Interface {
		return nil, fmt.Errorf("expected bool, but got %s", tree.Node.Nature().String())
	}
	p := &Program{names: namesIn(tree.Node)}
	p.counted = bound(&tree.Node)
	config := configuration(map[string]any{})
	config.Strict = false
	for name, f := range functions() {
		config.Functions[name] = &builtin.Function{Name: name, Func: f}
	}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	if p.program, err = compiler.Compile(tree, config); err != nil {
		return nil, errors.New("it can't be compiled") // its own words hold a stack
	}
	return p, nil
}

func configuration(env any) *conf.Config {
	config := conf.CreateNew()
	config.WithEnv(env)
	config.Optimize = false
	config.MaxNodes = mostNodes
	allowed := builtins()
	maps.DeleteFunc(config.Builtins, func(name string, _ *builtin.Function) bool {
		config.Disabled[name] = !slices.Contains(allowed, name)
		return config.Disabled[name]
	})
	return config
}

// parse reads an expression, and checks its names and types.
func parse(source string, values types.Map) (*parser.Tree, error) {
	config := configuration(values)
	tree, err := parser.ParseWithConfig(source, config)
	if err != nil {
		return nil, err
	}
	if err := refuse(tree); err != nil {
		return nil, err
	}
	_, err = checker.Check(tree, config)
	return tree, err
}

// refuse looks for what the language has and an expression may not use.
func refuse(tree *parser.Tree) error {
	var err error
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		if err != nil {
			return
		}
		switch n := (*node).(type) {
		case *ast.IdentifierNode:
			if n.Value == "$env" {
				err = wrong(tree, n, "$env is all values; name one")
			}
		case *ast.CallNode:
			id, _ := n.Callee.(*ast.IdentifierNode)
			switch {
			case id == nil:
				err = wrong(tree, n, "%s is no function", n.Callee)
			case isBuiltin(id.Value):
				err = wrong(tree, n, "%s can't be used: an expression depends on its values alone, and stays small", id.Value)
			}
		}
	}))
	return err
}

func isBuiltin(name string) bool {
	_, is := builtin.Index[name]
	return is
}

// wrong says that something is wrong with a part of an expression.
func wrong(tree *parser.Tree, node ast.Node, format string, args ...any) error {
	e := &file.Error{Location: node.Location(), Message: fmt.Sprintf(format, args...)}
	return e.Bind(tree.Source)
}

// visitor is a function that sees every node of an expression, the inner ones first, and may replace it.
type visitor func(node *ast.Node)

// Visit calls the function.
func (v visitor) Visit(node *ast.Node) { v(node) }

// namesIn are the names that a part of an expression has.
func namesIn(node ast.Node) (names []string) {
	ast.Walk(&node, visitor(func(n *ast.Node) {
		if id, ok := (*n).(*ast.IdentifierNode); ok && !slices.Contains(names, id.Value) {
			names = append(names, id.Value)
		}
	}))
	return names
}

// Names are those that the expression has, in no order.
func (p *Program) Names() []string { return p.names }

// Run evaluates the expression. The values must not be used by others meanwhile. An error is one of the library, or says
// that the evaluation takes too much.
func (p *Program) Run(values map[string]any) (any, error) {
	if p.counted {
		values[nameOfRun] = &run{}
	}
	v, err := (&vm.VM{MemoryBudget: mostSteps}).Run(p.program, values)
	if err == nil {
		return v, nil
	}
	var e *file.Error
	if errors.Is(err, errSteps) || errors.As(err, &e) && strings.HasPrefix(e.Message, "memory budget") {
		return nil, errSteps
	}
	return nil, err
}

var errSteps = fmt.Errorf("it takes more than %d steps", mostSteps)

// Parts gives the parts of an expression that have a name and can be evaluated by themselves: calls, operations and
// choices, the whole one too, each with its text. The expression must be one that [Compile] takes.
func Parts(source string, values types.Map, name string) map[string]*Program {
	parts := map[string]*Program{}
	tree, err := parse(source, values)
	if err != nil {
		return parts
	}
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		switch (*node).(type) {
		case *ast.BuiltinNode, *ast.BinaryNode, *ast.ConditionalNode, *ast.SliceNode, *ast.SequenceNode, *ast.VariableDeclaratorNode:
			text := (*node).String()
			if parts[text] != nil || !slices.Contains(namesIn(*node), name) {
				return
			}
			if p, err := Compile(text, values, false); err == nil { // else it needs what is around it
				parts[text] = p
			}
		}
	}))
	return parts
}

// Bare reports whether an expression uses a name in any other way than with the name of a member behind it, as in env.TOKEN.
func Bare(source, name string) bool {
	tree, err := parser.Parse(source)
	if err != nil {
		return false
	}
	uses := 0
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		switch n := (*node).(type) {
		case *ast.IdentifierNode:
			if n.Value == name {
				uses++
			}
		case *ast.MemberNode: // after what is within it
			id, isName := n.Node.(*ast.IdentifierNode)
			if _, fixed := n.Property.(*ast.StringNode); fixed && isName && id.Value == name && !n.Optional {
				uses--
			}
		}
	}))
	return uses > 0
}

// Identifiers are the names of values that an expression has, in no order; none of one that can't be read.
func Identifiers(source string) []string {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil
	}
	return namesIn(tree.Node)
}
