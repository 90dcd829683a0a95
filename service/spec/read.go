package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// mostBytes is more than any description has; what is larger is another file.
const mostBytes = 1 << 20

// Read reads a file, and gives it compiled. Everything that is wrong with it is an [Error], of which there may be several,
// joined; a file that can't be read is another error.
func Read(path string) (*Service, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading the description of the service: %w", err)
	}
	if info.IsDir() || info.Size() > mostBytes {
		return nil, &Error{File: path, Text: "is a folder, or larger than 1 MB: that is no description of a service"}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the description of the service: %w", err)
	}
	return Parse(path, content)
}

// Parse is [Read] of a file's content.
func Parse(path string, content []byte) (*Service, error) {
	f := &faults{file: path}
	if len(bytes.TrimSpace(content)) == 0 {
		f.add(nil, "stress init http writes one to begin with", "the file is empty")
		return nil, f.err()
	}
	root, err := parser.ParseBytes(content, 0)
	if err != nil {
		f.decoding(err)
		return nil, f.err()
	}
	if root, err := only(root); err != nil {
		f.add(nil, "", "%v", err)
		return nil, f.err()
	} else if at, why := expand(root); at != nil {
		f.all = append(f.all, &Error{File: path, Line: at.Position.Line, Column: at.Position.Column, Text: why})
		return nil, f.err()
	}
	var file File
	// The parser has refused keys that stand twice; what is left are those that override what << brings.
	if err := yaml.UnmarshalWithOptions(content, &file, yaml.Strict(), yaml.AllowDuplicateMapKey()); err != nil {
		f.decoding(err)
		return nil, f.err()
	}
	f.root = root.Docs[0].Body
	s := &Service{File: file, Path: path, Dir: filepath.Dir(path), Source: content, root: f.root, Calls: map[string]*Call{}}
	s.names(f.root)
	compile(s, f)
	return s, f.err()
}

// only gives the body of the only document.
func only(file *ast.File) (ast.Node, error) {
	if len(file.Docs) != 1 {
		return nil, errors.New("the file has several documents, and must be one")
	}
	return file.Docs[0].Body, nil
}
