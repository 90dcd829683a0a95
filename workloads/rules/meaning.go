package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// meaningful says what is wrong with a rule that could not break, whatever a service does.
func (r *rule) meaningful(l *language, tree *parser.Tree) error {
	if r.Each != PerOperation {
		if len(r.lists) == 0 {
			return fmt.Errorf("it names no list of operations, such as %s, so that no service could break it", l.example())
		}
		return nil
	}
	own := l.own()
	named := func(node ast.Node) bool {
		name, ok := isName(node)
		_, field := own[name]
		_, constant := l.Constants[name]
		return ok && !constant && (field || name == ownRefused)
	}
	says := false
	ast.Walk(&tree.Node, visitor(func(node *ast.Node) { says = says || named(*node) }))
	if len(r.lists) == 0 && !says {
		return fmt.Errorf("it names no field of an operation and no list of them, such as %s, so that no service could break it",
			l.example())
	}
	needs := map[string]bool{}
	needed(tree.Node, func(node ast.Node) {
		name, _ := isName(node)
		if own := slices.Contains([]string{fieldClient, fieldKey, fieldOp, ownRefused, fieldRefused}, name); named(node) && !own {
			needs[name] = true
		}
	})
	for _, k := range l.Kinds {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(needs)), func(f string) bool { return !slices.Contains(k.fields(), f) }) {
			return nil
		}
	}
	return fmt.Errorf("no kind of operation has all of %s, so that it would be evaluated for none",
		strings.Join(slices.Sorted(maps.Keys(needs)), ", "))
}

// example is a list that there is.
func (l *language) example() string {
	for _, k := range l.Kinds {
		if !k.ReadOnly {
			return accepted + "." + Identifier(k.Name)
		}
	}
	return accepted + ".deposit"
}

// needed visits what is evaluated in any case: not what may be passed over by and, or, ??, a condition, or an empty list.
func needed(node ast.Node, visit func(node ast.Node)) {
	switch n := node.(type) {
	case nil, *ast.PredicateNode:
		return
	case *ast.BinaryNode:
		needed(n.Left, visit)
		if !slices.Contains([]string{"and", "or", "&&", "||", "??"}, n.Operator) {
			needed(n.Right, visit)
		}
		return
	case *ast.ConditionalNode:
		needed(n.Cond, visit)
		return
	}
	visit(node)
	for _, child := range children(node) {
		needed(child, visit)
	}
}
