package rules

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

// mostNodes bounds the size of an expression, and with it how deep it is.
const mostNodes = 2000

// rule is one that was compiled.
type rule struct {
	Rule
	program     *vm.Program
	left, right *part  // the sides of a comparison, if it is one
	operator    string // of that comparison
	every       *part  // where it says that all of a list are so, what finds the place of the first that is not
	everyList   list
	folds       []*fold
	differences []form // if the folds matter by these alone; else empty
	lists       []list // that it speaks of, in the order of the text
	open        []list // of these, those that it does not only add up
	ordered     bool   // it may depend on the order of a list
	client      bool   // it asks who made an operation
}

// list is one of the lists of operations, e.g. accepted.deposit.
type list struct {
	of   string // accepted, refused or final
	kind *Kind
}

func (l list) name() string { return l.of + "." + Identifier(l.kind.Name) }

// part is a part of an expression that has a value of its own.
type part struct {
	text    string
	program *vm.Program
}

// fold is a part that adds up one list, element by element: what an operation adds to it does not depend on the others.
type fold struct {
	part
	list list
	node ast.Node
}

// compile makes one rule ready.
func (l *language) compile(r Rule) (*rule, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	tree, err := l.parse(r)
	if err != nil {
		return nil, l.explain(r, err)
	}
	out := &rule{Rule: r}
	if err := out.build(l, tree); err != nil {
		return nil, l.explain(r, err)
	}
	return out, nil
}

// parse reads an expression and checks its types.
func (l *language) parse(r Rule) (*parser.Tree, error) {
	env := l.environment(r.Each)
	if r.Each == PerOperation {
		env[ownRefused] = types.Bool
	}
	config := configuration(env)
	tree, err := parser.ParseWithConfig(r.Holds, config)
	if err != nil {
		return nil, err
	}
	if r.Each == PerOperation {
		nameOwnRefused(&tree.Node)
	}
	if err := refuse(tree); err != nil {
		return nil, err
	}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	if nature := tree.Node.Nature(); !nature.IsBool() {
		return nil, at(tree.Node, "it must be true or false, as a comparison is, and is %s", nature.String()).Bind(tree.Source)
	}
	return tree, nil
}

// builtins are the functions of the language that a rule may use: those that depend on their arguments alone, and that end.
func builtins() []string {
	return []string{
		"all", "none", "any", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex", "count", "sum", "groupBy",
		"sortBy", "reduce", "len", "abs", "ceil", "floor", "round", "int", "float", "string", "lower", "upper", "trim", "hasPrefix",
		"hasSuffix", "max", "min", "mean", "median", "first", "last", "take", "values", "reverse", "concat", "flatten", "sort",
	}
}

func configuration(env any) *conf.Config {
	config := conf.CreateNew()
	config.WithEnv(env)
	config.Optimize = false
	config.MaxNodes = mostNodes
	maps.DeleteFunc(config.Builtins, func(name string, _ *builtin.Function) bool {
		config.Disabled[name] = !slices.Contains(builtins(), name)
		return config.Disabled[name]
	})
	config.Functions[uniqueName] = &builtin.Function{Name: uniqueName, Types: []reflect.Type{reflect.TypeFor[func(any) []any]()}}
	return config
}

// build takes an expression apart and makes programs of the parts.
func (r *rule) build(l *language, tree *parser.Tree) error {
	if err := r.resolve(l, tree); err != nil {
		return err
	}
	if err := r.meaningful(l, tree); err != nil {
		return err
	}
	r.order(tree.Node, false)
	comparison := r.comparison(tree.Node)
	var leftText, rightText string
	if comparison != nil {
		leftText, rightText = comparison.Left.String(), comparison.Right.String()
	}
	all := r.all(tree.Node)
	counts := r.quantified(l, tree)
	r.fold(l, tree)
	if forms, ok := r.forms(l, tree.Node); ok {
		r.differences = forms
	}
	patch(l, r.Each, tree)
	r.opened(tree)
	a := assembler{source: tree.Source, config: internals()}
	if comparison != nil {
		r.left = &part{leftText, a.assemble(comparison.Left)}
		r.right = &part{rightText, a.assemble(comparison.Right)}
	}
	for _, f := range r.folds {
		inner := &parser.Tree{Node: f.node, Source: tree.Source}
		patch(l, r.Each, inner)
		f.program = a.assemble(inner.Node)
	}
	if all != nil {
		r.every = &part{program: a.assemble(firstNot(all, counts[all]))}
	}
	r.program = a.assemble(tree.Node)
	return a.err
}

// internals is the configuration for expressions after their parts were replaced: they name what users can't.
func internals() *conf.Config {
	config := configuration(map[string]any{})
	config.Strict = false
	for name, function := range functions() {
		config.Functions[name] = &builtin.Function{Name: name, Func: function}
	}
	return config
}

// assembler makes programs of the parts of an expression.
type assembler struct {
	source file.Source
	config *conf.Config
	err    error
}

func (a *assembler) assemble(node ast.Node) *vm.Program {
	tree := &parser.Tree{Node: node, Source: a.source}
	if _, err := checker.Check(tree, a.config); err != nil && a.err == nil {
		a.err = err
	}
	if a.err != nil {
		return nil
	}
	program, err := compiler.Compile(tree, a.config)
	if err != nil {
		a.err = errors.New("it can't be compiled") // its own words hold a stack
	}
	return program
}

// at says that something is wrong with a part of an expression.
func at(node ast.Node, format string, args ...any) *file.Error {
	return &file.Error{Location: node.Location(), Message: fmt.Sprintf(format, args...)}
}

// explain says where in a rule an error is, and what may have been meant.
func (l *language) explain(r Rule, err error) error {
	var wrong *file.Error
	if !errors.As(err, &wrong) {
		return err
	}
	return fmt.Errorf("%s: %s", place(r.Holds, wrong), l.advise(r.Each, wrong.Message))
}

// place is where in an expression an error is.
func place(text string, err *file.Error) string {
	if strings.Contains(strings.TrimSpace(text), "\n") {
		return fmt.Sprintf("line %d, column %d", err.Line, err.Column+1)
	}
	return fmt.Sprintf("column %d", err.Column+1)
}

// advise adds to a message what may have been meant.
func (l *language) advise(each, message string) string {
	message, _, _ = strings.Cut(message, "\n")
	if strings.Contains(message, "EOF") {
		return message + ": if the expression goes on, quote it: # begins a comment in YAML"
	}
	if name, ok := strings.CutPrefix(message, "unknown name "); ok {
		return message + hint(name, l.known(each))
	}
	name, ok := strings.CutPrefix(message, "unknown field ")
	if !ok {
		return message
	}
	switch k := l.kinds[name]; {
	case k == nil:
		return message + hint(name, l.all())
	case each == PerKey && k.Whole && k.ReadOnly:
		return fmt.Sprintf("%s is of all %ss, and so in no list of one %s", k.Name, l.noun(), l.noun())
	case !k.Final:
		return fmt.Sprintf("%s is not made after everybody has stopped: there is no %s.%s", k.Name, final, name)
	}
	return message
}

// known are the names that may stand alone.
func (l *language) known(each string) []string {
	return slices.Concat(slices.Collect(maps.Keys(l.environment(each))), builtins(), []string{uniqueName})
}

// all are the names that may follow a dot.
func (l *language) all() []string {
	names := []string{fieldClient, fieldKey, fieldOp, fieldRefused}
	for name, k := range l.kinds {
		names = append(append(names, name), k.fields()...)
	}
	return names
}
