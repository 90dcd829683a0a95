package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// visitor is a function that sees every node of an expression, the inner ones first, and may replace it.
type visitor func(node *ast.Node)

// Visit calls the function.
func (v visitor) Visit(node *ast.Node) { v(node) }

// isName says whether a node is a name, and which.
func isName(node ast.Node) (string, bool) {
	id, ok := node.(*ast.IdentifierNode)
	if !ok {
		return "", false
	}
	return id.Value, true
}

// put replaces a node by another in its place.
func put(node *ast.Node, other ast.Node) {
	other.SetLocation((*node).Location())
	*node = other
}

// call is one of our functions, to which the run is given.
func call(name string, args ...ast.Node) ast.Node {
	run := &ast.IdentifierNode{Value: nameOfRun}
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: append([]ast.Node{run}, args...)}
}

// ownRefused is the name under which a rule for each operation has what it calls refused where no list is meant.
const ownRefused = "@refused"

// nameOwnRefused tells the field refused of an operation from the lists of refused ones.
func nameOwnRefused(root *ast.Node) {
	lists := map[ast.Node]bool{}
	ast.Walk(root, visitor(func(node *ast.Node) {
		if m, ok := (*node).(*ast.MemberNode); ok {
			lists[m.Node] = true
		}
	}))
	ast.Walk(root, visitor(func(node *ast.Node) {
		if name, ok := isName(*node); ok && name == refused && !lists[*node] {
			put(node, &ast.IdentifierNode{Value: ownRefused})
		}
	}))
}

// refuse looks for what the language has and a rule may not use.
func refuse(tree *parser.Tree) error {
	var wrong *file.Error
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		if wrong != nil {
			return
		}
		if name, ok := isName(*node); ok && name == "$env" {
			wrong = at(*node, "$env can't be used in a rule")
		}
		if b, ok := (*node).(*ast.BinaryNode); ok && (b.Operator == "**" || b.Operator == "^") {
			wrong = at(*node, "%s is no operator that a rule can use: multiply", b.Operator)
		}
		if c, ok := (*node).(*ast.CallNode); ok {
			if name, ok := isName(c.Callee); !ok || name != uniqueName {
				wrong = at(*node, "%s is no function that a rule can call%s", c.Callee, hint(c.Callee.String(), builtins()))
			}
		}
	}))
	if wrong != nil {
		return wrong.Bind(tree.Source)
	}
	return nil
}

// resolve replaces accepted.deposit and its like by one name each, and keeps which there are.
func (r *rule) resolve(l *language, tree *parser.Tree) error {
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		m, ok := (*node).(*ast.MemberNode)
		if !ok {
			return
		}
		property, ok := m.Property.(*ast.StringNode)
		if !ok {
			return
		}
		of, _ := isName(m.Node)
		switch kind := l.kinds[property.Value]; {
		case kind != nil && slices.Contains([]string{accepted, refused, final}, of):
			found := list{of: of, kind: kind}
			put(node, &ast.IdentifierNode{Value: found.name()})
			if !slices.Contains(r.lists, found) {
				r.lists = append(r.lists, found)
			}
		case property.Value == fieldClient:
			r.client = true
		}
	}))
	var wrong *file.Error
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) {
		if name, ok := isName(*node); ok && wrong == nil && slices.Contains([]string{accepted, refused, final}, name) {
			wrong = at(*node, "%s must be followed by a dot and a kind of operation", name)
		}
	}))
	if wrong != nil {
		return wrong.Bind(tree.Source)
	}
	return nil
}

// listOf is the list that a node names, if it does.
func (r *rule) listOf(node ast.Node) (list, bool) {
	name, ok := isName(node)
	if !ok {
		return list{}, false
	}
	i := slices.IndexFunc(r.lists, func(l list) bool { return l.name() == name })
	if i < 0 {
		return list{}, false
	}
	return r.lists[i], true
}

func comparisons() []string { return []string{"==", "!=", "<", "<=", ">", ">="} }

// comparison is the expression as a whole, if it compares two sides.
func (r *rule) comparison(root ast.Node) *ast.BinaryNode {
	b, ok := root.(*ast.BinaryNode)
	if !ok || !slices.Contains(comparisons(), b.Operator) {
		return nil
	}
	r.operator = b.Operator
	return b
}

// all is the expression as a whole, if it says that all of one list are so.
func (r *rule) all(root ast.Node) *ast.BuiltinNode {
	b, ok := root.(*ast.BuiltinNode)
	if !ok || b.Name != "all" {
		return nil
	}
	if r.everyList, ok = r.listOf(b.Arguments[0]); !ok {
		return nil
	}
	return b
}

// firstNot finds the place of the first that is not so; the count is of those, if the expression counts them.
func firstNot(all, count *ast.BuiltinNode) ast.Node {
	var not ast.Node
	if count != nil {
		not = count.Arguments[1]
	} else {
		so := all.Arguments[1].(*ast.PredicateNode)
		not = &ast.PredicateNode{Node: &ast.UnaryNode{Operator: "not", Node: so.Node}}
	}
	return &ast.BuiltinNode{Name: "findIndex", Arguments: []ast.Node{all.Arguments[0], not}}
}
