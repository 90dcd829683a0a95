package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath string
	Dir        string
	Standard   bool
	Module     *struct{ Path string }
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
	Deps       []string
}

// tree asks the go command for all packages of this module and all that they import.
func tree(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps",
		"-json=ImportPath,Dir,Standard,Module,GoFiles,CgoFiles,Imports,Deps", "./...")
	cmd.Dir = filepath.Join("..", "..")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoErrorf(t, err, "go list: %s", stderr.String())

	all := decode(t, out)
	at := slices.IndexFunc(all, func(l listed) bool { return l.ImportPath == module+"/"+command })
	require.GreaterOrEqualf(t, at, 0, "%s is not there: without it this test can not say what is linked", command)
	linked := all[at].Deps

	packages := make([]pkg, len(all))
	for i, l := range all {
		packages[i] = describe(t, l)
		packages[i].linked = slices.Contains(linked, l.ImportPath) || i == at
	}
	return packages
}

func decode(t *testing.T, out []byte) []listed {
	t.Helper()
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		err := dec.Decode(&l)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, l)
	}
}

func describe(t *testing.T, l listed) pkg {
	t.Helper()
	p := pkg{
		path:     short(l.ImportPath),
		ours:     l.Module != nil && l.Module.Path == module,
		standard: l.Standard,
	}
	for _, imported := range l.Imports {
		p.imports = append(p.imports, short(imported))
	}
	if p.ours {
		for _, file := range slices.Concat(l.GoFiles, l.CgoFiles) {
			found, err := exits(path.Join(p.path, file), filepath.Join(l.Dir, file), nil)
			require.NoError(t, err)
			p.exits = append(p.exits, found...)
		}
	}
	return p
}

// short leaves the module's name out.
func short(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

// enders are the functions that end the process, by their package.
var enders = map[string][]string{
	"os":      {"Exit"},
	"syscall": {"Exit"},
	"log":     {"Fatal", "Fatalf", "Fatalln"},
}

// exits gives the places where a file uses one of enders. The source is read from the file if src is nil; name is what
// the places are called by.
func exits(name, file string, src any) ([]string, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, src, 0)
	if err != nil {
		return nil, err
	}
	imported := map[string]string{}
	for _, spec := range parsed.Imports {
		from, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		called := path.Base(from)
		if spec.Name != nil {
			called = spec.Name.Name
		}
		imported[called] = from
	}
	var found []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(enders[imported[x.Name]], sel.Sel.Name) {
				line := fset.Position(sel.Pos()).Line
				found = append(found, fmt.Sprintf("%s:%d: %s.%s", name, line, imported[x.Name], sel.Sel.Name))
			}
		}
		return true
	})
	return found, nil
}
