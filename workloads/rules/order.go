package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// order looks for what could make the order of a list matter. A part is blind if whoever takes its value looks at no order.
func (r *rule) order(node ast.Node, blind bool) {
	switch n := node.(type) {
	case nil:
	case *ast.IdentifierNode:
		if _, ok := r.listOf(n); ok && !blind {
			r.ordered = true
		}
	case *ast.PointerNode:
		r.ordered = r.ordered || n.Name != "" // #acc and #index
	case *ast.BuiltinNode:
		r.orderOf(n, blind)
	case *ast.CallNode: // uniq, of which there is as much in any order
		for _, arg := range n.Arguments {
			r.order(arg, blind)
		}
	case *ast.BinaryNode:
		r.order(n.Left, false)
		r.order(n.Right, n.Operator == "in")
	default:
		for _, child := range children(node) {
			r.order(child, false)
		}
	}
}

func (r *rule) orderOf(n *ast.BuiltinNode, blind bool) {
	folds := []string{"all", "none", "any", "one", "count", "sum", "len", "max", "min", "mean", "median", "sort"}
	passes := []string{"filter", "map", "concat", "flatten", "reverse"}
	switch {
	case slices.Contains(folds, n.Name):
		blind = true
	case !slices.Contains(passes, n.Name):
		blind = false
	}
	for _, arg := range n.Arguments {
		_, predicate := arg.(*ast.PredicateNode)
		r.order(arg, blind && !predicate)
	}
}

// children are the nodes right below one.
func children(node ast.Node) []ast.Node {
	switch n := node.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.SliceNode:
		return []ast.Node{n.Node, n.From, n.To}
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.VariableDeclaratorNode:
		return []ast.Node{n.Value, n.Expr}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Key, n.Value}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.CallNode:
		return n.Arguments
	}
	return nil
}
