package rules

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/expr-lang/expr/types"
)

// The lists of operations.
const (
	accepted = "accepted"
	refused  = "refused"
	final    = "final"
)

// What every operation has beside its own fields.
const (
	fieldClient  = "client"
	fieldKey     = "key"
	fieldOp      = "op"
	fieldRefused = "refused"
)

// numberOfKeys is the constant that every vocabulary has.
const numberOfKeys = "keys"

// language is a vocabulary, by the names that expressions have for it.
type language struct {
	Vocabulary
	kinds map[string]*Kind // by their names in expressions
	names map[string]*Kind // by their own
}

func newLanguage(v Vocabulary) (*language, error) {
	l := &language{Vocabulary: v, kinds: map[string]*Kind{}, names: map[string]*Kind{}}
	l.Kinds = slices.Clone(v.Kinds)
	l.Constants = map[string]int64{numberOfKeys: int64(v.Keys)}
	if _, there := v.Constants[numberOfKeys]; there {
		return nil, errors.New("the constant keys is the number of objects, and can't be given another value")
	}
	maps.Copy(l.Constants, v.Constants)
	if v.Keys < 1 {
		return nil, fmt.Errorf("there must be 1 object at least, not %d", v.Keys)
	}
	for i := range l.Kinds {
		k := &l.Kinds[i]
		name := Identifier(k.Name)
		if !IsName(name) {
			return nil, fmt.Errorf("the operation %q can't be named in an expression: "+
				"a name has letters, digits, - and _, and begins with a letter", k.Name)
		}
		if other := l.kinds[name]; other != nil {
			return nil, fmt.Errorf("the operations %s and %s have one name in expressions, %s", other.Name, k.Name, name)
		}
		if k.Final && !k.ReadOnly {
			return nil, fmt.Errorf("the operation %s is made after everybody has stopped, so that it must be read-only", k.Name)
		}
		l.kinds[name], l.names[k.Name] = k, k
	}
	for name := range l.Constants {
		if !IsName(name) || slices.Contains([]string{accepted, refused, final}, name) {
			return nil, fmt.Errorf("%q can't be the name of a constant", name)
		}
	}
	return l, nil
}

// Identifier is how expressions write the name of an operation: with _ for each -.
func Identifier(name string) string { return strings.ReplaceAll(name, "-", "_") }

// reservedWords can't be names, since they are part of the language.
func reservedWords() []string {
	return []string{
		"true", "false", "nil", "not", "in", "and", "or", "let", "if", "else", "matches", "contains", "startsWith", "endsWith",
	}
}

// IsName reports whether an expression can have such a name for a field or a constant.
func IsName(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(name) && !slices.Contains(reservedWords(), name)
}

// object names one of the objects.
func (l *language) object(key uint64) string {
	if l.Object == nil {
		return fmt.Sprintf("%s %d", l.noun(), key)
	}
	return l.Object(key)
}

func (l *language) noun() string {
	if l.Noun == "" {
		return "object"
	}
	return l.Noun
}

// environment is what an expression may name, with its types.
func (l *language) environment(each string) types.Map {
	taken, turned, read := types.Map{}, types.Map{}, types.Map{}
	env := types.Map{accepted: taken, refused: turned, final: read}
	for name := range l.Constants {
		env[name] = types.Int
	}
	for name, k := range l.kinds {
		if each == PerKey && k.Whole && k.ReadOnly {
			continue
		}
		element := types.Map{fieldClient: types.Int, fieldKey: types.Int, fieldOp: types.String, fieldRefused: types.Bool}
		for _, field := range k.fields() {
			if _, there := element[field]; !there {
				element[field] = types.Any
			}
		}
		taken[name], turned[name] = types.Array(element), types.Array(element)
		if k.Final {
			read[name] = types.Array(element)
		}
	}
	switch each {
	case PerKey:
		env[fieldKey] = types.Int
	case PerOperation:
		for name, t := range l.own() {
			env[name] = t
		}
	}
	return env
}

// own is what a rule for each operation may name of it. The list of refused operations goes before the field.
func (l *language) own() types.Map {
	env := types.Map{}
	for _, k := range l.Kinds {
		for _, field := range k.fields() {
			env[field] = types.Any
		}
	}
	env[fieldClient], env[fieldKey], env[fieldOp] = types.Int, types.Int, types.String
	for _, name := range []string{accepted, refused, final} {
		delete(env, name)
	}
	return env
}

func (k *Kind) fields() []string { return slices.Concat(k.Inputs, k.Outputs) }

// hint suggests the name that was meant.
func hint(name string, all []string) string {
	best, distance := "", 1+len(name)/2
	for _, other := range slices.Sorted(slices.Values(all)) {
		if d := levenshtein.ComputeDistance(name, other); d > 0 && d < distance {
			best, distance = other, d
		}
	}
	if best == "" {
		return ""
	}
	return ": did you mean " + best + "?"
}
