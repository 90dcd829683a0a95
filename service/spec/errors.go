package spec

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// ErrSpec is what all errors about what is in a file are.
var ErrSpec = errors.New("the description of the service is wrong")

// Error is one thing that is wrong with a file, where, and what would be right.
type Error struct {
	File         string
	Line, Column int    // from 1; 0 if it is about the file as a whole
	Path         string // such as operations.deduct.request
	Text         string
	Hint         string // what to do, or ""
}

// Error gives "wallet.yaml:12:5: operations.deduct: …; hint".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Text)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Is says that it is an [ErrSpec].
func (e *Error) Is(target error) bool { return target == ErrSpec }

// faults gathers what is wrong with one file.
type faults struct {
	file string
	root ast.Node
	all  []*Error
}

// add notes that something is wrong at a path of the file, or as near to it as there is anything.
func (f *faults) add(path []string, hint, format string, args ...any) {
	e := &Error{File: f.file, Path: strings.Join(path, "."), Text: fmt.Sprintf(format, args...), Hint: hint}
	if at := locate(f.root, path); at != nil {
		e.Line, e.Column = at.Position.Line, at.Position.Column
	}
	f.all = append(f.all, e)
}

// place is where in the file something stands, for an error that comes later.
func (f *faults) place(path []string) string {
	e := &Error{File: f.file, Path: strings.Join(path, ".")}
	if at := locate(f.root, path); at != nil {
		e.Line, e.Column = at.Position.Line, at.Position.Column
	}
	return strings.TrimSuffix(e.Error(), ": ")
}

// Fault is an error about something in the file, at a path such as strategies, atomic, shows.
func (s *Service) Fault(path []string, hint, format string, args ...any) error {
	f := &faults{file: s.Path, root: s.root}
	f.add(path, hint, format, args...)
	return f.err()
}

// decoding notes what the YAML library says of a file.
func (f *faults) decoding(err error) {
	e := &Error{File: f.file, Text: err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		if e.Text = at.GetMessage(); at.GetToken() != nil {
			e.Line, e.Column = at.GetToken().Position.Line, at.GetToken().Position.Column
		}
	}
	e.Text = typed(e.Text)
	if name, found := strings.CutPrefix(e.Text, "unknown field "); found {
		name = strings.Trim(name, `"`)
		names := slices.DeleteFunc(fieldNames(), func(other string) bool { return other == name }) // it belongs elsewhere
		e.Text, e.Hint = fmt.Sprintf("there is no %q here", name), nearestHint(name, names)
	}
	f.all = append(f.all, e)
}

// err gives all that is wrong, from the top of the file down.
func (f *faults) err() error {
	slices.SortStableFunc(f.all, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	all := make([]error, len(f.all))
	for i, e := range f.all {
		all[i] = e
	}
	return errors.Join(all...)
}

// locate gives the token of the key at a path, or of the deepest of the keys above it that there are.
func locate(node ast.Node, path []string) *token.Token {
	var at *token.Token
	for _, name := range path {
		key, value := child(node, name)
		if key == nil {
			return at
		}
		at, node = key, value
	}
	return at
}

// child gives a key of a mapping with what it holds, or an item of a list by its number.
func child(node ast.Node, name string) (*token.Token, ast.Node) {
	switch n := bare(node).(type) {
	case *ast.MappingNode:
		for _, pair := range n.Values {
			if pair.Key.GetToken().Value == name {
				return pair.Key.GetToken(), pair.Value
			}
		}
	case *ast.MappingValueNode:
		if n.Key.GetToken().Value == name {
			return n.Key.GetToken(), n.Value
		}
	case *ast.SequenceNode:
		for i, item := range n.Values {
			if fmt.Sprint(i+1) == name {
				return firstToken(item), item
			}
		}
	}
	return nil, nil
}

// firstToken is where a node begins: that of a mapping would be its first colon.
func firstToken(node ast.Node) *token.Token {
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken()
	}
	return node.GetToken()
}
