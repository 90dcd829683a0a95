package spec

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/types"

	"github.com/lostupdate/stress/internal/formula"
)

// Scope are the values that templates may name.
type Scope map[string]any

// types are those of the values; of one that is nil in the example, nothing is known before there is one.
func (s Scope) types() types.Map {
	all := types.Map{}
	for name, v := range s {
		all[name] = typeOf(v)
	}
	return all
}

// Text is a text with ${…} in it, each an expression of the library expr (https://expr-lang.org) over a [Scope], such as
// ${amount} or ${wallet + 1}. $${ stands for ${ itself.
type Text struct {
	pieces []piece
}

// piece is a literal, or an expression if that is there.
type piece struct {
	literal string
	source  string
	program *formula.Program
	name    string // of an expression that is nothing but a name, which need not be run
	list    string // of one that is the value of one object, which has its number by the name index
	index   string
	kept    []string // the kept values that it is made of
}

// compileText reads a text; it may name what the scope has, whose values are examples.
func compileText(text string, scope Scope) (Text, error) {
	var t Text
	for {
		before, rest, found := strings.Cut(text, "${")
		if !found {
			return t.literal(text), nil
		}
		if escaped, ok := strings.CutSuffix(before, "$"); ok {
			t = t.literal(escaped + "${")
			text = rest
			continue
		}
		end := closing(rest)
		if end < 0 {
			return t, fmt.Errorf("${%s has no }", rest)
		}
		p, err := compileExpression(rest[:end], scope)
		if err != nil {
			return t, err
		}
		t = t.literal(before)
		t.pieces = append(t.pieces, p)
		text = rest[end+1:]
	}
}

// closing gives the place of the brace that closes an expression, which may have braces and quoted texts in it.
func closing(text string) int {
	depth, quote := 0, rune(0)
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return i
		case c == '}':
			depth--
		}
	}
	return -1
}

func (t Text) literal(text string) Text {
	if text != "" {
		t.pieces = append(t.pieces, piece{literal: text})
	}
	return t
}

func compileExpression(source string, scope Scope) (piece, error) {
	source = strings.TrimSpace(source)
	if err := namesVariables(source); err != nil {
		return piece{}, fmt.Errorf("${%s}: %w", source, err)
	}
	v, there := scope[source]
	if v, isList := v.(eachValue); isList {
		return piece{}, fmt.Errorf("${%s}: there is a value for each %s: say ${%[1]s[%[2]s]}, or ${%[1]s[:]} for a list of all", source,
			v.object)
	}
	if there {
		return piece{source: source, name: source, kept: keptNames([]string{source}, scope)}, nil
	}
	if p, ok := indexed(source, scope); ok {
		return p, nil
	}
	program, err := formula.Compile(source, scope.types(), false)
	if err != nil {
		return piece{}, expressionError("${"+source+"}", err, scope)
	}
	return piece{source: source, program: program, kept: keptNames(program.Names(), scope)}, nil
}

// namesVariables refuses an expression that could ask for a variable of the environment which nobody has looked for.
func namesVariables(source string) error {
	if formula.Bare(source, "env") {
		return errors.New("env is all variables; name one, such as env.TOKEN")
	}
	return nil
}

// condition compiles an expression that is true or false.
func condition(source string, scope Scope) (*formula.Program, error) {
	if err := namesVariables(source); err != nil {
		return nil, err
	}
	return formula.Compile(source, scope.types(), true)
}

// expressionError tells what the library says of an expression in one line.
func expressionError(source string, err error, scope Scope) error {
	text := plainError(err)
	if name, found := strings.CutPrefix(text, "unknown name "); found {
		name, _, _ = strings.Cut(name, " ")
		return &unknownError{source, name, nearestHint(name, slices.Sorted(maps.Keys(scope)))}
	}
	return fmt.Errorf("%s: %s", source, text)
}

// unknownError is the error of an expression with a name that there is not.
type unknownError struct{ source, name, hint string }

func (e *unknownError) Error() string {
	text := fmt.Sprintf("%s: there is no %s", e.source, e.name)
	if e.hint != "" {
		text += "; " + e.hint
	}
	return text
}

// plainError is what the library says in one line; it would show the expression below it.
func plainError(err error) string {
	if e, ok := err.(*file.Error); ok { //nolint:errorlint // it is what the library returns
		return fmt.Sprintf("%s (at %d)", e.Message, e.Column+1)
	}
	return err.Error()
}

// value gives what an expression is.
func (p piece) value(scope Scope) (any, error) {
	switch {
	case len(p.kept) > 0:
		return p.keptValue(scope)
	case p.program == nil:
		return scope[p.name], nil
	}
	return p.run(scope)
}

func (p piece) run(scope Scope) (any, error) {
	v, err := p.program.Run(scope)
	if err != nil {
		return nil, fmt.Errorf("${%s}: %s", p.source, plainError(err))
	}
	return v, nil
}

// Value gives what the text is: of one that is nothing but ${…}, the value with its type, else a string.
func (t Text) Value(scope Scope) (any, error) {
	if len(t.pieces) == 1 && t.pieces[0].source != "" {
		return t.pieces[0].value(scope)
	}
	return t.String(scope)
}

// constant reports whether the text has no expression in it.
func (t Text) constant() bool {
	return !slices.ContainsFunc(t.pieces, func(p piece) bool { return p.source != "" })
}

// String gives the text with its values in it.
func (t Text) String(scope Scope) (string, error) {
	return t.with(scope, func(s string) string { return s })
}

// Path is String for the path of an address: values stay within their segment, and in a query within their parameter.
func (t Text) Path(scope Scope) (string, error) {
	escape := url.PathEscape
	var b strings.Builder
	for _, p := range t.pieces {
		if p.source == "" {
			if b.WriteString(p.literal); strings.Contains(p.literal, "?") {
				escape = url.QueryEscape
			}
			continue
		}
		v, err := p.value(scope)
		if err != nil {
			return "", err
		}
		b.WriteString(escape(plain(v)))
	}
	return b.String(), nil
}

func (t Text) with(scope Scope, escape func(string) string) (string, error) {
	if len(t.pieces) == 1 && t.pieces[0].source == "" {
		return t.pieces[0].literal, nil
	}
	var b strings.Builder
	for _, p := range t.pieces {
		if p.source == "" {
			b.WriteString(p.literal)
			continue
		}
		v, err := p.value(scope)
		if err != nil {
			return "", err
		}
		b.WriteString(escape(plain(v)))
	}
	return b.String(), nil
}

func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return fmt.Sprint(v)
}

// Label is the text for people: with the values that a scope has, and the others in braces, such as /wallets/{wallet}.
func (t Text) Label(known Scope) string {
	var b strings.Builder
	for _, p := range t.pieces {
		switch v, there := known[p.name]; {
		case p.source == "":
			b.WriteString(p.literal)
		case there && p.name != "":
			b.WriteString(plain(v))
		default:
			b.WriteString("{" + p.source + "}")
		}
	}
	return b.String()
}
