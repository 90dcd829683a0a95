package spec

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// variableForm is a variable of the environment in an expression.
var variableForm = regexp.MustCompile(`\benv\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*["'` + "`" + `](\w+)["'` + "`" + `]\s*\])`)

// portForm is the port in an expression, and no member of that name.
var portForm = regexp.MustCompile(`(?:^|[^\w.])port\b`)

// Environment is the scope with those variables of the environment that the file names, under env. No others are handed on.
func (s *Service) Environment() Scope {
	env := map[string]string{}
	for _, name := range s.named {
		env[name] = os.Getenv(name)
	}
	return Scope{"env": env}
}

// Missing is a variable of the environment that the file names and that is not set, or "".
func (s *Service) Missing() string {
	for _, name := range s.named {
		if _, set := os.LookupEnv(name); !set {
			return name
		}
	}
	return ""
}

// UsesPort reports whether the file names ${port}.
func (s *Service) UsesPort() bool { return s.port }

// Complete reports which variable of the environment is missing, before anything is done.
func (s *Service) Complete() error {
	if missing := s.Missing(); missing != "" {
		return fmt.Errorf("%s names ${env.%s}: set the variable %s", s.Path, missing, missing)
	}
	return nil
}

// names finds which variables of the environment the expressions of a file name, and whether they name the port. Comments
// have no expressions.
func (s *Service) names(root ast.Node) {
	texts := &texts{}
	ast.Walk(texts, root)
	s.name(texts.expressions)
}

func (s *Service) name(expressions []string) {
	s.sources, s.named, s.port = expressions, nil, slices.ContainsFunc(expressions, portForm.MatchString)
	for _, source := range expressions {
		for _, name := range variables(source) {
			if !slices.Contains(s.named, name) {
				s.named = append(s.named, name)
			}
		}
	}
}

// variables are those of the environment that an expression names.
func variables(source string) (names []string) {
	for _, m := range variableForm.FindAllStringSubmatch(source, -1) {
		names = append(names, m[1]+m[2])
	}
	return names
}

// texts gathers the expressions in the texts of a file.
type texts struct {
	expressions []string
	anchors     anchors // of aliases that are followed, each once; nil: none is, since all of the file is looked at
}

// Visit implements ast.Visitor.
func (t *texts) Visit(node ast.Node) ast.Visitor {
	switch n := node.(type) {
	case *ast.MappingValueNode:
		if when, ok := n.Value.(*ast.StringNode); ok && slices.Contains([]string{"when", "until"}, n.Key.GetToken().Value) {
			t.expressions = append(t.expressions, when.Value)
		}
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		nodes := t.anchors[name]
		delete(t.anchors, name)
		for _, node := range nodes {
			ast.Walk(t, node)
		}
	case *ast.StringNode:
		t.within(n.Value)
	case *ast.LiteralNode:
		t.within(n.Value.Value)
	}
	return t
}

// within gathers what stands in ${…}.
func (t *texts) within(text string) {
	for {
		before, rest, found := strings.Cut(text, "${")
		if !found {
			return
		}
		text = rest
		if end := closing(rest); end >= 0 && !strings.HasSuffix(before, "$") {
			t.expressions = append(t.expressions, rest[:end])
			text = rest[end+1:]
		}
	}
}

// Variables are those that the service is started with beside the environment's.
func (s *Service) Variables(scope Scope) (map[string]string, error) {
	all := map[string]string{}
	for _, f := range s.env {
		v, err := f.text.String(scope)
		if err != nil {
			return nil, fmt.Errorf("%s: env: %s: %w", s.Path, f.name, err)
		}
		all[f.name] = v
	}
	return all, nil
}
