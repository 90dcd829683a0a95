package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// patch replaces what the language would do otherwise than rules do: arithmetic that overflows or rounds, fields that are not
// there, loops that nobody can stop.
func patch(l *language, each string, tree *parser.Tree) {
	own := map[string]bool{}
	if each == PerOperation {
		for name := range l.own() {
			own[name] = true
		}
		own[ownRefused] = true
	}
	replaced := ours()
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		switch n := (*node).(type) {
		case *ast.BinaryNode:
			patchBinary(node, n)
		case *ast.UnaryNode:
			patchUnary(node, n)
		case *ast.FloatNode:
			put(node, call(functionNumber, &ast.ConstantNode{Value: n.Value}))
		case *ast.MemberNode:
			if name, ok := n.Property.(*ast.StringNode); ok {
				put(node, call(functionField, n.Node, name, &ast.BoolNode{Value: n.Optional}))
			}
		case *ast.PredicateNode:
			put(&n.Node, call(functionStep, n.Node))
		case *ast.BuiltinNode:
			_, ok := replaced[n.Name]
			patchBuiltin(node, n, ok)
		case *ast.CallNode:
			if name, _ := isName(n.Callee); name == uniqueName {
				put(node, call(functionUnique, n.Arguments...))
			}
		case *ast.IdentifierNode:
			if own[n.Value] {
				put(node, call(functionOwn, &ast.StringNode{Value: n.Value}))
			}
		}
	}))
}

func patchUnary(node *ast.Node, n *ast.UnaryNode) {
	switch n.Operator {
	case "-":
		put(node, call(functionBinary, &ast.StringNode{Value: "-"}, &ast.IntegerNode{}, n.Node))
	case "+":
		put(node, call(functionBinary, &ast.StringNode{Value: "+"}, &ast.IntegerNode{}, n.Node))
	}
}

func patchBinary(node *ast.Node, n *ast.BinaryNode) {
	_, left := n.Left.(*ast.NilNode)
	_, right := n.Right.(*ast.NilNode)
	switch n.Operator {
	case "in":
		put(node, call(functionIn, n.Left, n.Right))
	case "..":
		put(node, call(functionRange, n.Left, n.Right))
	case "contains", "startsWith", "endsWith", "matches":
		weigh(&n.Left)
		if _, constant := n.Right.(*ast.StringNode); !constant {
			weigh(&n.Right)
		}
	default:
		compares := slices.Contains(comparisons(), n.Operator) && !left && !right // whoever asks for nil expects it
		if compares || slices.Contains([]string{"+", "-", "*", "/", "%"}, n.Operator) {
			put(node, call(functionBinary, &ast.StringNode{Value: n.Operator}, n.Left, n.Right))
		}
	}
}

// weigh makes what is given to a function count as steps.
func weigh(node *ast.Node) { put(node, call(functionWeigh, *node)) }

// patchBuiltin replaces a builtin by ours, or counts the steps of what it is given.
func patchBuiltin(node *ast.Node, n *ast.BuiltinNode, ours bool) {
	switch {
	case n.Name == "sum" && len(n.Arguments) > 1:
		put(node, call("@sum", &ast.BuiltinNode{Name: "map", Arguments: n.Arguments}))
	case n.Name == "sortBy":
		by := n.Arguments[1].(*ast.PredicateNode)
		by.Node = &ast.ArrayNode{Nodes: []ast.Node{&ast.PointerNode{}, by.Node}}
		pairs := &ast.BuiltinNode{Name: "map", Arguments: n.Arguments[:2]}
		put(node, call(functionSortBy, append([]ast.Node{pairs}, n.Arguments[2:]...)...))
	case n.Name == "groupBy":
		by := n.Arguments[1].(*ast.PredicateNode)
		put(&by.Node, call(functionKey, by.Node))
	case ours:
		put(node, call("@"+n.Name, n.Arguments...))
	default:
		for i := range n.Arguments {
			if _, predicate := n.Arguments[i].(*ast.PredicateNode); !predicate && n.Name != "reduce" {
				weigh(&n.Arguments[i])
			}
		}
	}
}
