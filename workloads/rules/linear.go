package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// form is how many times each fold counts in the difference of the two sides of a comparison.
type form []int

// What the numbers of a form, and those that are put into it, stay below, so that no difference overflows.
const (
	mostFactor = 1 << 16
	mostFolded = 1 << 40
	mostFolds  = 64
)

// forms gives, of an expression whose folds were replaced, the form of each comparison in it, if it is made of nothing else in
// which there are folds. The rule can't tell states apart in which all these differences are the same.
func (r *rule) forms(l *language, node ast.Node) ([]form, bool) {
	switch n := node.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return r.forms(l, n.Node)
		}
	case *ast.BinaryNode:
		switch {
		case slices.Contains([]string{"and", "or", "&&", "||"}, n.Operator):
			left, lok := r.forms(l, n.Left)
			right, rok := r.forms(l, n.Right)
			return slices.Concat(left, right), lok && rok
		case slices.Contains(comparisons(), n.Operator):
			left, lok := r.form(l, n.Left)
			right, rok := r.form(l, n.Right)
			return []form{left.plus(right, -1)}, lok && rok && left.fits() && right.fits()
		}
	}
	return nil, !folded(node)
}

// form is what an expression adds up.
func (r *rule) form(l *language, node ast.Node) (form, bool) {
	none := make(form, len(r.folds))
	switch n := node.(type) {
	case *ast.CallNode:
		if name, _ := isName(n.Callee); name == functionFold {
			none[n.Arguments[1].(*ast.IntegerNode).Value] = 1
			return none, true
		}
	case *ast.UnaryNode:
		f, ok := r.form(l, n.Node)
		switch n.Operator {
		case "-":
			return none.plus(f, -1), ok
		case "+":
			return f, ok
		}
	case *ast.BinaryNode:
		return r.formOf(l, n)
	}
	return none, !folded(node)
}

func (r *rule) formOf(l *language, n *ast.BinaryNode) (form, bool) {
	left, lok := r.form(l, n.Left)
	right, rok := r.form(l, n.Right)
	switch n.Operator {
	case "+":
		return left.plus(right, 1), lok && rok && left.fits() && right.fits()
	case "-":
		return left.plus(right, -1), lok && rok && left.fits() && right.fits()
	case "*":
		none := make(form, len(r.folds))
		if by, ok := l.constant(n.Left); ok && right.fits() {
			return none.plus(right, by), rok
		}
		if by, ok := l.constant(n.Right); ok && left.fits() {
			return none.plus(left, by), lok
		}
	}
	return make(form, len(r.folds)), !folded(n)
}

// constant is the value of a small whole number, or of a constant.
func (l *language) constant(node ast.Node) (int, bool) {
	var value int
	switch n := node.(type) {
	case *ast.IntegerNode:
		value = n.Value
	case *ast.IdentifierNode:
		constant, ok := l.Constants[n.Value]
		if !ok {
			return 0, false
		}
		value = int(constant)
	default:
		return 0, false
	}
	return value, value > -mostFactor && value < mostFactor
}

func (f form) plus(other form, times int) form {
	out := slices.Clone(f)
	for i, n := range other {
		out[i] += times * n
	}
	return out
}

func (f form) fits() bool {
	return len(f) <= mostFolds && !slices.ContainsFunc(f, func(n int) bool { return n <= -mostFactor || n >= mostFactor })
}

// of is the difference in a state, if its numbers are whole and not too large.
func (f form) of(folds []any) (int, bool) {
	sum := 0
	for i, times := range f {
		n, ok := folds[i].(int)
		if !ok || n <= -mostFolded || n >= mostFolded {
			return 0, false
		}
		sum += times * n
	}
	return sum, true
}

// folded says whether there is a fold in an expression.
func folded(node ast.Node) bool {
	found := false
	ast.Walk(&node, visitor(func(inner *ast.Node) {
		name, _ := isName(*inner)
		found = found || name == functionFold
	}))
	return found
}
