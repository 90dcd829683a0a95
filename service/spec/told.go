package spec

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/types"
)

// ErrUntold is what the error of a template is that needs a value which no answer has told: setup ended before.
var ErrUntold = errors.New("setup ended before it was kept")

// eachValue stands in an example of a scope for a list with a value for each object, oneValue for one that is kept.
type (
	eachValue struct{ object string }
	oneValue  struct{}
)

// example gives what stands for the value in the example of a scope.
func (k kept) example(object string) any {
	if k.each {
		return eachValue{object}
	}
	return oneValue{}
}

// typeOf is the type of a value of an example; of nil, nothing is known before there is one.
func typeOf(v any) types.Type {
	switch v.(type) {
	case nil, oneValue:
		return types.Any
	case eachValue:
		return types.Array(types.Any)
	}
	return types.TypeOf(v)
}

// keptNames are those of names that are kept values, in an example of a scope.
func keptNames(names []string, scope Scope) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		switch scope[name].(type) {
		case eachValue, oneValue:
			return false
		}
		return true
	})
}

// gapped is a list with a value for each object of which some were not told, and are nil.
type gapped []any

// List is what a scope has of a value that is kept for each object, nil where it was not.
func List(all []any) any {
	if slices.Contains(all, nil) {
		return gapped(all)
	}
	return all
}

// listOf gives the values that a scope has for each object.
func listOf(v any) []any {
	if g, ok := v.(gapped); ok {
		return g
	}
	all, _ := v.([]any)
	return all
}

// keptValue gives what an expression with kept values is. That one of them was not told is an error: else a request would go to
// what is above the object, such as DELETE /wallets/.
func (p piece) keptValue(scope Scope) (any, error) {
	gaps := false
	for _, name := range p.kept {
		if scope[name] == nil {
			return nil, p.untold(name)
		}
		_, gap := scope[name].(gapped)
		gaps = gaps || gap
	}
	switch {
	case p.list != "":
		return p.of(scope)
	case p.program == nil:
		return scope[p.name], nil
	case gaps:
		return p.despite(scope)
	}
	return p.run(scope)
}

func (p piece) untold(name string) error {
	return fmt.Errorf("${%s}: %s is not known: %w", p.source, name, ErrUntold)
}

// despite gives what an expression is that does not depend on the values that were not told: whatever they were, it would be
// the same.
func (p piece) despite(scope Scope) (any, error) {
	filled := maps.Clone(scope)
	var first any
	for i, stand := range []any{struct{}{}, "\x00"} { // with the first of them hardly anything can be done
		for _, name := range p.kept {
			if g, ok := scope[name].(gapped); ok {
				filled[name] = g.filled(stand)
			}
		}
		v, err := p.run(filled)
		if err != nil || i > 0 && !reflect.DeepEqual(v, first) {
			return nil, p.untold(strings.Join(p.kept, ", "))
		}
		first = v
	}
	return first, nil
}

func (g gapped) filled(with any) []any {
	all := slices.Clone([]any(g))
	for i := range all {
		if all[i] == nil {
			all[i] = with
		}
	}
	return all
}

// number is an object's number in a scope.
func number(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, n >= 0
	case int64:
		return int(n), n >= 0 && n <= math.MaxInt32
	}
	return 0, false
}

// of gives the value of one object.
func (p piece) of(scope Scope) (any, error) {
	all := listOf(scope[p.list])
	i, ok := number(scope[p.index])
	if !ok || i >= len(all) {
		return nil, fmt.Errorf("${%s}: there is no %s %v: %s has %d values", p.source, p.index, scope[p.index],
			p.list, len(all))
	}
	if all[i] == nil {
		return nil, p.untold(fmt.Sprintf("%s[%d]", p.list, i))
	}
	return all[i], nil
}

// indexed reads an expression that is the value of one object, such as id[wallet], as nearly all of lists are. It need not be
// run.
func indexed(source string, scope Scope) (p piece, ok bool) {
	list, rest, found := strings.Cut(source, "[")
	index, end := strings.CutSuffix(rest, "]")
	list, index = strings.TrimSpace(list), strings.TrimSpace(index)
	if !found || !end {
		return p, false
	}
	_, isList := scope[list].(eachValue)
	_, isNumber := number(scope[index])
	return piece{source: source, list: list, index: index, kept: []string{list}}, isList && isNumber
}
