package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// fold replaces each sum, count and length of one list by a name: these are computed once, and what an operation of unknown
// outcome adds is added, so that thousands of choices can be tried on a history of any length.
func (r *rule) fold(l *language, tree *parser.Tree) {
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		b, ok := (*node).(*ast.BuiltinNode)
		if !ok || !slices.Contains([]string{"sum", "count", "len"}, b.Name) {
			return
		}
		of, ok := r.source(l, b.Arguments[0])
		if !ok || len(b.Arguments) > 1 && !closed(l, b.Arguments[1]) {
			return
		}
		if _, plain := r.listOf(b.Arguments[0]); plain && b.Name == "sum" && len(b.Arguments) == 1 {
			return // of operations and not of numbers: it is an error when it is evaluated
		}
		f := &fold{part: part{text: b.String()}, list: of, node: b}
		place := slices.IndexFunc(r.folds, func(other *fold) bool { return other.text == f.text })
		if place < 0 {
			place = len(r.folds)
			r.folds = append(r.folds, f)
		}
		put(node, call(functionFold, &ast.IdentifierNode{Value: nameOfRun}, &ast.IntegerNode{Value: place}))
	}))
}

// quantified replaces what says of a list that all, any, none or one are so by how many are or are not, which can be added up. It
// gives the counts by what they replaced.
func (r *rule) quantified(l *language, tree *parser.Tree) map[*ast.BuiltinNode]*ast.BuiltinNode {
	counts := map[*ast.BuiltinNode]*ast.BuiltinNode{}
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		b, ok := (*node).(*ast.BuiltinNode)
		if !ok || !slices.Contains([]string{"all", "any", "none", "one"}, b.Name) {
			return
		}
		if _, ok := r.source(l, b.Arguments[0]); !ok || !closed(l, b.Arguments[1]) {
			return
		}
		operator, want, predicate := "==", 0, b.Arguments[1]
		switch b.Name {
		case "all":
			so := predicate.(*ast.PredicateNode)
			predicate = &ast.PredicateNode{Node: &ast.UnaryNode{Operator: "not", Node: so.Node}}
		case "any":
			operator = ">"
		case "one":
			want = 1
		}
		count := &ast.BuiltinNode{Name: "count", Arguments: []ast.Node{b.Arguments[0], predicate}}
		count.SetLocation(b.Location())
		counts[b] = count
		put(node, &ast.BinaryNode{Operator: operator, Left: count, Right: &ast.IntegerNode{Value: want}})
	}))
	return counts
}

// source gives the list from which elements come one by one: the list itself, or what filter and map leave of it.
func (r *rule) source(l *language, node ast.Node) (list, bool) {
	if of, ok := r.listOf(node); ok {
		return of, true
	}
	b, ok := node.(*ast.BuiltinNode)
	if !ok || b.Name != "filter" && b.Name != "map" || !closed(l, b.Arguments[1]) {
		return list{}, false
	}
	return r.source(l, b.Arguments[0])
}

// closed says whether a predicate depends on its element and on constants alone.
func closed(l *language, predicate ast.Node) bool {
	free := true
	inner := predicate.(*ast.PredicateNode).Node
	ast.Walk(&inner, visitor(func(node *ast.Node) {
		switch n := (*node).(type) {
		case *ast.IdentifierNode:
			_, constant := l.Constants[n.Value]
			free = free && constant
		case *ast.PointerNode:
			free = free && n.Name == ""
		case *ast.PredicateNode, *ast.CallNode, *ast.VariableDeclaratorNode:
			free = false
		}
	}))
	return free
}

// opened keeps the lists that are left in an expression whose sums were replaced.
func (r *rule) opened(tree *parser.Tree) {
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		if of, ok := r.listOf(*node); ok && !slices.Contains(r.open, of) {
			r.open = append(r.open, of)
		}
	}))
}

// patch replaces what the language would do otherwise than rules do: arithmetic that overflows, fields that are not there, loops
// that nobody can stop.
func patch(l *language, each string, tree *parser.Tree) {
	own := map[string]bool{}
	if each == PerOperation {
		for name := range l.own() {
			own[name] = true
		}
		own[ownRefused] = true
	}
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		switch n := (*node).(type) {
		case *ast.BinaryNode:
			patchBinary(node, n)
		case *ast.UnaryNode:
			if n.Operator == "-" {
				put(node, call(functionCalculate, &ast.StringNode{Value: "-"}, &ast.IntegerNode{}, n.Node))
			}
		case *ast.MemberNode:
			if name, ok := n.Property.(*ast.StringNode); ok {
				put(node, call(functionField, n.Node, name, &ast.BoolNode{Value: n.Optional}))
			}
		case *ast.PredicateNode:
			put(&n.Node, call(functionStep, &ast.IdentifierNode{Value: nameOfRun}, n.Node))
		case *ast.BuiltinNode:
			patchSum(node, n)
		case *ast.IdentifierNode:
			if own[n.Value] {
				put(node, call(functionOwn, &ast.IdentifierNode{Value: nameOfRun}, &ast.StringNode{Value: n.Value}))
			}
		}
	}))
}

func patchBinary(node *ast.Node, n *ast.BinaryNode) {
	if !slices.Contains([]string{"+", "-", "*", "/", "%", "==", "!="}, n.Operator) {
		return
	}
	_, left := n.Left.(*ast.NilNode)
	_, right := n.Right.(*ast.NilNode)
	if left || right { // whoever asks for nil expects it
		return
	}
	put(node, call(functionCalculate, &ast.StringNode{Value: n.Operator}, n.Left, n.Right))
}

func patchSum(node *ast.Node, n *ast.BuiltinNode) {
	if n.Name != "sum" {
		return
	}
	over := n.Arguments[0]
	if len(n.Arguments) > 1 {
		over = &ast.BuiltinNode{Name: "map", Arguments: n.Arguments}
	}
	put(node, call(functionSum, over))
}
