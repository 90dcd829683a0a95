package spec

import (
	"fmt"
	"os"
	"regexp"
)

// variableForm is a variable of the environment in a template.
var variableForm = regexp.MustCompile(`(?m)^[^#\n]*\$\{[^}\n]*?\benv\.([A-Za-z_][A-Za-z0-9_]*)`)

// Environment is the scope with those variables of the environment that the file names, under env. No others are handed on.
func (s *Service) Environment() Scope {
	env := map[string]string{}
	for _, name := range s.variables() {
		env[name] = os.Getenv(name)
	}
	return Scope{"env": env}
}

// Missing is a variable of the environment that the file names and that is not set, or "".
func (s *Service) Missing() string {
	for _, name := range s.variables() {
		if _, set := os.LookupEnv(name); !set {
			return name
		}
	}
	return ""
}

// variables are those that the file names anywhere but in comments.
func (s *Service) variables() []string {
	var names []string
	for _, m := range variableForm.FindAllSubmatch(s.Source, -1) {
		names = append(names, string(m[1]))
	}
	return names
}

// UsesPort reports whether the file names ${port}.
func (s *Service) UsesPort() bool { return portForm.Match(s.Source) }

var portForm = regexp.MustCompile(`(?m)^[^#\n]*\$\{\s*port\b`)

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
