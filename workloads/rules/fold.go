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
		if !ok || len(b.Arguments) > 1 && !r.closed(l, b.Arguments[1]) {
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
		put(node, call(functionFold, &ast.IntegerNode{Value: place}))
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
		if _, ok := r.source(l, b.Arguments[0]); !ok || !r.closed(l, b.Arguments[1]) {
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
	if !ok || b.Name != "filter" && b.Name != "map" || !r.closed(l, b.Arguments[1]) {
		return list{}, false
	}
	return r.source(l, b.Arguments[0])
}

// closed says whether a predicate depends on its element and on constants alone, or on the key that a rule is for.
func (r *rule) closed(l *language, predicate ast.Node) bool {
	free := true
	inner := predicate.(*ast.PredicateNode).Node
	ast.Walk(&inner, visitor(func(node *ast.Node) {
		switch n := (*node).(type) {
		case *ast.IdentifierNode:
			_, constant := l.Constants[n.Value]
			free = free && (constant || n.Value == fieldKey && r.Each == PerKey)
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
